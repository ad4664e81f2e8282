"""What would have been accepted, in words for a problem report, from what msgspec and the framework say about a misfit."""

import re
from typing import Final, NamedTuple

from device_bridge.signing import CREATED_WITHIN, Reason
from wellness_api.health.samples.times_in_words import WRITTEN_OUT
from wellness_api.http.choices import NONE_OF_THEM, NOT_ONE_OF

OF_THE_SCHEMA: Final = "the schema in /openapi.json"
REQUIRED: Final = "required"
A_DAY: Final = "a date, as 2026-09-21"

NAME_SHOWN_MAX: Final = 64
"""In characters; the rest of a name that somebody sent is left out of the problem report."""

_EXPECTED: Final = re.compile(r"Expected (?P<limit>.+?)(?:, got .*)?$", re.DOTALL)
_MISSING_FIELD: Final = re.compile(r"Object missing required field `(?P<name>.+)`$", re.DOTALL)
_UNKNOWN_FIELD: Final = re.compile(r"Object contains unknown field `(?P<name>.+)`$", re.DOTALL)
_MISSING_PARAMETER: Final = re.compile(
    r"Missing required (?P<source>\w+) parameter '(?P<name>[^']+)'"
)
_ENCODED: Final = {
    "Invalid RFC3339 encoded datetime": WRITTEN_OUT,
    "Invalid RFC3339 encoded date": A_DAY,
}


class Misfit(NamedTuple):
    """The field that does not fit, and what would fit."""

    field: str
    limit: str


def misfit(path: str, what: str) -> Misfit:
    """The misfit of a body: msgspec says that `what` is wrong at `path`, which is empty for the whole body."""
    for pattern, limit in ((_MISSING_FIELD, REQUIRED), (_UNKNOWN_FIELD, OF_THE_SCHEMA)):
        match = pattern.match(what)
        if match is not None:
            return Misfit(f"{path}.{match['name'][:NAME_SHOWN_MAX]}".removeprefix("."), limit)
    return Misfit(path or "body", limit_in(what))


def limit_in(what: str) -> str:
    """The limit that a message of msgspec names, or else the place where the limit is documented."""
    match = _EXPECTED.match(what)
    if match is not None:
        return match["limit"].replace("`", "")
    if what.startswith(NONE_OF_THEM) and NOT_ONE_OF in what:
        return f"one of {what.rpartition(NOT_ONE_OF)[2]}"
    return _ENCODED.get(what, OF_THE_SCHEMA)


def missing_parameter(detail: str) -> Misfit | None:
    """The parameter or header that the framework reports as missing; None if it reports none."""
    match = _MISSING_PARAMETER.match(detail)
    return match and Misfit(match["name"], REQUIRED)


OF_SIGNATURES: Final[dict[Reason, Misfit]] = {
    "missing": Misfit(
        "Signature",
        "the headers Signature, Signature-Input, Content-Digest, Content-Type and Idempotency-Key",
    ),
    "malformed": Misfit("Signature-Input", "created, nonce, keyid, alg and tag, and no others"),
    "not_covered": Misfit("Signature-Input", "all parts that must be signed"),
    "expired": Misfit("created", f"within {CREATED_WITHIN.seconds} seconds of now"),
    "unknown_key": Misfit("keyid", "a key that is enrolled"),
    "bad_signature": Misfit("Signature", "made of this request with the key of its keyid"),
    "digest_mismatch": Misfit("Content-Digest", "the digest of the body as sent"),
}
"""By the fault of the signature."""

OF_HTTP: Final = {
    "not_authorized": Misfit("Authorization", "Bearer and the token of a session that is not over"),
    "permission_denied": Misfit("role", "a role of the operation's x-roles in /openapi.json"),
    "not_found": Misfit("address", "an address of /openapi.json, of something that there is"),
    "client": Misfit("request", "a whole request"),
}
"""By the code of the framework's error."""
