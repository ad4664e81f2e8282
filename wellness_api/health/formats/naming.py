"""Names of sources, made of what a form calls the device or app."""

import hashlib
import re
from typing import Final, Literal

NAME_LENGTH_MAX: Final = 64
"""In characters; a longer name of an app or device is cut, with a digest of all of it at its end."""

DIGEST_BYTES: Final = 4
NOT_ALLOWED: Final = re.compile(r"[^A-Za-z0-9._-]+")

Kind = Literal["station", "phone", "watch"]


def source_name(kind: Kind, *parts: str | None) -> str:
    """A source of that kind: the parts that there are, in letters that a source may have, always the same for the same.

    What had to be left out, as Japanese letters or a great length, is made up for by a short digest, so that two
    sources stay two.
    """
    full = "-".join(part.strip() for part in parts if part and part.strip())
    name = NOT_ALLOWED.sub(".", full).strip(".-")
    if name == full and name and len(name) <= NAME_LENGTH_MAX:
        return f"{kind}:{name}"
    digest = hashlib.blake2b(full.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES)
    room = NAME_LENGTH_MAX - 2 * DIGEST_BYTES - 1
    return f"{kind}:{f'{name[:room]}-{digest.hexdigest()}'.lstrip('-')}"
