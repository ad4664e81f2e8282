"""What a resident sees of what was measured: a line for each, in people's words and units."""

from datetime import timedelta

from playwright.async_api import Page, expect

from tests.pages.visits import sign_in, switch_language
from tests.town import NOON, Town, local_morning, steps
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.identity.accounts.enrolment import print_code

MEASURED = {
    "hrv_rmssd": 31.2,
    "hrv_sdnn": 42.8,
    "respiratory_rate": 15.5,
    "blood_glucose": 104,
    "oxygen_saturation": 97,
    "body_temperature": 36.54,
    "body_height": 162.3,
    "waist": 81,
    "body_mass_index": 23.31,
    "body_fat": 27.4,
    "body_weight": 61.4,
    "resting_heart_rate": 58,
    "heart_rate": 71,
    "diastolic_pressure": 76,
    "systolic_pressure": 128,
}

LINES = [
    ("血圧 収縮期(上)/拡張期(下) 128/76 mmHg", "Blood pressure systolic / diastolic 128/76 mmHg"),
    ("心拍数 71 回/分", "Heart rate 71 beats a minute"),
    ("安静時心拍数 58 回/分", "Resting heart rate 58 beats a minute"),
    ("体重 61.4 kg", "Body weight 61.4 kg"),
    ("体脂肪率 27.4 %", "Body fat 27.4 %"),
    ("BMI 23.3", "BMI 23.3"),
    ("腹囲 81.0 cm", "Waist 81.0 cm"),
    ("身長 162.3 cm", "Body height 162.3 cm"),
    ("体温 36.5 ℃", "Body temperature 36.5 °C"),
    ("血中酸素飽和度 その日の最低 97 %", "Blood oxygen lowest of the day 97 %"),
    ("血糖値 104 mg/dL", "Blood glucose 104 mg/dL"),
    ("呼吸数 16 回/分", "Breathing rate 16 breaths a minute"),
    ("心拍変動 SDNN 43 ミリ秒", "Heart rate variability SDNN 43 ms"),
    ("心拍変動 RMSSD 31 ミリ秒", "Heart rate variability RMSSD 31 ms"),
]


async def _shown(page: Page) -> list[str]:
    """The lines without the times at their ends."""
    await expect(page.get_by_test_id("measure")).to_have_count(len(LINES))
    lines = await page.get_by_test_id("measure").all_inner_texts()
    return [" ".join(line.split()[:-1]) for line in lines]


def test_every_metric_that_is_measured_is_here() -> None:
    assert MEASURED.keys() == {
        metric.code
        for metric in METRICS
        if metric.sample_time == "moment"
        and metric.recorded_by == "anyone"
        and not metric.codes
        and not metric.is_counter
    }


async def test_every_measure_has_its_line_and_pressures_share_one(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    times_ms = steps([0])["times_ms"]
    await town.upload(
        hanako,
        *(
            {"metric": metric, "source": "station:test", "times_ms": times_ms, "values": [value]}
            for metric, value in MEASURED.items()
        ),
    )
    await town.settle()
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    assert await _shown(phone) == [ja for ja, _ in LINES]
    await switch_language(phone)
    assert await _shown(phone) == [en for _, en in LINES]


async def test_sleep_and_exercise_are_told_in_hours_and_minutes_with_their_day(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    yesterday = local_morning(NOON.date()) - timedelta(days=1)
    evening = local_morning(NOON.date()) - timedelta(hours=7)
    for metric, minutes, start in (
        ("sleep_minutes", 60, evening),
        ("sleep_minutes", 380, local_morning(NOON.date()) - timedelta(hours=6, minutes=-10)),
        ("active_minutes", 60, yesterday),
        ("snow_shovelling_minutes", 25, yesterday),
    ):
        await town.upload(hanako, steps([1] * minutes, start=start) | {"metric": metric})
    await town.settle()
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    lines = phone.get_by_test_id("measure")
    await expect(lines).to_have_count(3)
    said = [" ".join(line.split()) for line in await lines.all_inner_texts()]
    assert said == [
        "運動 その日の合計 1時間0分 11月17日(火)",
        "雪かき その日の合計 25分 11月17日(火)",
        "睡眠 前の日の夕方6時から 7時間20分 今日",
    ]
    await switch_language(phone)
    await expect(lines.last).to_contain_text("7 h 20 min")


async def test_pressures_at_home_distance_and_floors_have_their_lines(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    morning = local_morning(NOON.date())
    for metric, values in (("systolic_pressure", [138, 131]), ("diastolic_pressure", [88, 82])):
        await town.upload(
            hanako, steps(values, source="phone:cuff", start=morning) | {"metric": metric}
        )
    for metric, value in (("distance_walked", 54), ("floors_climbed", 1)):
        await town.upload(hanako, steps([value] * 60, start=morning) | {"metric": metric})
    await town.settle()
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    lines = phone.get_by_test_id("measure")
    await expect(lines).to_have_count(4)
    said = [" ".join(line.split()) for line in await lines.all_inner_texts()]
    assert said == [
        "血圧 収縮期(上)/拡張期(下) 135/85 mmHg 6:01",
        "朝の家庭血圧 めやすは上135・下85未満 135/85 mmHg 6:01",
        "歩いた距離 その日の合計 3.2 km 今日",
        "上った階数 その日の合計 60 階 今日",
    ]


async def test_half_a_blood_pressure_is_not_shown(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    times_ms = steps([0])["times_ms"]
    await town.upload(
        hanako,
        {
            "metric": "systolic_pressure",
            "source": "watch:w1",
            "times_ms": times_ms,
            "values": [128],
        },
        {"metric": "body_weight", "source": "watch:w1", "times_ms": times_ms, "values": [61.4]},
    )
    await town.settle()
    await sign_in(phone, await print_code(town.owner, hanako.principal_id, now=town.clock()))
    await expect(phone.get_by_test_id("measure")).to_have_count(1)
    await expect(phone.get_by_test_id("measure")).to_contain_text("体重")
