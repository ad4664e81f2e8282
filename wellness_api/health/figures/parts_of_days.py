"""Figures beside each metric's own one. A day that says nothing of a figure does not have it, which is not the same as 0.

Their numbers begin at 1001, above every metric's number.
"""

from typing import Final

from msgspec.structs import replace

from wellness_api.health.figures.figure import WHOLE_DAY, Figure, Hours, How, Range
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE

BEFORE_8: Final = Hours(0, 8)
AFTER_18: Final = Hours(18, 24)
BEFORE_18: Final = Hours(0, 18)

MORNING: Final = Hours(4, 10)
EVENING: Final = Hours(18, 24)
"""When somebody gets up and goes to bed. The guideline asks for readings within an hour of waking and before bed
(日本高血圧学会, 高血圧治療ガイドライン2019, 家庭血圧: 1機会に原則2回測定し、その平均をとる).
"""

GLUCOSE_IN_RANGE: Final = Range(70, 180)
"""In mg/dL: Battelino et al., Diabetes Care 2019;42:1593, International Consensus on Time in Range."""


def _part(
    number: int,
    code: str,
    of: str,
    how: How,
    hours: Hours = WHOLE_DAY,
    *,
    page_name: str | None = None,
    within: str | None = None,
) -> Figure:
    """A figure of a metric, in the metric's unit."""
    metric = METRIC_BY_CODE[of]
    return Figure(
        code=code,
        number=number,
        of=of,
        how=how,
        hours=hours,
        unit=metric.unit,
        resolution=metric.resolution,
        digits=metric.digits,
        page_name=page_name,
        within=within,
        inside=None,
        is_kept=True,
    )


def _while_named(figure: Figure) -> Figure:
    """The figure, kept of a day only while a programme names it."""
    return replace(figure, is_kept=False)


PARTS_OF_DAYS: Final[tuple[Figure, ...]] = (
    _while_named(_part(1001, "steps_before_8", "steps", "sum", BEFORE_8)),
    _while_named(_part(1002, "steps_after_18", "steps", "sum", AFTER_18)),
    # The rule that names this figure says which months have snow: a programme has its seasons.
    _while_named(
        _part(1003, "steps_indoors", "steps", "sum_within", within="indoor_exercise_minutes")
    ),
    # A night begins on one day and ends on the next. It is the first of these two on its day, and the second on the day
    # before.
    _part(1004, "sleep_minutes_before_18", "sleep_minutes", "sum", BEFORE_18),
    _part(1005, "sleep_minutes_after_18", "sleep_minutes", "sum", AFTER_18),
    _part(1006, "systolic_highest", "systolic_pressure", "greatest"),
    _part(1007, "systolic_lowest", "systolic_pressure", "least"),
    _part(1008, "diastolic_highest", "diastolic_pressure", "greatest"),
    _part(1009, "diastolic_lowest", "diastolic_pressure", "least"),
    _part(
        1010,
        "systolic_morning",
        "systolic_pressure",
        "first_two",
        MORNING,
        page_name="bloodPressureMorning",
    ),
    _part(
        1011,
        "diastolic_morning",
        "diastolic_pressure",
        "first_two",
        MORNING,
        page_name="bloodPressureMorning",
    ),
    _part(
        1012,
        "systolic_evening",
        "systolic_pressure",
        "last_two",
        EVENING,
        page_name="bloodPressureEvening",
    ),
    _part(
        1013,
        "diastolic_evening",
        "diastolic_pressure",
        "last_two",
        EVENING,
        page_name="bloodPressureEvening",
    ),
    Figure(
        code="glucose_in_range",
        number=1014,
        of="blood_glucose",
        how="share_in_range",
        hours=WHOLE_DAY,
        unit="%",
        resolution=0.1,
        digits=0,
        page_name="glucoseInRange",
        within=None,
        inside=GLUCOSE_IN_RANGE,
        is_kept=True,
    ),
    Figure(
        code="wear_minutes",
        number=1015,
        of=None,
        how="minutes_worn",
        hours=WHOLE_DAY,
        unit="min",
        resolution=1,
        digits=0,
        page_name=None,
        within=None,
        inside=None,
        is_kept=False,
    ),
)
