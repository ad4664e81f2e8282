"""Names of sources, made from what a form calls the device or app."""

import hashlib
import re
from typing import Final, Literal

NAME_LENGTH_MAX: Final = 64
"""In characters. A longer name of an app or device is cut, and a digest of all of it is put at its end."""

DIGEST_BYTES: Final = 4
NOT_ALLOWED: Final = re.compile(r"[^A-Za-z0-9._-]+")

Kind = Literal["station", "phone", "watch"]


def source_name(kind: Kind, *parts: str | None) -> str:
    """A source of that kind, from the parts that are there, in letters that a source may have. The same parts always give
    the same source.

    If something has to be left out, as Japanese letters or the end of a long name, a short digest replaces it, so that
    two sources stay two.
    """
    full = "-".join(part.strip() for part in parts if part and part.strip())
    name = NOT_ALLOWED.sub(".", full).strip(".-")
    if name == full and name and len(name) <= NAME_LENGTH_MAX:
        return f"{kind}:{name}"
    digest = hashlib.blake2b(full.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES)
    room = NAME_LENGTH_MAX - 2 * DIGEST_BYTES - 1
    return f"{kind}:{f'{name[:room]}-{digest.hexdigest()}'.lstrip('-')}"
