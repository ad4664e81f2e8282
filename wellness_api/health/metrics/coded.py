"""What is answered rather than measured: how a measurement was taken, and questions of the standard questionnaire.

How a measurement was taken is a sample of its own with the measurement's source and time. The questions are those of
Japan's specific health checkups, fourth period (標準的な質問票, 2024), whose item codes stand beside them; the values
are the questionnaire's own.
"""

from typing import Final

from wellness_api.health.metrics.metric import Code, Metric
from wellness_api.process.names import Name


def _coded(number: int, code: str, ja: str, en: str, *answers: tuple[str, str, str]) -> Metric:
    """A metric whose values count its answers, given as (code, Japanese, English), from 1."""
    return Metric(
        code=code,
        number=number,
        name=Name(ja=ja, en=en),
        loinc=None,
        unit="1",
        minimum=1,
        maximum=len(answers),
        day_maximum=None,
        resolution=1,
        daily="last",
        sample_time="moment",
        recorded_by="anyone",
        codes=tuple(
            Code(value=value, code=answer, name=Name(ja=answer_ja, en=answer_en))
            for value, (answer, answer_ja, answer_en) in enumerate(answers, start=1)
        ),
    )


YES_NO: Final = (("yes", "はい", "Yes"), ("no", "いいえ", "No"))

MEASURED_HOW: Final[tuple[Metric, ...]] = (
    _coded(
        39,
        "blood_pressure_posture",
        "血圧測定の姿勢",
        "Posture at blood pressure",
        ("sitting", "座位", "Sitting"),
        ("standing", "立位", "Standing"),
        ("lying", "臥位", "Lying"),
        ("reclining", "半臥位", "Reclining"),
    ),
    _coded(
        40,
        "blood_pressure_site",
        "血圧測定の部位",
        "Site of blood pressure",
        ("left_upper_arm", "左上腕", "Left upper arm"),
        ("right_upper_arm", "右上腕", "Right upper arm"),
        ("left_wrist", "左手首", "Left wrist"),
        ("right_wrist", "右手首", "Right wrist"),
    ),
    _coded(
        41,
        "glucose_meal_relation",
        "血糖測定と食事",
        "Meal at blood glucose",
        ("general", "随時", "Any time"),
        ("fasting", "空腹時", "Fasting"),
        ("before_meal", "食前", "Before a meal"),
        ("after_meal", "食後", "After a meal"),
    ),
)

QUESTIONS: Final[tuple[Metric, ...]] = (
    # 9N746000000000011: sweating exercise of 30 minutes, twice a week for a year.
    _coded(42, "exercise_habit", "運動習慣(問診)", "Exercise habit", *YES_NO),
    # 9N751000000000011: walking or the like for an hour a day.
    _coded(43, "daily_walking_habit", "1日1時間以上の歩行(問診)", "Daily walking habit", *YES_NO),
    # 9N756000000000011: faster than others of the same age.
    _coded(44, "fast_walking", "歩く速度が速い(問診)", "Fast walking", *YES_NO),
    # 9N796000000000011: enough rest by sleep.
    _coded(45, "rested_by_sleep", "睡眠で休養がとれている(問診)", "Rested by sleep", *YES_NO),
    # 9N801000000000011: the intention to improve exercise and eating.
    _coded(
        46,
        "stage_of_change",
        "生活習慣改善の意思(問診)",
        "Stage of change",
        ("precontemplation", "改善するつもりはない", "No intention"),
        ("contemplation", "6か月以内に改善するつもり", "Within six months"),
        ("preparation", "近いうちに、少しずつ始めている", "Soon, started a little"),
        ("action", "取り組んでいる(6か月未満)", "For less than six months"),
        ("maintenance", "取り組んでいる(6か月以上)", "For six months or more"),
    ),
)

CODED: Final[tuple[Metric, ...]] = MEASURED_HOW + QUESTIONS
