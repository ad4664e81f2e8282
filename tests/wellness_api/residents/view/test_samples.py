"""A resident reads back what their devices sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import nanoarrow
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import MINUTE_MS, NOON, Answer, Person, Town, local_morning, ms, steps
from wellness_api.residents.view.samples import SampleColumns, at_most

MORNING = local_morning(NOON.date())


async def samples(
    town: Town,
    person: Person,
    *,
    start: datetime = MORNING,
    hours: float = 6,
    accept: str = "application/json",
    **more: str,
) -> Answer:
    span = {"from": start.isoformat(), "to": (start + timedelta(hours=hours)).isoformat()}
    return await town.call(
        "GET",
        "/v1/me/samples",
        params={"metric": "steps"} | span | more,
        headers=person.headers | {"Accept": accept},
    )


def times(count: int, *, first: int = 0) -> list[int]:
    return [ms(MORNING) + MINUTE_MS * minute for minute in range(first, first + count)]


async def test_what_was_sent_is_read_back_at_once_before_any_worker(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([50, 60, 70]))
    answer = (await samples(town, hanako)).json
    assert (answer["times_ms"], answer["values"]) == (times(3), [50, 60, 70])
    assert (answer["metric"], answer["unit"], answer["source"]) == ("steps", "{steps}", None)


async def test_edits_and_samples_taken_back_are_read_as_they_are_now(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([50, 60, 70]))
    await town.upload(hanako, steps([55, None], revision=1))
    assert (await samples(town, hanako)).json["values"] == [55, 70]


async def test_of_each_minute_the_best_source_counts_and_each_source_can_be_asked_for(
    town: Town,
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([10, 20, 30, 40], source="phone:a"))
    await town.upload(hanako, steps([11, 21], source="watch:b"))
    assert (await samples(town, hanako)).json["values"] == [11, 21, 30, 40]
    assert (await samples(town, hanako, source="phone:a")).json["values"] == [10, 20, 30, 40]
    assert (await samples(town, hanako, source="watch:c")).json["values"] == []


async def test_flagged_samples_are_no_answer_also_of_their_own_source(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([10, 401, 30], source="phone:a"))
    assert (await samples(town, hanako, source="phone:a")).json["values"] == [10, 30]


async def test_the_span_begins_with_its_first_moment_and_ends_before_its_last(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([1, 2, 3, 4]))
    start = MORNING + timedelta(minutes=1)
    assert (await samples(town, hanako, start=start, hours=2 / 60)).json["values"] == [2, 3]


async def test_a_span_over_days_is_one_answer_in_order_of_time(town: Town) -> None:
    hanako = await town.resident()
    for back in (0, 2, 1):
        start = MORNING - timedelta(days=back)
        await town.upload(hanako, steps([100 - back, 100], start=start))
    answer = (await samples(town, hanako, start=MORNING - timedelta(days=2), hours=72)).json
    assert answer["values"] == [98, 100, 99, 100, 100, 100]
    assert answer["times_ms"] == sorted(answer["times_ms"])


async def test_nobody_reads_another_residents_samples(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await town.upload(hanako, steps([50]))
    assert (await samples(town, taro)).json["values"] == []


async def test_every_format_says_the_same(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([50, 60]))
    packed = msgspec.msgpack.decode(
        (await samples(town, hanako, accept="application/msgpack")).body
    )
    assert np.frombuffer(packed["times_ms"], "<i8").tolist() == times(2)
    assert np.frombuffer(packed["values"], "<f8").tolist() == [50, 60]
    csv = await samples(town, hanako, accept="text/csv")
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert csv.body.decode().splitlines() == [
        "time,steps ({steps})",
        "2026-11-18T06:00:00.000+09:00,50",
        "2026-11-18T06:01:00.000+09:00,60",
    ]
    arrow = await samples(town, hanako, accept="application/vnd.apache.arrow.stream")
    rows = nanoarrow.ArrayStream.from_readable(arrow.body).read_all().to_pylist()
    assert [(ms(row["time"]), row["value"]) for row in rows] == [
        (times(2)[0], 50),
        (times(2)[1], 60),
    ]


@pytest.mark.parametrize(
    "accept", ["application/msgpack", "text/csv", "application/vnd.apache.arrow.stream"]
)
async def test_an_empty_span_is_an_empty_answer_in_every_format(town: Town, accept: str) -> None:
    assert (await samples(town, await town.resident(), accept=accept)).status == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"metric": "happiness"}, "metric"),
        ({"from": "2026-11-18T00:00:00"}, "from"),
        ({"to": "2026-11-18T06:00:00"}, "to"),
        ({"to": "2020-01-01T00:00:00+09:00"}, "to"),
        ({"to": "2029-01-01T00:00:00+09:00"}, "to"),
        ({"from": "0001-01-01T00:00:00+00:00"}, "from"),
        ({"to": "9999-12-31T23:59:59+00:00"}, "to"),
    ],
)
async def test_a_span_that_cannot_be_read_is_refused_with_its_field(
    town: Town, wrong: dict[str, str], field: str
) -> None:
    answer = await samples(town, await town.resident(), **wrong)
    assert (answer.status, answer.json["type"]) == (422, "urn:wellness:invalid_span")
    assert answer.json["errors"][0]["field"] == field


@pytest.mark.parametrize("wrong", [{"from": "yesterday"}, {"points": "1"}, {"source": "my phone"}])
async def test_a_parameter_that_is_none_is_refused(town: Town, wrong: dict[str, str]) -> None:
    answer = await samples(town, await town.resident(), **wrong)
    assert answer.status == 400
    assert answer.json["errors"][0]["field"] in wrong


async def test_a_chart_gets_as_many_points_as_it_asks_for(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([minute % 40 for minute in range(359)] + [399]))
    answer = (await samples(town, hanako, points="50")).json
    assert 4 <= len(answer["values"]) <= 50
    assert max(answer["values"]) == 399, "the peak stays"


@given(values=st.lists(st.integers(0, 400), min_size=1, max_size=300), points=st.integers(4, 320))
def test_fewer_points_are_some_of_the_samples_with_both_ends(
    values: Sequence[int], points: int
) -> None:
    columns = SampleColumns(
        np.arange(len(values), dtype=np.int64) * MINUTE_MS, np.array(values, np.float64)
    )
    fewer = at_most(columns, points)
    assert len(fewer.times_ms) <= max(points, 1)
    assert {*zip(fewer.times_ms, fewer.values, strict=True)} <= {*zip(*columns, strict=True)}
    assert (fewer.times_ms[0], fewer.times_ms[-1]) == (columns.times_ms[0], columns.times_ms[-1])
    assert (np.diff(fewer.times_ms) > 0).all()
