"""Units as people and devices spell them, with the UCUM unit that each spelling stands for.

UCUM's own units are not here, except those that senders often write with other letters. A spelling is looked up after
NFKC, which turns full-width letters into ordinary ones, ㎏ into kg and ℃ into °C, and then without regard to case.
"""

import unicodedata
from typing import Final

UCUM_OF_SPELLING: Final = {
    "{steps}": ("step", "steps", "step/day", "steps/day", "steps/d", "歩", "歩数", "歩/日"),
    "{floors}": ("floor", "floors", "階"),
    "1": ("count", "counts", "回"),
    "/min": (
        "bpm",
        "beat/min",
        "beats/min",
        "beat/minute",
        "beats/minute",
        "breath/min",
        "breaths/min",
        "breath/minute",
        "breaths/minute",
        "count/min",
        "counts/min",
        "回/分",
        "回/min",
        "拍/分",
        "拍/min",
    ),
    "mm[Hg]": ("mmhg", "mm hg"),
    "Cel": ("°c", "degc", "度"),
    "[degF]": ("°f", "degf"),
    "kg": ("kg", "キログラム"),
    "[lb_av]": ("lb", "lbs"),
    "kg/m2": ("kg/m2", "kg/m^2"),
    "mg/dL": ("mg/dl",),
    "mmol/L": ("mmol/l",),
    "km": ("km", "キロメートル"),
    "m": ("メートル",),
    "cm": ("cm", "センチメートル"),
    "[in_i]": ("in",),
    "[ft_i]": ("ft",),
    "[mi_i]": ("mi",),
    "kcal": ("kcal", "キロカロリー"),
    "h": ("時間",),
    "min": ("分", "分間"),
    "s": ("秒",),
    "ms": ("ミリ秒",),
}

UCUM_OF_WORD: Final = {word: ucum for ucum, words in UCUM_OF_SPELLING.items() for word in words}
UCUM_OF_LETTER: Final = {"C": "Cel", "F": "[degF]"}
"""Letters that mean these units only as capitals."""

RATE: Final = "/min"
TIMES_A_MINUTE: Final = frozenset({"回", "拍"})
"""Words for times that only ever mean times a minute: JP Core's own example has 回 for a respiratory rate."""


def ucum_of(spelling: str, metric_unit: str) -> str | None:
    """The UCUM unit that a spelling means for a metric with this unit; None for an unknown spelling.

    A spelling that may be UCUM in letters of another width comes back in ordinary letters.
    """
    plain = " ".join(unicodedata.normalize("NFKC", spelling).split())
    if plain in TIMES_A_MINUTE and metric_unit == RATE:
        return RATE
    known = UCUM_OF_LETTER.get(plain) or UCUM_OF_WORD.get(plain.casefold())
    if known is None and plain != spelling:
        return plain
    return known
