"""What people answer: how a measurement was taken, and questions of the standard questionnaire.

How a measurement was taken is a sample of its own, with the measurement's source and time. The questions are those of
Japan's specific health checkups, fourth period (標準的な質問票, 2024). Their item codes stand beside them, and the values are
the questionnaire's own.
"""

from typing import Final

from wellness_api.health.metrics.metric import Category, Code, Metric


def _coded(number: int, code: str, *answers: str, category: Category) -> Metric:
    """A metric whose values are the numbers of its answers, from 1."""
    return Metric(
        code=code,
        number=number,
        loinc=None,
        unit="1",
        minimum=1,
        maximum=len(answers),
        day_maximum=None,
        resolution=1,
        daily="last",
        sample_time="moment",
        recorded_by="anyone",
        category=category,
        digits=0,
        page_name=None,
        molar_mass_g_per_mol=None,
        is_worn=False,
        codes=tuple(
            Code(value=value, code=answer) for value, answer in enumerate(answers, start=1)
        ),
    )


YES_NO: Final = ("yes", "no")

MEASURED_HOW: Final[tuple[Metric, ...]] = (
    _coded(
        39,
        "blood_pressure_posture",
        "sitting",
        "standing",
        "lying",
        "reclining",
        category="exam",
    ),
    _coded(
        40,
        "blood_pressure_site",
        "left_upper_arm",
        "right_upper_arm",
        "left_wrist",
        "right_wrist",
        category="exam",
    ),
    _coded(
        41,
        "glucose_meal_relation",
        "general",
        "fasting",
        "before_meal",
        "after_meal",
        category="exam",
    ),
)

QUESTIONS: Final[tuple[Metric, ...]] = (
    # 9N746000000000011: sweating exercise of 30 minutes, twice a week for a year.
    _coded(42, "exercise_habit", *YES_NO, category="survey"),
    # 9N751000000000011: walking or the like for an hour a day.
    _coded(43, "daily_walking_habit", *YES_NO, category="survey"),
    # 9N756000000000011: faster than others of the same age.
    _coded(44, "fast_walking", *YES_NO, category="survey"),
    # 9N796000000000011: enough rest by sleep.
    _coded(45, "rested_by_sleep", *YES_NO, category="survey"),
    # 9N801000000000011: the intention to improve exercise and eating.
    _coded(
        46,
        "stage_of_change",
        "precontemplation",
        "contemplation",
        "preparation",
        "action",
        "maintenance",
        category="survey",
    ),
)

CODED: Final[tuple[Metric, ...]] = MEASURED_HOW + QUESTIONS
