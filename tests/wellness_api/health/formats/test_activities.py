"""What an activity is, by the name that people and apps give it."""

import pytest

from tests.tables import read_rows
from wellness_api.health.formats.activities import activity_metric


def test_an_activity_is_known_by_a_whole_word_of_its_name() -> None:
    named = read_rows("""
        name                         | metric
        Walk                         | walking_minutes
        walking.fitness              | walking_minutes
        nordic_walking               | walking_minutes
        Hiking                       | walking_minutes
        ウォーキング                 | walking_minutes
        Running                      | running_minutes
        Treadmill run (indoors)      | running_minutes
        Jogging                      | running_minutes
        Mountain Biking              | cycling_minutes
        biking.stationary            | cycling_minutes
        E-Bike                       | cycling_minutes
        CYCLING                      | cycling_minutes
        Ｓｗｉｍ                     | swimming_minutes
        Open-water swimming          | swimming_minutes
        Cross-Country Skiing         | skiing_minutes
        ski                          | skiing_minutes
        Lift weights                 | strength_minutes
        strength_training            | strength_minutes
        weightlifting                | strength_minutes
        Weight Training              | strength_minutes
        body weight exercise         | strength_minutes
        ski snowboard                | skiing_minutes
        """)
    assert [(name, activity_metric(name)) for name, _ in named] == named


@pytest.mark.parametrize(
    "name",
    [
        "skipping",
        "rope skipping",
        "Skill training",
        "skid control",
        "skin care",
        "skirmish",
        "Jet ski",
        "water skiing",
        "runway show",
        "Rune reading",
        "rungs",
        "bikini contest",
        "bikram yoga",
        "cyclone watch",
        "cyclops",
        "Walkie-talkie repair",
        "walkover",
        "wall climbing",
        "hiker's meeting",
        "hikikomori talk",
        "joggle",
        "swimwear fitting",
        "weightless float",
        "weight loss class",
        "Gardening",
        "",
    ],
)
def test_a_word_that_only_begins_alike_is_another_thing(name: str) -> None:
    assert activity_metric(name) is None
