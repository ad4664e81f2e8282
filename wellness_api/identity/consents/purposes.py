"""What residents are asked to consent to. A sentence that changes gets the next version; consents name theirs."""

from typing import Final, Literal

import msgspec

from wellness_api.process.names import Name

PurposeCode = Literal["points_programme", "health_staff_indicators", "research"]


class Purpose(msgspec.Struct, frozen=True, kw_only=True):
    """A purpose, its name, and the sentence that is consented to. `version`: of the sentence."""

    code: PurposeCode
    version: int
    name: Name
    sentence: Name


PURPOSES: Final[tuple[Purpose, ...]] = (
    Purpose(
        code="points_programme",
        version=1,
        name=Name(ja="ポイントの制度", en="Points programme"),
        sentence=Name(
            ja="わたしの記録をもとにポイントを計算することに同意します。",
            en="I agree that points are worked out from my records.",
        ),
    ),
    Purpose(
        code="health_staff_indicators",
        version=1,
        name=Name(ja="地区ごとの健康の集計", en="Health figures by area"),
        sentence=Name(
            ja="わたしの記録を、だれのものか分からない形で、保健師などが見る地区ごとの集計に使うことに同意します。",
            en="I agree that my records are used, without saying whose they are, in figures by area for health staff.",
        ),
    ),
    Purpose(
        code="research",
        version=1,
        name=Name(ja="研究", en="Research"),
        sentence=Name(
            ja="わたしの記録を、だれのものか分からない形で、健康づくりの研究に使うことに同意します。",
            en="I agree that my records are used, without saying whose they are, in research on health.",
        ),
    ),
)

PURPOSE_BY_CODE: Final = {purpose.code: purpose for purpose in PURPOSES}
assert len(PURPOSE_BY_CODE) == len(PURPOSES), "a purpose is named twice"
