"""What somebody else than the resident saw: that they came, or that their stamp card of paper has the day's stamp.

A sample is 1 at the time of it. The day's value is 1 however often it is said, so that a class that is on the staff's
list and was checked into by its code counts once; a day has no more than one of each.
"""

from typing import Final

from wellness_api.health.metrics.metric import Metric, Recorder


def _attended(number: int, code: str, recorded_by: Recorder) -> Metric:
    return Metric(
        code=code,
        number=number,
        loinc=None,
        unit="1",
        minimum=0,
        maximum=1,
        day_maximum=None,
        resolution=1,
        daily="last",
        sample_time="moment",
        recorded_by=recorded_by,
    )


ATTENDED: Final[tuple[Metric, ...]] = (
    _attended(47, "checkup_attended", "staff"),
    _attended(48, "class_attended", "station"),
    _attended(49, "paper_card_days", "staff"),
)
