"""What counts of a day by the origins of its samples, beside plain sums; and worker and proof on days of all kinds."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.trust import OriginTrust, Trust
from tests.tables import number, read_rows
from tests.town import NOON, Person, Town, local_morning, steps
from tests.wellness_api.rewards.awards.test_trust import differences, programme, turn_to
from wellness_api.health.days.summarise import StoredDay, summarise_days
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE, FIGURE_BY_NUMBER
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.merging import Layer
from wellness_api.health.samples.origins import SAYS_MORE_FIRST, Origin
from wellness_api.rewards.awards.trusted import (
    LeftOut,
    TrustedDay,
    concerned_of,
    trusted_day,
    values_of,
)

TODAY: Final = NOON.date()
MINUTE_MS: Final = 60_000
FIGURES: Final = frozenset(FIGURE_BY_NUMBER)
TYPED_AND_FILES: Final = Trust(
    typed=OriginTrust(counts=False), file=OriginTrust(day_max={"steps": 6000})
)


def segment(
    place: int, origin: Origin | None, amounts: Mapping[int, int], source: str = "phone:a"
) -> StoredSegment:
    """Steps by minute of the day."""
    minutes = np.array(sorted(amounts), np.int32)
    layer = Layer(
        sequence=place,
        revision=0,
        times=minutes * np.int32(MINUTE_MS),
        lengths=np.full(len(minutes), MINUTE_MS, np.int32),
        values=np.array([amounts[minute] * 1000 for minute in sorted(amounts)], np.int64),
    )
    return StoredSegment(
        STEPS.number, source, TODAY, datetime(2026, 11, 18, 12, tzinfo=UTC), layer, origin
    )


def trusted(trust: Trust, segments: Sequence[StoredSegment]) -> TrustedDay:
    stored = StoredDay(TODAY, "UTC", segments)
    concerned = concerned_of(trust, stored, TODAY, city_day=TODAY)
    (summary,) = summarise_days([stored], FIGURES)
    every = values_of(summary)
    day = trusted_day(stored, concerned, TODAY, FIGURES, city_day=TODAY, all_of_it=every)
    # Worked out from nothing, as where something came too late.
    assert day == trusted_day(stored, concerned, TODAY, FIGURES, city_day=TODAY, all_of_it=None)
    return day


def walk(
    place: int, origin: Origin | None, thousands: int, hour: int | None = None
) -> StoredSegment:
    """So many thousand steps, 200 a minute, in hours of its own."""
    since = 60 * (place if hour is None else hour)
    return segment(place, origin, dict.fromkeys(range(since, since + 5 * thousands), 200))


@pytest.mark.parametrize(
    ("device", "file", "typed", "counted", "over", "untrusted"),
    [
        [number(cell) for cell in row]
        for row in read_rows("""
        device | file | typed | counted | over | untrusted
             3 |    0 |     0 |       3 |    0 |         0
             0 |    4 |     0 |       4 |    0 |         0
             0 |    9 |     0 |       6 |    3 |         0
             3 |    9 |     0 |       9 |    3 |         0
             3 |    0 |     8 |       3 |    0 |         8
             3 |    9 |     8 |       9 |    3 |         8
             0 |    0 |     8 |       0 |    0 |         8
        """)
    ],
)
def test_typed_steps_count_nothing_and_those_of_a_file_up_to_the_most(
    device: int, file: int, typed: int, counted: int, over: int, untrusted: int
) -> None:
    amounts: list[tuple[Origin, int]] = [("device", device), ("file", file), ("typed", typed)]
    segments = [walk(place, *of) for place, of in enumerate(amounts) if of[1]]
    day = trusted(TYPED_AND_FILES, segments)
    assert day.values.get(STEPS.number, 0) == 1000 * counted
    said = {(of.origin, of.why): of.amount for of in day.left_out.get(STEPS.number, ())}
    expected = {("file", "over"): 1000 * over, ("typed", "untrusted"): 1000 * untrusted}
    assert said == {reason: amount for reason, amount in expected.items() if amount}


@pytest.mark.parametrize(
    ("device", "file", "typed", "in_all", "before_8", "after_18"),
    [
        [[number(amount) for amount in cell.split("+")] for cell in row]
        for row in read_rows("""
        device  | file        | typed       | in all | before 8 | after 18
        1 + 2   | 0 + 0       | 0 + 0       |      3 |        1 |        2
        0 + 0   | 4 + 4       | 0 + 0       |      6 |        4 |        4
        0 + 0   | 8 + 0       | 0 + 0       |      6 |        6 |        0
        0 + 0   | 8 + 9       | 0 + 0       |      6 |        6 |        6
        1 + 2   | 7 + 7       | 0 + 0       |      9 |        7 |        8
        1 + 0   | 0 + 2       | 5 + 5       |      3 |        1 |        2
        """)
    ],
)
def test_each_figure_of_a_part_of_the_day_takes_the_most_by_itself(
    device: list[int],
    file: list[int],
    typed: list[int],
    in_all: list[int],
    before_8: list[int],
    after_18: list[int],
) -> None:
    """Thousands in the morning + in the evening."""
    amounts: list[tuple[Origin, list[int]]] = [("device", device), ("file", file), ("typed", typed)]
    segments = [
        walk(2 * place + half, origin, thousands[half], hour=18 * half + 2 * place)
        for place, (origin, thousands) in enumerate(amounts)
        for half in (0, 1)
        if thousands[half]
    ]
    day = trusted(TYPED_AND_FILES, segments)
    figures = [FIGURE_BY_CODE[code] for code in ("steps", "steps_before_8", "steps_after_18")]
    assert [[day.values.get(figure.number, 0) / 1000] for figure in figures] == [
        in_all,
        before_8,
        after_18,
    ]
    sent = [sum(of) for of in zip(device, file, typed, strict=True)]
    for figure, counted, all_of_it in zip(
        figures, (in_all, before_8, after_18), (sum(sent), *sent), strict=True
    ):
        left_out = sum(of.amount for of in day.left_out.get(figure.number, ()))
        assert counted[0] * 1000 + left_out == all_of_it * 1000


def test_minutes_worn_know_no_most_and_leave_out_what_counts_nothing() -> None:
    told = [walk(1, "device", 1), walk(2, "file", 9), walk(4, "typed", 2)]
    day = trusted(TYPED_AND_FILES, told)
    wear = FIGURE_BY_CODE["wear_minutes"].number
    assert day.values[wear] == 5 * (1 + 9)
    assert [of.why for of in day.left_out[wear]] == ["untrusted"]


@pytest.mark.parametrize(
    ("app", "file", "counted", "of_app", "of_file"),
    [
        [number(cell) for cell in row]
        for row in read_rows("""
        app | file | counted | over of app | over of file
          9 |    0 |       3 |           6 |            0
          9 |    1 |       4 |           6 |            0
          9 |    8 |       9 |           6 |            2
          2 |    8 |       8 |           0 |            2
        """)
    ],
)
def test_each_origin_adds_up_to_its_own_most(
    app: int, file: int, counted: int, of_app: int, of_file: int
) -> None:
    """What is above the most of one is not paid as another's."""
    trust = Trust(
        app=OriginTrust(day_max={"steps": 3000}), file=OriginTrust(day_max={"steps": 6000})
    )
    told: list[tuple[Origin, int]] = [("app", app), ("file", file)]
    found = trusted(trust, [walk(place, *of) for place, of in enumerate(told) if of[1]])
    assert found.values[STEPS.number] == 1000 * counted
    said = {(of.origin, of.why): of.amount for of in found.left_out.get(STEPS.number, ())}
    expected = {("app", "over"): 1000 * of_app, ("file", "over"): 1000 * of_file}
    assert said == {reason: amount for reason, amount in expected.items() if amount}


def test_a_most_of_another_metric_leaves_that_of_steps_as_it_is() -> None:
    trust = Trust(
        app=OriginTrust(day_max={"steps": 3000}), file=OriginTrust(day_max={"active_minutes": 30})
    )
    found = trusted(trust, [walk(0, "app", 9), walk(1, "file", 1)])
    assert found.values[STEPS.number] == 4000


def test_without_what_covers_more_a_day_comes_to_more() -> None:
    """A watch's hour that was typed in says less than the phone in the pocket."""
    phone = segment(0, "device", dict.fromkeys(range(480, 540), 100))
    watch = segment(1, "typed", dict.fromkeys(range(480, 540), 20), "watch:b")
    found = trusted(TYPED_AND_FILES, [phone, watch])
    assert (found.arrived[STEPS.number], found.values[STEPS.number]) == (1200, 6000)
    assert found.left_out[STEPS.number] == [LeftOut("typed", "untrusted", -4800)]


def test_what_a_later_origin_covers_is_above_the_most_no_more() -> None:
    """A watch's file says less of the hour than the app, whose most it would be above."""
    trust = Trust(
        app=OriginTrust(day_max={"steps": 3000}), file=OriginTrust(day_max={"steps": 6000})
    )
    app = segment(0, "app", dict.fromkeys(range(480, 540), 100))
    file = segment(1, "file", dict.fromkeys(range(480, 540), 60), "watch:b")
    found = trusted(trust, [app, file])
    assert found.values[STEPS.number] == 3000
    assert found.left_out[STEPS.number] == [LeftOut("app", "over", 600)]


@pytest.mark.parametrize(("covered", "left"), [("app", "device"), ("device", "app")])
def test_who_is_covered_is_named_for_what_is_above_a_most_no_more(
    covered: Origin, left: Origin
) -> None:
    """A watch's file says nearly nothing of one hour, which another origin's most had already cut."""
    most = OriginTrust(day_max={"steps": 3000})
    trust = Trust(device=most, app=most, file=OriginTrust(day_max={"steps": 6000}))
    hours = {covered: range(480, 540), left: range(600, 660)}
    told = [
        segment(place, origin, dict.fromkeys(hours[origin], 100))
        for place, origin in enumerate(hours)
    ]
    file = segment(2, "file", dict.fromkeys(hours[covered], 1), "watch:b")
    found = trusted(trust, [*told, file])
    assert [of.origin for of in found.left_out[STEPS.number]] == [left]


ORIGINS = st.sampled_from(SAYS_MORE_FIRST)
TRUSTS = st.builds(
    OriginTrust,
    counts=st.booleans(),
    day_max=st.sampled_from([{}, {"steps": 500}, {"steps": 3000}]),
    after_days=st.sampled_from([0, 1]),
)
MAYBE_TRUSTS = st.none() | TRUSTS
ALL_TRUST = st.builds(
    Trust,
    station=MAYBE_TRUSTS,
    device=MAYBE_TRUSTS,
    app=MAYBE_TRUSTS,
    typed=MAYBE_TRUSTS,
    file=MAYBE_TRUSTS,
    unsaid=MAYBE_TRUSTS,
)


def plainly(trust: Trust, amounts: Sequence[tuple[Origin | None, int]]) -> int:
    """Of walks in hours of their own: what is trusted, and of each other origin what there is, up to its most."""
    total = 0
    for origin in SAYS_MORE_FIRST:
        of = trust.of(origin or "unsaid")
        amount = sum(count for other, count in amounts if other == origin)
        if of.counts and not of.after_days:
            total += min(amount, int(of.day_max.get("steps", amount)))
    return total


@given(
    ALL_TRUST,
    st.lists(st.tuples(ORIGINS, st.integers(1, 10)), min_size=1, max_size=8),
)
def test_walks_apart_are_counted_as_plain_sums_are(
    trust: Trust, walks: list[tuple[Origin | None, int]]
) -> None:
    segments = [walk(place, *of) for place, of in enumerate(walks)]
    day = trusted(trust, segments)
    amounts = [(origin, 1000 * thousands) for origin, thousands in walks]
    assert day.values.get(STEPS.number, 0) == plainly(trust, amounts)
    left_out = sum(of.amount for of in day.left_out.get(STEPS.number, ()))
    assert day.values.get(STEPS.number, 0) + left_out == sum(count for _, count in amounts)


@given(
    ALL_TRUST,
    st.lists(
        st.tuples(
            ORIGINS,
            st.sampled_from(["phone:a", "watch:b", "station:c"]),
            st.dictionaries(st.integers(0, 30), st.integers(0, 150), min_size=1, max_size=6),
        ),
        min_size=1,
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_what_counts_does_not_hang_on_the_order_in_which_it_is_read(
    trust: Trust, told: list[tuple[Origin | None, str, dict[int, int]]], chance: Random
) -> None:
    segments = [
        segment(place, origin, amounts, source)
        for place, (origin, source, amounts) in enumerate(told)
    ]
    found = trusted(trust, segments)
    assert trusted(trust, chance.sample(segments, len(segments))) == found
    assert all(value >= 0 for value in found.values.values())
    assert all(of.amount > 0 for each in found.left_out.values() for of in each if of.why == "over")
    for figure in (figure for figure in FIGURE_BY_NUMBER.values() if figure.adds_up):
        left_out = sum(of.amount for of in found.left_out.get(figure.number, ()))
        counted = found.values.get(figure.number, 0)
        assert counted + left_out == pytest.approx(found.arrived.get(figure.number, 0))


HABITS: Final[Sequence[Origin | None]] = (None, "device", "typed", "file", "app")


async def something(town: Town, person: Person, chance: Random) -> None:
    """A walk of today or a day before, of some device and origin, new or said anew."""
    day = (town.clock() + timedelta(hours=9)).date() - timedelta(
        days=chance.choice([0, 0, 1, 3, 9])
    )
    start = local_morning(day) + timedelta(minutes=30 * chance.randint(-10, 4))
    values = [chance.choice([None, 40, 120, 150]) for _ in range(chance.choice([20, 60]))]
    batch: dict[str, Any] = steps(
        values,
        start=min(start, town.clock() - timedelta(hours=1)),
        source=chance.choice(["phone:test", "watch:w"]),
        revision=chance.randint(0, 2),
    )
    origin = chance.choice(HABITS)
    await town.upload(person, batch if origin is None else batch | {"origin": origin})


@pytest.mark.parametrize("seed", range(3))
async def test_worker_and_proof_agree_on_days_of_all_origins(town: Town, seed: int) -> None:
    chance = Random(seed)
    weekly = """
[[rules]]
kind = "period_tiers"
code = "week"
period = "week"
of = "total"
bands = [{ tiers = [{ at_least = 5000, points = 7 }] }]

[[rules]]
kind = "streak"
code = "row"
goal = { at_least = 1500 }
every_days = 2
points_each = 3

[[rules]]
kind = "daily_tiers"
code = "early"
metrics = ["steps_before_8"]
bands = [{ tiers = [{ at_least = 1000, points = 2 }, { at_least = 3000, points = 5 }] }]

[[rules]]
kind = "daily_tiers"
code = "worn"
metrics = ["wear_minutes"]
bands = [{ tiers = [{ at_least = 30, points = 1 }] }]
"""
    await town.put_in_force(
        programme(
            "typed = { counts = false }, file = { day_max = { steps = 2000 }, after_days = 2 },"
            " app = { day_max = { steps = 3000 } }",
            rules=weekly,
        )
    )
    people = await town.residents(4)
    await town.worker.turn_day()
    for place in range(5):
        for _ in range(chance.randint(4, 9)):
            await something(town, chance.choice(people), chance)
            if chance.random() < 0.4:
                await town.settle()
        assert await differences(town) == []
        await turn_to(town, TODAY + timedelta(days=place + 1))
        town.clock.now = local_morning(TODAY + timedelta(days=place + 1)) + timedelta(hours=6)
        assert await differences(town) == []
    assert await town.awards()
