"""Tables that say how long something was counted: by a column of ends, or of lengths."""

from typing import Any

import pytest

from tests.town import Town
from tests.wellness_api.health.formats.test_csv import only, read, refusal, send
from wellness_api.health.samples.problems import InvalidUpload

WALKS: dict[str, Any] = {
    "time": "開始",
    "end": "終了",
    "value": "steps:歩数",
    "source": "watch:band",
}
MINUTE_MS = 60_000


def minutes_of(table: str, **query: Any) -> float:
    """How long the table's only row was counted."""
    (length,) = only(read(table, **query)).columns["steps"].lengths_ms
    return length / MINUTE_MS


def refused(table: str, **query: Any) -> InvalidUpload:
    with pytest.raises(InvalidUpload) as error:
        read(table, **query)
    return error.value


async def test_an_hour_of_steps_is_counted_over_its_hour(town: Town) -> None:
    hanako = await town.resident()
    table = "開始,終了,歩数\n2026/11/18 6:00,2026/11/18 7:00,3000\n"
    answer = await send(town, hanako, table, **WALKS)
    assert (answer.status, answer.json["receipt"]["accepted"]) == (201, 1)
    # As an amount of one minute, 3,000 steps could not be true.
    assert answer.json["receipt"]["flagged"] == 0
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 3_000


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026/11/17 6:05", "2026/11/17 6:35", 30),
        ("2026/11/17 23:50", "2026/11/18 0:20", 30),
        ("2026-11-17T06:05:00+09:00", "2026-11-16T22:05:00Z", 60),
        ("2026年11月17日 6時5分", "2026年11月17日 6時5分", 0),
    ],
)
def test_an_end_has_its_date_and_time(start: str, end: str, minutes: float) -> None:
    assert minutes_of(f"開始,終了,歩数\n{start},{end},900\n", **WALKS) == minutes


@pytest.mark.parametrize(
    ("clock", "end", "minutes"),
    [("6:05", "6:35", 30), ("23:30", "0:15", 45), ("0:00", "0:00", 0)],
)
def test_beside_a_clock_an_end_is_a_time_of_day_and_before_the_start_of_the_next_day(
    clock: str, end: str, minutes: float
) -> None:
    query = {
        "date": "日付",
        "clock": "開始",
        "end": "終了",
        "value": "steps:歩数",
        "source": "watch:w",
    }
    assert minutes_of(f"日付,開始,終了,歩数\n2026/11/16,{clock},{end},900\n", **query) == minutes


def test_an_end_is_written_as_the_start_is() -> None:
    query = WALKS | {"time_format": "%d.%m.%Y %H:%M"}
    table = "開始,終了,歩数\n16.11.2026 06:05,16.11.2026 06:35,900\n"
    assert minutes_of(table, **query) == 30
    beside_a_clock = {"date": "日", "clock": "開始", "end": "終了"} | {
        name: query[name] for name in ("value", "source", "time_format")
    }
    assert minutes_of("日,開始,終了,歩数\n16.11.2026,06:05,06:35,900\n", **beside_a_clock) == 30


@pytest.mark.parametrize(
    ("said", "cell", "minutes"),
    [
        ("時間", "30", 30),
        ("時間:min", "12.5", 12.5),
        ("時間:s", "90", 1.5),
        ("時間:h", "１", 60),
        ("時間:ms", "1,500", 0.025),
    ],
)
def test_a_length_is_a_number_of_minutes_or_of_its_unit(
    said: str, cell: str, minutes: float
) -> None:
    query = {"time": "開始", "length": said, "value": "steps:歩数", "source": "watch:w"}
    assert minutes_of(f'開始,時間,歩数\n2026/11/17 6:05,"{cell}",900\n', **query) == minutes


def test_a_row_without_an_end_is_of_a_minute() -> None:
    table = "開始,終了,歩数\n2026/11/17 6:05,,90\n"
    assert only(read(table, **WALKS)).columns["steps"].lengths_ms == ()


def test_what_is_measured_beside_an_amount_is_of_the_start() -> None:
    query = WALKS | {"value": ["steps:歩数", "heart_rate:脈拍"]}
    columns = only(
        read("開始,終了,歩数,脈拍\n2026/11/17 6:05,2026/11/17 6:35,900,92\n", **query)
    ).columns
    assert list(columns["steps"].lengths_ms) == [30 * MINUTE_MS]
    assert list(columns["heart_rate"].lengths_ms) == []
    assert columns["steps"].times_ms == columns["heart_rate"].times_ms


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026/11/17 6:05", "2026/11/17 6:04"),
        ("2026/11/15 6:05", "2026/11/16 7:06"),
        ("2026/11/17 6:05", "2026/11/17"),
        ("2026/11/17 6:05", "morning"),
        ("2026/11/17 6:05", "1999/11/17 6:05"),
        ("2026/11/17", "2026/11/17 6:05"),
    ],
)
def test_an_end_that_cannot_be_is_refused_with_its_row_by_the_columns_name(
    start: str, end: str
) -> None:
    table = f"開始,終了,歩数\n{start},{end},900\n2026/11/16 6:05,2026/11/16 6:35,900\n"
    items = read(table, **WALKS)
    assert refusal(items) == (0, "終了")
    assert len(items.taken) == 1


@pytest.mark.parametrize("cell", ["-1", "1501", "ten"])
def test_a_length_that_cannot_be_is_refused_with_its_row(cell: str) -> None:
    query = {"time": "開始", "length": "時間", "value": "steps:歩数", "source": "watch:w"}
    assert refusal(read(f"開始,時間,歩数\n2026/11/17 6:05,{cell},900\n", **query)) == (0, "時間")


def test_a_whole_day_has_no_other_end() -> None:
    table = "開始,終了,歩数\n2026/11/16,,8000\n"
    (length,) = only(read(table, **WALKS)).columns["steps"].lengths_ms
    assert length == 24 * 60 * MINUTE_MS


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"length": "終了"}, "length"),
        ({"end": "終り"}, "end"),
        ({"end": ["終了", "開始"]}, "end"),
        ({"value": "body_weight:歩数"}, "end"),
        ({"end": None, "length": "終了:weeks"}, "length"),
        ({"end": None, "length": "時間:min"}, "length"),
    ],
)
def test_a_query_that_does_not_say_how_long_rows_are_is_refused_before_any_row_is_read(
    query: dict[str, Any], field: str
) -> None:
    said = {name: value for name, value in (WALKS | query).items() if value is not None}
    assert refused("開始,終了,歩数\n", **said).field == field
