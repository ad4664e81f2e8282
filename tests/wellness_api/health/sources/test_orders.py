"""Which source counts first."""

from datetime import date

import pytest

from wellness_api.health.sources.orders import SourceOrder, in_order

STEPS, WEIGHT = 1, 5
DAY = date(2026, 11, 18)
ALL = ["station:c", "phone:b", "watch:b", "phone:a", "watch:a"]


def chosen(from_day: date, *sources: str, metric: int = STEPS) -> SourceOrder:
    return SourceOrder(metric, from_day, sources)


def test_without_a_choice_watch_comes_before_phone_before_station_and_then_the_name_decides() -> (
    None
):
    assert in_order(ALL, [], metric=STEPS, day=DAY) == [
        "watch:a",
        "watch:b",
        "phone:a",
        "phone:b",
        "station:c",
    ]


def test_chosen_sources_come_first_in_their_order_and_the_others_after_them() -> None:
    choices = [chosen(DAY, "phone:b", "station:c", "phone:not-here")]
    assert in_order(ALL, choices, metric=STEPS, day=DAY) == [
        "phone:b",
        "station:c",
        "watch:a",
        "watch:b",
        "phone:a",
    ]


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 9), "watch:a"),
        (date(2026, 11, 10), "phone:a"),
        (date(2026, 11, 14), "phone:a"),
        (date(2026, 11, 15), "phone:b"),
        (date(2027, 1, 1), "phone:b"),
    ],
)
def test_a_choice_holds_from_its_day_until_the_next_one(day: date, first: str) -> None:
    choices = [chosen(date(2026, 11, 15), "phone:b"), chosen(date(2026, 11, 10), "phone:a")]
    assert in_order(ALL, choices, metric=STEPS, day=day)[0] == first


def test_a_choice_for_one_metric_says_nothing_of_another() -> None:
    choices = [chosen(DAY, "phone:b", metric=WEIGHT)]
    assert in_order(ALL, choices, metric=STEPS, day=DAY)[0] == "watch:a"
