"""What devices really send, over HTTP to the day's figure: it is what was walked, slept or weighed, in whatever order it came."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from tests.town import NOON, Town
from tests.town import steps as minutes_of_steps
from tests.wellness_api.health.days.telling import (
    PHONE,
    SPLITS,
    TODAY,
    WATCH,
    YESTERDAY,
    Told,
    apple,
    at,
    day_value,
    delete_by_hand,
    gone,
    row,
    shift_by_hand,
    steps,
    table,
    tell,
    weight,
)

pytestmark = pytest.mark.long

STEP_COUNT = "HKQuantityTypeIdentifierStepCount"
BODY_MASS = "HKQuantityTypeIdentifierBodyMass"
SLEEP = "HKCategoryTypeIdentifierSleepAnalysis"
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def every_minute(
    name: str, count: int, first: str, *, minutes: int, steps_each: int, device: int = PHONE
) -> list[Told]:
    starts = [at(first) + MINUTE * place for place in range(count)]
    return [
        steps(f"{name}{place}", start, start + MINUTE * minutes, steps_each, device=device)
        for place, start in enumerate(starts)
    ]


IN_ANY_ORDER: dict[str, tuple[list[Told], float]] = {
    "five minutes sent anew each minute": (
        every_minute("w", 60, "8:00:07", minutes=5, steps_each=500),
        6_400,
    ),
    "a minute of which the beginning is told six times": (
        [steps(f"s{second}", at(f"8:00:0{second}"), at("8:01"), 100) for second in range(6)],
        100,
    ),
    "the day and an hour of it": (
        [steps("day", at("0"), at("24"), 3_050), steps("hour", at("12"), at("13"), 3_000)],
        3_050,
    ),
    "the day so far, told twice": (
        [steps("six", at("0"), at("18"), 9_000), steps("noon", at("0"), at("12"), 5_000)],
        9_000,
    ),
    "a walk that was told when it was not over": (
        [
            steps("first", at("8:00"), at("8:30"), 1_500, changed=at("8:31")),
            steps("whole", at("8:00"), at("8:40"), 1_840, changed=at("8:41")),
        ],
        1_840,
    ),
    "a phone's hour beside the watch's six minutes of it": (
        [
            steps("phone", at("8"), at("9"), 600, device=PHONE),
            steps("watch", at("8"), at("8:06"), 600, device=WATCH),
        ],
        600,
    ),
    "twelve such hours": (
        [
            told
            for hour in range(8, 20)
            for told in (
                steps(f"p{hour}", at(f"{hour}"), at(f"{hour + 1}"), 600, device=PHONE),
                steps(f"w{hour}", at(f"{hour}"), at(f"{hour}:06"), 600, device=WATCH),
            )
        ],
        7_200,
    ),
    "halves of steps": (
        [row("steps", at(f"8:{place:02}"), at(f"8:{place + 1:02}"), 2.5) for place in range(10)],
        25,
    ),
    "less than half a step, forty times": (
        [row("steps", at(f"8:{place:02}"), at(f"8:{place + 1:02}"), 0.4) for place in range(40)],
        16,
    ),
}


@pytest.mark.parametrize("split", SPLITS)
async def test_a_day_is_what_was_walked_in_whatever_order_it_came(town: Town, split: str) -> None:
    people = dict(zip(IN_ANY_ORDER, await town.residents(len(IN_ANY_ORDER)), strict=True))
    for case, (told, _) in IN_ANY_ORDER.items():
        for part in SPLITS[split](told):
            await tell(town, people[case], part)
    counted = {case: await day_value(town, person) for case, person in people.items()}
    assert counted == {case: expected for case, (_, expected) in IN_ANY_ORDER.items()}


async def test_a_phone_and_a_band_that_one_app_reads_are_not_added(town: Town) -> None:
    told = every_minute("phone", 30, "8:00:05", minutes=1, steps_each=100)
    told += every_minute("band", 30, "8:00:25", minutes=1, steps_each=95)
    counted = set()
    for split in SPLITS.values():
        hanako = await town.resident()
        for part in split(told):
            await tell(town, hanako, part)
        counted.add(await day_value(town, hanako))
    (value,) = counted
    assert value is not None
    assert 2_850 <= value <= 3_000


def quarter_minutes(count: int) -> list[Told]:
    quarter = MINUTE / 4
    starts = [at("1") + quarter * place for place in range(count)]
    return [row("sleep_minutes", start, start + quarter, 0.25) for start in starts]


@pytest.mark.parametrize("split", SPLITS)
async def test_counts_of_a_few_seconds_each_are_added_though_none_says_how_long_it_was(
    town: Town, split: str
) -> None:
    """Eight steps every five seconds from 8:00:03, for five minutes that end at midnight in the second case."""
    for first in ("8:00:03", "23:55:03"):
        starts = [at(first) + timedelta(seconds=5 * place) for place in range(59)]
        hanako = await town.resident()
        for part in SPLITS[split]([row("steps", start, None, 8) for start in starts]):
            await tell(town, hanako, part)
        assert await day_value(town, hanako) == 8 * 59


async def test_ten_minutes_of_sleep_in_quarters_are_ten(town: Town) -> None:
    for split in SPLITS.values():
        hanako = await town.resident()
        for part in split(quarter_minutes(40)):
            await tell(town, hanako, part)
        assert await day_value(town, hanako, "sleep_minutes") == 10


async def test_a_night_gives_each_day_its_part(town: Town) -> None:
    """Seven and a half hours in all; each day is rounded for itself."""
    hanako = await town.resident()
    asleep, awake = at("23:10:21"), at("30:40:21")
    await tell(town, hanako, [apple("night", SLEEP, asleep, awake, 1, "")])
    assert await day_value(town, hanako, "sleep_minutes") == 49.7
    assert await day_value(town, hanako, "sleep_minutes", TODAY) == 400.4
    await tell(town, hanako, [gone("night", form="healthkit")])
    assert await day_value(town, hanako, "sleep_minutes") is None
    assert await day_value(town, hanako, "sleep_minutes", TODAY) is None


WEIGHED: Sequence[Told] = [
    apple("A", BODY_MASS, at("7"), at("7"), 65, "kg"),
    apple("B", BODY_MASS, at("7"), at("7"), 62.5, "kg"),
    gone("A", form="healthkit"),
]


async def test_an_edited_weight_is_the_edit(town: Town) -> None:
    """HealthKit edits by a new sample and a deletion of the old one."""
    for order in permutations(WEIGHED):
        hanako = await town.resident()
        for told in order:
            await tell(town, hanako, [told])
        assert await day_value(town, hanako, "body_weight") == 62.5


COUNTS = (120, 251, 388, 520, 646)


def _told_anew(place: int) -> list[Told]:
    """The new record, and the end of the old one."""
    new = apple(f"R{place}", STEP_COUNT, at("8"), at("8:30"), COUNTS[place], "count")
    return [new, gone(f"R{place - 1}", form="healthkit")] if place else [new]


ANEW = {
    "the new one first": [[one] for place in range(5) for one in _told_anew(place)],
    "the deletion first": [[one] for place in range(5) for one in reversed(_told_anew(place))],
    "both at once": [_told_anew(place) for place in range(5)],
    "the last first": [[one] for place in reversed(range(5)) for one in _told_anew(place)],
    "all deletions first": [
        *([one] for place in range(1, 5) for one in _told_anew(place)[1:]),
        *(_told_anew(place)[:1] for place in range(5)),
    ],
    "all at once": [[one for place in range(5) for one in _told_anew(place)]],
}


async def test_a_walk_told_anew_four_times_is_what_was_said_last(town: Town) -> None:
    people = dict(zip(ANEW, await town.residents(len(ANEW)), strict=True))
    for order, parts in ANEW.items():
        for part in parts:
            await tell(town, people[order], part)
    counted = {order: await day_value(town, person) for order, person in people.items()}
    assert counted == dict.fromkeys(ANEW, 646)


@pytest.mark.parametrize(
    ("source", "of_table", "expected"),
    [
        ("watch:table", 8_000, 8_000),
        ("watch:table", 7_000, 7_000),
        ("station:table", 8_000, 8_000),
        ("station:table", 7_000, 7_500),
    ],
)
async def test_a_table_of_days_is_not_added_to_anothers_minutes(
    town: Town, source: str, of_table: int, expected: float
) -> None:
    """A better source's day says how much; of a worse one's only what is beyond the minutes counts."""
    walked = minutes_of_steps([100] * 75, start=at("6"))
    for table_first in (True, False):
        hanako = await town.resident()
        if table_first:
            await table(town, hanako, of_table, source=source)
        await town.upload(hanako, walked)
        if not table_first:
            await table(town, hanako, of_table, source=source)
        assert await day_value(town, hanako) == expected


async def test_a_mistyped_weight_deleted_by_hand_leaves_room_for_the_right_one(town: Town) -> None:
    hanako = await town.resident()
    wrong = weight("w", at("7"), 162.4, changed=at("7:01"))
    await tell(town, hanako, [wrong])
    assert await day_value(town, hanako, "body_weight") == 162.4
    await delete_by_hand(town, hanako)
    assert await day_value(town, hanako, "body_weight") is None
    await tell(town, hanako, [wrong])
    assert await day_value(town, hanako, "body_weight") is None
    town.clock.advance(timedelta(minutes=5))
    await tell(town, hanako, [weight("w", at("7"), 62.4, changed=NOON + timedelta(minutes=4))])
    assert await day_value(town, hanako, "body_weight") == 62.4
    await tell(town, hanako, [wrong])
    assert await day_value(town, hanako, "body_weight") == 62.4


async def test_what_the_phone_changed_before_the_deletion_by_hand_stays_deleted(
    town: Town,
) -> None:
    """It was on its way, and the resident had seen it on the phone."""
    hanako = await town.resident()
    await tell(town, hanako, [weight("w", at("7"), 162.4, changed=at("7:01"))])
    await delete_by_hand(town, hanako)
    await tell(town, hanako, [weight("w", at("7"), 162.5, changed=at("7:02"))])
    assert await day_value(town, hanako, "body_weight") is None


@pytest.mark.parametrize("earlier", [None, at("7", TODAY), at("7", YESTERDAY - DAY)])
async def test_what_was_written_before_the_deletion_stays_deleted_wherever_it_stood_before(
    town: Town, earlier: datetime | None
) -> None:
    """Which day is read first decides nothing, nor whether the phone had told the record at all."""
    hanako = await town.resident()
    if earlier is not None:
        await tell(town, hanako, [weight("w", earlier, 162.4, changed=at("7:01", TODAY))])
    await tell(town, hanako, [weight("other", at("6"), 61.0, changed=at("6"))])
    await delete_by_hand(town, hanako)
    await tell(town, hanako, [weight("w", at("7"), 162.5, changed=at("7:02", TODAY))])
    for _ in range(2):
        assert await day_value(town, hanako, "body_weight") is None
        await tell(town, hanako, [weight("new", at("8", TODAY), 62.0, changed=at("8", TODAY))])


async def test_moved_steps_are_still_their_phones_to_edit_and_delete(town: Town) -> None:
    hanako = await town.resident()
    await tell(town, hanako, [steps("s", at("8"), at("8:10"), 500)])
    (listed,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    (source,) = [item["source"] for item in listed["sources"]]
    assert await day_value(town, hanako) == 500
    await shift_by_hand(town, hanako, source, 3_600)
    assert await day_value(town, hanako) == 500
    town.clock.advance(timedelta(minutes=5))
    edited = steps("s", at("8"), at("8:10"), 300, changed=NOON + timedelta(minutes=4))
    await tell(town, hanako, [edited])
    assert await day_value(town, hanako) == 300
    await tell(town, hanako, [gone("s")])
    assert await day_value(town, hanako) in {None, 0}


async def test_a_record_of_the_whole_day_counts_while_the_day_goes_on_and_after(town: Town) -> None:
    """Some phones keep one record of the day until 23:59 and raise its count."""
    hanako = await town.resident()

    async def counted(count: int, changed: datetime) -> float:
        town.clock.now = changed
        day = steps("day", at("0", TODAY), at("23:59", TODAY), count, changed=changed)
        await tell(town, hanako, [day])
        value = await day_value(town, hanako, day=TODAY)
        assert value is not None
        return value

    assert await counted(4_000, NOON) == 4_000
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 4_000
    assert await counted(6_500, at("18", TODAY)) == 6_500
    assert await counted(8_000, at("23:50", TODAY)) == 8_000
    town.clock.now = at("24:10", TODAY)
    assert await day_value(town, hanako, day=TODAY) == 8_000
    tomorrow = TODAY + timedelta(days=1)
    assert await day_value(town, hanako, day=tomorrow) is None
