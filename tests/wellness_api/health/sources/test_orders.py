"""Which source counts first."""

from collections.abc import Iterable
from datetime import date

import pytest

from wellness_api.health.sources.orders import SourceOrder, Weight, by_name, chosen_for, is_settled
from wellness_api.health.sources.orders import in_order as in_order_by

STEPS, WEIGHT = 1, 5
DAY = date(2026, 11, 18)
ALL = ["station:c", "phone:b", "watch:b", "phone:a", "watch:a"]


def in_order(
    sources: Iterable[str], choices: Iterable[SourceOrder], *, metric: int, day: date
) -> list[str]:
    """Where those of one kind say the same but for their name."""
    return in_order_by(sources, choices, metric=metric, day=day, weigh=by_name)


def chosen(from_day: date, *sources: str, metric: int = STEPS) -> SourceOrder:
    return SourceOrder(metric, from_day, sources)


def test_without_a_choice_watch_comes_before_phone_before_station() -> None:
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


def test_a_kind_alone_stands_for_its_sources_that_are_not_named() -> None:
    choices = [chosen(DAY, "watch:b", "watch", "phone:b", "station", "phone")]
    assert in_order(ALL, choices, metric=STEPS, day=DAY) == [
        "watch:b",
        "watch:a",
        "phone:b",
        "station:c",
        "phone:a",
    ]


def test_of_a_kind_that_stands_alone_the_one_that_tells_of_more_comes_first() -> None:
    weights = {"watch:a": Weight(20, 900, b""), "watch:b": Weight(10, 100, b"")}
    order = in_order_by(
        ["watch:a", "watch:b", "phone:a"],
        [chosen(DAY, "watch", "phone:a")],
        metric=STEPS,
        day=DAY,
        weigh=weights.__getitem__,
    )
    assert order == ["watch:b", "watch:a", "phone:a"]


@pytest.mark.parametrize(
    ("choice", "settled"),
    [
        (None, []),
        ([], ["watch", "phone"]),
        (["watch:a", "watch:b"], ["watch"]),
        (["watch"], ["watch"]),
        (["watch", "phone:b"], ["watch", "phone"]),
    ],
)
def test_each_kind_is_settled_by_itself(choice: list[str] | None, settled: list[str]) -> None:
    assert [kind for kind in ("watch", "phone") if is_settled(kind, choice)] == settled


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


@pytest.mark.parametrize("names", [("phone:a", "phone:b"), ("phone:b", "phone:a")])
def test_of_one_kind_the_one_that_tells_of_more_comes_first_whatever_its_name(
    names: tuple[str, str],
) -> None:
    more, less = names
    weights = {more: Weight(10, 900, b""), less: Weight(20, 100, b"")}
    for sources in (names, names[::-1]):
        order = in_order_by(sources, [], metric=STEPS, day=DAY, weigh=weights.__getitem__)
        assert order == [more, less]


def test_of_those_that_tell_of_as_much_the_one_that_says_less_comes_first() -> None:
    weights = {"phone:a": Weight(10, 900, b""), "phone:b": Weight(10, 100, b"")}
    order = in_order_by(weights, [], metric=STEPS, day=DAY, weigh=weights.__getitem__)
    assert order == ["phone:b", "phone:a"]


def test_that_it_does_not_matter_is_a_word_too() -> None:
    assert chosen_for([], metric=STEPS, day=DAY) is None
    assert chosen_for([chosen(DAY)], metric=STEPS, day=DAY) == ()
    assert in_order(ALL, [chosen(DAY)], metric=STEPS, day=DAY)[0] == "watch:a"
