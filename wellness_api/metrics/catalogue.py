"""The catalogue of metrics: the one place that says what a metric is. A table, so it may be longer than 300 lines.

Adding a metric is one entry here and its test. Codes are LOINC, units UCUM; ranges are what a living person's
device can show, not what is healthy. docs/decisions/0013-metric-codes.md says where each LOINC code was confirmed
and why some metrics have none.
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
    `loinc`: None where no code could be confirmed.
    `minimum`, `maximum`: of a single sample, so of one minute where minutes are counted.
    `resolution`: samples are kept as whole multiples of it.
    `daily`: how a day's samples become the day's value.
    `sample_time`: what a sample's time stands for. "moment": when it was measured. "minute": any time within the
    minute that was counted; each minute is counted on its own, so that of two devices only one counts (days).
    """

    code: str
    number: int
    name: Name
    loinc: str | None
    unit: str
    minimum: float
    maximum: float
    resolution: float
    daily: Literal["sum", "mean", "last", "min"]
    sample_time: Literal["moment", "minute"]

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
        sample_time="minute",
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
        sample_time="moment",
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
        sample_time="moment",
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
        sample_time="moment",
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
        sample_time="moment",
    ),
    Metric(
        code="distance_walked",
        number=6,
        name=Name(ja="歩いた距離", en="Distance walked"),
        loinc=None,
        unit="m",
        minimum=0,
        maximum=600,
        resolution=0.1,
        daily="sum",
        sample_time="minute",
    ),
    Metric(
        code="floors_climbed",
        number=7,
        name=Name(ja="上った階数", en="Floors climbed"),
        loinc="100304-5",
        unit="{floors}",
        minimum=0,
        maximum=20,
        resolution=0.1,
        daily="sum",
        sample_time="minute",
    ),
    Metric(
        code="active_minutes",
        number=8,
        name=Name(ja="運動時間", en="Active minutes"),
        loinc="55411-3",
        unit="min",
        minimum=0,
        maximum=1,
        resolution=0.1,
        daily="sum",
        sample_time="minute",
    ),
    Metric(
        code="active_energy",
        number=9,
        name=Name(ja="活動による消費エネルギー", en="Active energy"),
        loinc="93819-1",
        unit="kcal",
        minimum=0,
        maximum=50,
        resolution=0.01,
        daily="sum",
        sample_time="minute",
    ),
    Metric(
        code="basal_energy",
        number=10,
        name=Name(ja="安静時の消費エネルギー", en="Basal energy"),
        loinc=None,
        unit="kcal",
        minimum=0,
        maximum=10,
        resolution=0.01,
        daily="sum",
        sample_time="minute",
    ),
    Metric(
        code="resting_heart_rate",
        number=11,
        name=Name(ja="安静時心拍数", en="Resting heart rate"),
        loinc="40443-4",
        unit="/min",
        minimum=20,
        maximum=200,
        resolution=1,
        daily="last",
        sample_time="moment",
    ),
    Metric(
        code="hrv_sdnn",
        number=12,
        name=Name(ja="心拍変動(SDNN)", en="Heart rate variability (SDNN)"),
        loinc="80404-7",
        unit="ms",
        minimum=0,
        maximum=500,
        resolution=0.1,
        daily="mean",
        sample_time="moment",
    ),
    Metric(
        code="hrv_rmssd",
        number=13,
        name=Name(ja="心拍変動(RMSSD)", en="Heart rate variability (RMSSD)"),
        loinc=None,
        unit="ms",
        minimum=0,
        maximum=500,
        resolution=0.1,
        daily="mean",
        sample_time="moment",
    ),
    Metric(
        code="body_fat",
        number=14,
        name=Name(ja="体脂肪率", en="Body fat"),
        loinc="41982-0",
        unit="%",
        minimum=1,
        maximum=80,
        resolution=0.1,
        daily="last",
        sample_time="moment",
    ),
    Metric(
        code="body_mass_index",
        number=15,
        name=Name(ja="体格指数(BMI)", en="Body mass index"),
        loinc="39156-5",
        unit="kg/m2",
        minimum=8,
        maximum=100,
        resolution=0.01,
        daily="last",
        sample_time="moment",
    ),
    Metric(
        code="body_height",
        number=16,
        name=Name(ja="身長", en="Body height"),
        loinc="8302-2",
        unit="cm",
        minimum=30,
        maximum=260,
        resolution=0.1,
        daily="last",
        sample_time="moment",
    ),
    Metric(
        code="waist",
        number=17,
        name=Name(ja="腹囲", en="Waist circumference"),
        loinc="8280-0",
        unit="cm",
        minimum=30,
        maximum=250,
        resolution=0.1,
        daily="last",
        sample_time="moment",
    ),
    Metric(
        code="oxygen_saturation",
        number=18,
        name=Name(ja="血中酸素飽和度", en="Oxygen saturation"),
        loinc="59408-5",
        unit="%",
        minimum=50,
        maximum=100,
        resolution=0.1,
        daily="min",
        sample_time="moment",
    ),
    Metric(
        code="body_temperature",
        number=19,
        name=Name(ja="体温", en="Body temperature"),
        loinc="8310-5",
        unit="Cel",
        minimum=30,
        maximum=44,
        resolution=0.01,
        daily="last",
        sample_time="moment",
    ),
    Metric(
        code="blood_glucose",
        number=20,
        name=Name(ja="血糖値", en="Blood glucose"),
        loinc="2339-0",
        unit="mg/dL",
        minimum=10,
        maximum=1_000,
        resolution=0.1,
        daily="mean",
        sample_time="moment",
    ),
    Metric(
        code="sleep_minutes",
        number=21,
        name=Name(ja="睡眠時間", en="Sleep minutes"),
        loinc="93832-4",
        unit="min",
        minimum=0,
        maximum=1,
        resolution=0.1,
        daily="sum",
        sample_time="minute",
    ),
    Metric(
        code="respiratory_rate",
        number=22,
        name=Name(ja="呼吸数", en="Respiratory rate"),
        loinc="9279-1",
        unit="/min",
        minimum=4,
        maximum=60,
        resolution=0.1,
        daily="mean",
        sample_time="moment",
    ),
    Metric(
        code="snow_shovelling_minutes",
        number=23,
        name=Name(ja="雪かきの時間", en="Snow-shovelling minutes"),
        loinc=None,
        unit="min",
        minimum=0,
        maximum=1,
        resolution=0.1,
        daily="sum",
        sample_time="minute",
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
