"""What residents are asked to consent to. A sentence that changes gets the next version, and a consent names its version."""

from typing import Final, Literal

import msgspec

PurposeCode = Literal["points_programme", "health_staff_indicators", "research"]


class Purpose(msgspec.Struct, frozen=True, kw_only=True):
    """A purpose. Its name and its sentence stand in the files of languages. `version`: of the sentence."""

    code: PurposeCode
    version: int


PURPOSES: Final[tuple[Purpose, ...]] = (
    Purpose(code="points_programme", version=1),
    Purpose(code="health_staff_indicators", version=1),
    Purpose(code="research", version=1),
)

PURPOSE_BY_CODE: Final = {purpose.code: purpose for purpose in PURPOSES}
assert len(PURPOSE_BY_CODE) == len(PURPOSES), "a purpose is named twice"
