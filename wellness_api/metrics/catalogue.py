"""The catalogue of metrics: the one place that says what a metric is.

Adding a metric is one entry here and its test. Codes are LOINC, units UCUM; ranges are what a living person's
device can show, not what is healthy.
"""

from typing import Literal

import msgspec


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A name for people, Japanese first."""

    ja: str
    en: str


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """What one metric is.

    `number` stands for the metric in tables and is never given to another one.
    `resolution`: samples are kept as whole multiples of it.
    `daily`: how a day's samples become the day's value.
    """

    code: str
    number: int
    name: Name
    loinc: str | None
    unit: str
    minimum: float
    maximum: float
    resolution: float
    daily: Literal["sum", "mean", "last"]

    @property
    def per_unit(self) -> int:
        """How many multiples of the resolution make one unit; whole, so that decimals survive storage."""
        return round(1 / self.resolution)


METRICS: tuple[Metric, ...] = (
    Metric(
        code="steps",
        number=1,
        name=Name(ja="歩数", en="Steps"),
        loinc="55423-8",
        unit="{steps}",
        minimum=0,
        maximum=400,
        resolution=1,
        daily="sum",
    ),
    Metric(
        code="heart_rate",
        number=2,
        name=Name(ja="心拍数", en="Heart rate"),
        loinc="8867-4",
        unit="/min",
        minimum=20,
        maximum=300,
        resolution=1,
        daily="mean",
    ),
    Metric(
        code="systolic_pressure",
        number=3,
        name=Name(ja="収縮期血圧", en="Systolic blood pressure"),
        loinc="8480-6",
        unit="mm[Hg]",
        minimum=50,
        maximum=300,
        resolution=0.1,
        daily="mean",
    ),
    Metric(
        code="diastolic_pressure",
        number=4,
        name=Name(ja="拡張期血圧", en="Diastolic blood pressure"),
        loinc="8462-4",
        unit="mm[Hg]",
        minimum=20,
        maximum=200,
        resolution=0.1,
        daily="mean",
    ),
    Metric(
        code="body_weight",
        number=5,
        name=Name(ja="体重", en="Body weight"),
        loinc="29463-7",
        unit="kg",
        minimum=1,
        maximum=400,
        resolution=0.005,
        daily="last",
    ),
)

METRIC_BY_CODE = {metric.code: metric for metric in METRICS}
METRIC_BY_NUMBER = {metric.number: metric for metric in METRICS}
STEPS = METRIC_BY_CODE["steps"]

assert len(METRIC_BY_CODE) == len(METRICS), "a metric code is used twice"
assert all(metric.per_unit * metric.resolution == 1 for metric in METRICS), (
    "1 / resolution must be whole"
)
assert len(METRIC_BY_NUMBER) == len(METRICS), "a metric number is used twice"
