"""What a metric is."""

from typing import Final, Literal

import msgspec

from points.said import Said, said
from wellness_api.words.telling import told


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What one value of a coded metric stands for."""

    value: int
    code: str


Recorder = Literal["anyone", "station", "staff"]
"""Who sends samples: an app for its resident, a station at which the resident showed a card, or a member of staff."""

Category = Literal["vital-signs", "activity", "laboratory", "exam", "survey"]
"""A code of FHIR's observation categories."""

RECORDERS: Final[dict[Recorder, Said]] = {
    "anyone": said("recorder.anyone"),
    "station": said("recorder.station"),
    "staff": said("recorder.staff"),
}


MINUTES_OF_A_DAY_MAX: Final = 25 * 60
"""The minutes of the day on which clocks go back."""

MINUTE_MS: Final = 60_000

PARTS_PER_MULTIPLE: Final = 1_000
"""Samples that add up are kept to the thousandth of the resolution, and the day is rounded once."""


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """What one metric is. Its name stands in the files of languages, under its code.

    `number` stands for the metric in tables and is never given to another one. `loinc`: None where no code could be
    confirmed. `minimum`, `maximum`: what is plausible for a single sample, or, where minutes are counted, for all samples
    of a source in one minute together. `day_maximum`: for all of them in a day together; None where samples do not add
    up. Samples beyond are kept and shown, and counted nowhere. `resolution`: days are rounded to whole multiples of it,
    and so are samples that do not add up. `daily`: how a day's samples become the metric's own figure of the day
    (health.figures). "times": how often it was said; each time counts once (days). `sample_time`: what a sample's time
    stands for. "moment": when it was measured. "minute": when the counting began; it lasted for the sample's length, or
    for a minute where there is none. `recorded_by`: who may record it. "station": a station or staff. "staff": staff
    alone, because points depend on the word of somebody else than the resident. `category`: FHIR's category for such
    metrics. `molar_mass_g_per_mol`: for values that also come as an amount of substance. `digits`: the number of decimals
    that people read. `page_name`: the name of its line on the resident's page; None where it has no line of its own.
    `is_worn`: whether the device that says it was worn or carried at the time, so that a value, 0 too, is a sign of that.
    `codes`: what the values stand for, where they are answers and not measurements. `total_of`: the metric whose day so
    far a sample states, as a counter that starts at midnight shows it.
    """

    code: str
    number: int
    loinc: str | None
    unit: str
    minimum: float
    maximum: float
    day_maximum: float | None
    resolution: float
    daily: Literal["sum", "mean", "last", "least", "times"]
    sample_time: Literal["moment", "minute"]
    recorded_by: Recorder
    category: Category
    digits: int
    page_name: str | None
    molar_mass_g_per_mol: float | None
    is_worn: bool
    codes: tuple[Code, ...] = ()
    total_of: str | None = None

    @property
    def per_unit(self) -> int:
        """How many multiples of the resolution make one unit. The number is whole, so that decimals survive storage."""
        return round(1 / self.resolution)

    @property
    def parts_per_multiple(self) -> int:
        """How many of the parts in which samples are kept make one multiple of the resolution."""
        return PARTS_PER_MULTIPLE if self.daily == "sum" else 1

    @property
    def parts_per_unit(self) -> int:
        """How many of the parts in which samples are kept make one unit."""
        return self.per_unit * self.parts_per_multiple

    @property
    def usual_length_ms(self) -> int:
        """How long a sample without a length lasts."""
        return MINUTE_MS if self.sample_time == "minute" else 0

    @property
    def is_counter(self) -> bool:
        """Whether samples state the day so far, so that a later one replaces those before it."""
        return self.total_of is not None

    @property
    def recorders(self) -> str:
        """Who may record it, in words for developers."""
        return told(self.recorders_said, None)

    @property
    def recorders_said(self) -> Said:
        """Who may record it."""
        return RECORDERS[self.recorded_by]

    def may_be_recorded_by(self, recorder: Recorder) -> bool:
        """Whether this recorder may record it."""
        return self.recorded_by in {"anyone", recorder} or recorder == "staff"
