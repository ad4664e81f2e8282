"""What somebody else than the resident saw: that the resident came, or that a paper stamp card has the day's stamp.

A sample is 1 at that time. A day has as many classes and checkups as there were. Each counts once, even if the staff's
list, a code and a card all say it (wellness_api.health.days.counting). A day on paper is one day.
"""

from typing import Final, Literal

from wellness_api.health.metrics.metric import Metric, Recorder


def _attended(
    number: int, code: str, recorded_by: Recorder, daily: Literal["last", "times"]
) -> Metric:
    return Metric(
        code=code,
        number=number,
        loinc=None,
        unit="1",
        minimum=0,
        maximum=1,
        day_maximum=None,
        resolution=1,
        daily=daily,
        sample_time="moment",
        recorded_by=recorded_by,
        category="exam",
        digits=0,
        page_name=None,
        molar_mass_g_per_mol=None,
        is_worn=False,
    )


ATTENDED: Final[tuple[Metric, ...]] = (
    _attended(47, "checkup_attended", "staff", "times"),
    _attended(48, "class_attended", "station", "times"),
    _attended(49, "paper_card_days", "staff", "last"),
)
