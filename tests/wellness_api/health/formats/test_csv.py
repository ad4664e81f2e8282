"""Any table as CSV: the ways that numbers and times are written, what the query may say, and all that can be wrong."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.presets import preset_text
from points.programme import read_programme
from tests.town import NOON, Answer, Person, Town
from tests.wellness_api.health.formats.stores import CONTEXT, reads_or_refuses, samples
from wellness_api.health.formats.csv_table.form import (
    CSV_TABLE,
    TABLE_BYTES_MAX,
    TABLE_ROWS_MAX,
    read_csv,
)
from wellness_api.health.formats.format import Context, ReadItems
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.records import Record

SCALE = "station:scale"
WEIGHT: dict[str, Any] = {"time": "日時", "value": "body_weight:体重(kg)", "source": SCALE}
SEVEN_TODAY = 22 * 60
"""Seven in the morning of the town's day, in minutes from the midnight UTC that `samples` counts from."""


async def send(
    town: Town, person: Person, table: str | bytes, *, kind: str = "text/csv", **query: Any
) -> Answer:
    return await town.call(
        "POST",
        "/v1/uploads/csv",
        params=query,
        data=table.encode() if isinstance(table, str) else table,
        headers=person.headers
        | {"Idempotency-Key": f"csv-{next(town.keys):08}", "Content-Type": kind},
    )


def read(table: str | bytes, zone: str = "Asia/Tokyo", **query: Any) -> ReadItems:
    """The table as read without a server; a query of one value may be given as it is."""
    parameters = {
        name: value if isinstance(value, list) else [value] for name, value in query.items()
    }
    body = table.encode() if isinstance(table, str) else table
    return read_csv(body, Context(NOON, zone, parameters))


def only(items: ReadItems) -> Record:
    (record,) = items.taken
    assert isinstance(record, Record)
    return record


def time_of(cell: str, zone: str = "Asia/Tokyo", **query: Any) -> str:
    items = read(f'日時,体重(kg)\n"{cell}",62.4\n', zone, **(WEIGHT | query))
    column = only(items).columns["body_weight"]
    return datetime.fromtimestamp(column.times_ms[0] / 1000, UTC).isoformat()


def value_of(cell: str) -> float | None:
    items = read(f'日時,体重(kg)\n2026/11/18 6:05,"{cell}"\n', **WEIGHT)
    return only(items).columns["body_weight"].values[0]


def refusal(items: ReadItems) -> tuple[int, str]:
    (refused,) = items.refused
    assert refused.limit
    assert refused.detail
    return refused.item, refused.field


async def test_a_table_of_steps_by_the_minute_becomes_points(town: Town) -> None:
    """At once, where the programme trusts files as it does devices."""
    yokohama = read_programme(preset_text("yokohama"))
    await town.put_in_force(msgspec.structs.replace(yokohama, trust=None))
    hanako = await town.resident()
    rows = "".join(f"2026/11/18 6:{minute:02},100\r\n" for minute in range(25))
    answer = await send(
        town, hanako, "時刻,歩数\r\n" + rows, time="時刻", value="steps:歩数", source="watch:band"
    )
    assert (answer.status, answer.json["receipt"]["accepted"]) == (201, 25)
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (2_500, 1)


async def test_the_same_table_again_is_all_known(town: Town) -> None:
    hanako = await town.resident()
    table = "日時,体重(kg)\n2026-11-18T07:00:00+09:00,62.4\n2026-11-17T07:00:00+09:00,62.1\n"
    await send(town, hanako, table, **WEIGHT)
    receipt = (await send(town, hanako, table, **WEIGHT)).json["receipt"]
    assert (receipt["accepted"], receipt["duplicate"]) == (0, 2)


async def test_a_blood_pressure_diary_of_japanese_excel_is_read_as_it_is_saved(town: Town) -> None:
    hanako = await town.resident()
    table = "測定日,測定時刻,最高血圧,最低血圧,脈拍\r\n2026年11月18日,7時0分,１３２,８４,６８\r\n"
    answer = await send(
        town,
        hanako,
        table.encode("cp932"),
        date="測定日",
        clock="測定時刻",
        value=["systolic_pressure:最高血圧", "diastolic_pressure:最低血圧", "heart_rate:脈拍"],
        source="station:cuff",
        encoding="shift_jis",
    )
    assert answer.status == 201, answer.body
    assert [
        await samples(town, hanako, metric)
        for metric in ("systolic_pressure", "diastolic_pressure", "heart_rate")
    ] == [[(SEVEN_TODAY, 132)], [(SEVEN_TODAY, 84)], [(SEVEN_TODAY, 68)]]


async def test_a_corrected_row_with_the_same_id_takes_the_place_of_the_first(town: Town) -> None:
    hanako = await town.resident()
    query = WEIGHT | {"record": "番号"}
    await send(town, hanako, "番号,日時,体重(kg)\n1,2026/11/18 7:10,92.4\n", **query)
    await send(town, hanako, "番号,日時,体重(kg)\n1,2026/11/18 7:00,62.4\n", **query)
    assert await samples(town, hanako, "body_weight") == [(SEVEN_TODAY, 62.4)]


async def test_tables_that_number_their_lines_leave_each_other_alone(town: Town) -> None:
    hanako = await town.resident()
    query = WEIGHT | {"record": "番号"}
    fat = query | {"value": "body_fat:体脂肪率"}
    for table, of in (
        ("番号,日時,体重(kg)\n1,2026/11/17 9:30,63.0\n", query),
        ("番号,日時,体重(kg)\n1,2026/11/18 7:00,62.4\n", query),
        ("番号,日時,体脂肪率\n1,2026/11/18 7:00,20.5\n", fat),
    ):
        assert (await send(town, hanako, table, **of)).json["receipt"]["accepted"] == 1
    assert await samples(town, hanako, "body_weight") == [(30, 63.0), (SEVEN_TODAY, 62.4)]
    assert await samples(town, hanako, "body_fat") == [(SEVEN_TODAY, 20.5)]


async def test_a_table_with_one_value_corrected_replaces_that_row(town: Town) -> None:
    hanako = await town.resident()
    query = WEIGHT | {"record": "番号"}
    table = "番号,日時,体重(kg)\n1,2026/11/17 9:30,63.0\n2,2026/11/18 7:00,92.4\n"
    await send(town, hanako, table, **query)
    again = await send(town, hanako, table.replace("92.4", "62.4"), **query)
    receipt = again.json["receipt"]
    assert (receipt["accepted"], receipt["duplicate"]) == (1, 1)
    assert await samples(town, hanako, "body_weight") == [(30, 63.0), (SEVEN_TODAY, 62.4)]


async def test_a_cell_that_was_emptied_takes_its_value_back(town: Town) -> None:
    hanako = await town.resident()
    query: Any = WEIGHT | {"record": "番号", "value": ["body_weight:体重", "body_fat:体脂肪率"]}
    table = "番号,日時,体重,体脂肪率\n1,2026/11/18 7:00,62.4,20.5\n"
    await send(town, hanako, table, **query)
    await send(town, hanako, table.replace("20.5", ""), **query)
    assert await samples(town, hanako, "body_weight") == [(SEVEN_TODAY, 62.4)]
    assert await samples(town, hanako, "body_fat") == []


async def test_a_bad_row_is_refused_alone_with_its_number(town: Town) -> None:
    hanako = await town.resident()
    table = "日時,体重(kg)\n2026/11/18 7:00,62.4\n2026/11/18 7:01,heavy\n2026/11/18 7:02,62\n"
    answer = (await send(town, hanako, table, **WEIGHT)).json
    assert answer["receipt"]["accepted"] == 2
    (refused,) = answer["refusals"]
    assert (refused["item"], refused["field"]) == (1, "体重(kg)")


async def test_a_wrong_column_is_answered_with_the_one_that_was_meant(town: Town) -> None:
    hanako = await town.resident()
    answer = await send(
        town, hanako, "日時,体重(kg)\n2026/11/18 7:00,62.4\n", **(WEIGHT | {"time": "日付時"})
    )
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert error["field"] == "time"
    assert "日時, 体重(kg)" in str(answer.json)
    assert "Did you mean '日時'?" in str(answer.json)
    assert await town.owner.fetchval("SELECT count(*) FROM health.upload") == 0


async def test_json_is_not_taken_for_a_table(town: Town) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, "{}", kind="application/json", **WEIGHT)
    assert (answer.status, answer.json["errors"][0]["field"]) == (415, "Content-Type")


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-18T06:05:00+09:00",
        "2026-11-17T21:05:00Z",
        "2026-11-18T06:05",
        "2026-11-18 06:05:00",
        "2026-11-18 6:05",
        "20261118T0605",
        "2026/11/18 6:05",
        "2026/11/18 06:05:00",
        "2026/11/18　６：０５",
        "2026.11.18 6:05",
        "2026年11月18日 6時5分",
        "2026年11月18日6時5分0秒",
        "2026年11月18日(水) 6:05",
        "２０２６年１１月１８日　６時５分",
        " 2026/11/18 6:05 ",
    ],
)
def test_a_time_may_be_written_in_many_ways(cell: str) -> None:
    assert time_of(cell) == "2026-11-17T21:05:00+00:00"


@pytest.mark.parametrize(
    ("cell", "expected"), [("2026/11/18", "15:00"), ("2026/11/18 6時", "21:00")]
)
def test_a_date_alone_is_its_midnight_and_an_hour_alone_its_start(cell: str, expected: str) -> None:
    assert time_of(cell) == f"2026-11-17T{expected}:00+00:00"


@pytest.mark.parametrize(
    ("time_format", "cell"),
    [
        ("%d.%m.%Y %H:%M", "18.11.2026 06:05"),
        ("%m/%d/%y %I:%M %p", "11/18/26 6:05 AM"),
        ("%Y%m%d%H%M%S", "20261118060500"),
        ("%Y-%m-%d %H:%M:%S.%f", "2026-11-18 06:05:00.123"),
        ("%Y-%m-%d %H:%M %z", "2026-11-17 22:05 +0100"),
        ("%Y年%m月%d日 %H時%M分", "2026年11月18日 6時5分"),
        ("%Y-%m-%d %H:%M %%z", "2026-11-18 6:05 %z"),
    ],
)
def test_a_time_format_says_how_other_times_are_written(time_format: str, cell: str) -> None:
    assert time_of(cell, time_format=time_format) == "2026-11-17T21:05:00+00:00"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        # Clocks in Paris went from 3:00 back to 2:00 on 25 October, and from 2:00 on to 3:00 on 29 March.
        ("2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),
        ("2026-03-29 02:30", "2026-03-29T01:30:00+00:00"),
        ("2026-10-25 02:30:00+01:00", "2026-10-25T01:30:00+00:00"),
    ],
)
def test_of_a_repeated_hour_the_first_is_meant_and_a_skipped_time_goes_on(
    cell: str, expected: str
) -> None:
    assert time_of(cell, "Europe/Paris") == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("62.4", 62.4),
        ("６２．４", 62.4),
        ("1,234", 1_234),
        ("１２，３４５", 12_345),
        ("1,234,567.5", 1_234_567.5),
        ("-3", -3),
        ("−3", -3),
        ("+3.", 3),
        ("6.24E+1", 62.4),
    ],
)
def test_a_number_may_be_written_in_many_ways(cell: str, expected: float) -> None:
    assert value_of(cell) == expected


@pytest.mark.parametrize(
    "cell", ["heavy", "12,34", ",123", "--", "1e999", "1e10", "nan", "inf", "0x10", "6 2", "9" * 70]
)
def test_what_is_no_number_is_refused_with_the_name_of_its_column(cell: str) -> None:
    items = read(f'日時,体重(kg)\n2026/11/18 6:05,"{cell}"\n', **WEIGHT)
    assert refusal(items) == (0, "体重(kg)")


@pytest.mark.parametrize(
    "cell",
    [
        "yesterday",
        "",
        "2026/13/18 6:05",
        "2026/11/18 25:05",
        "18/11/2026 6:05",
        "1999/12/31 6:05",
        "2026/11/19 6:05",
        "46344.25",
        "2026-11-18T06:05:00+99:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026/11/18 6:05" + " " * 100 + "x",
    ],
)
def test_a_time_that_is_none_or_cannot_be_is_refused(cell: str) -> None:
    items = read(f'日時,体重(kg)\n"{cell}",62.4\n', **WEIGHT)
    assert refusal(items) == (0, "日時")


def test_values_in_another_unit_are_converted() -> None:
    items = read(
        "day,lb\n2026-11-18,137.6\n", time="day", value="body_weight:lb:[lb_av]", source=SCALE
    )
    assert only(items).columns["body_weight"].values == pytest.approx([62.414], abs=1e-3)


def test_an_empty_cell_is_skipped_and_a_row_without_a_value_refused() -> None:
    items = read(
        "日時,体重(kg),体脂肪率\n2026/11/18 6:05,62.4,\n2026/11/18 6:06,　,\n",
        **(WEIGHT | {"value": ["body_weight:体重(kg)", "body_fat:体脂肪率"]}),
    )
    assert set(only(items).columns) == {"body_weight"}
    assert refusal(items) == (1, "row")


def test_a_shorter_row_lacks_its_last_cells_and_a_longer_one_is_refused() -> None:
    table = (
        "日時,体重(kg),メモ\n2026/11/18 6:05,62.4\n2026/11/18 6:06,1,234,x\n2026/11/18 6:07,61,,,\n"
    )
    items = read(table, **WEIGHT)
    assert len(items.taken) == 2
    assert refusal(items) == (1, "row")


def test_blank_lines_are_no_rows() -> None:
    items = read("\n日時,体重(kg)\n\n2026/11/18 6:05,62.4\n\n", **WEIGHT)
    assert items.item_count == 1


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_cells_may_be_separated_otherwise(delimiter: str) -> None:
    table = '日時,体重(kg)\n2026/11/18 6:05,"1,234"\n'
    items = read(
        table.replace(",", delimiter).replace(f"1{delimiter}234", "1,234"),
        delimiter=delimiter,
        **WEIGHT,
    )
    assert only(items).columns["body_weight"].values == [1_234]


def test_a_byte_order_mark_and_full_width_letters_in_names_make_no_difference() -> None:
    items = read("\ufeff日時,体重（ｋｇ）\n2026/11/18 6:05,62.4\n", **WEIGHT)
    assert only(items).columns["body_weight"].values == [62.4]


def test_a_columns_name_may_hold_a_colon() -> None:
    items = read("t,BP: kg\n2026-11-18,62.4\n", time="t", value="body_weight:BP: kg", source=SCALE)
    assert only(items).columns["body_weight"].values == [62.4]


def test_a_row_without_id_is_kept_where_rows_have_ids() -> None:
    items = read("番号,日時,体重(kg)\n,2026/11/18 6:05,62.4\n", record="番号", **WEIGHT)
    assert only(items).record_id is None


def test_a_row_without_time_of_day_is_refused_where_there_is_a_column_for_it() -> None:
    items = read("日時,時刻,体重(kg)\n2026/11/18,,62.4\n", clock="時刻", **WEIGHT)
    assert refusal(items) == (0, "clock")


WRONG_QUERIES: list[tuple[dict[str, Any], str]] = [
    ({"time": []}, "time"),
    ({"date": "日時"}, "time"),
    ({"time": ["日時", "日時"]}, "time"),
    ({"time": "when"}, "time"),
    ({"clock": "when"}, "clock"),
    ({"record": "when"}, "record"),
    ({"time_format": "%Q"}, "time_format"),
    ({"time_format": "%Y %Y"}, "time_format"),
    ({"time_format": "%d" * 30}, "time_format"),
    ({"time_format": "%"}, "time_format"),
    ({"time_format": "today"}, "time_format"),
    ({"value": []}, "value"),
    ({"value": "body_weight"}, "value"),
    ({"value": "happiness:体重(kg)"}, "value"),
    ({"value": "body_weight:体重"}, "value"),
    ({"value": "body_weight:体重(kg):mL"}, "value"),
    ({"value": "body_weight:体重(kg):" + "k" * 99}, "value"),
    ({"value": ["body_weight:体重(kg)", "body_weight:体脂肪率"]}, "value"),
    ({"value": ["body_weight:体重(kg)"] * 21}, "value"),
    ({"value": "body_weight:メモ"}, "value"),
    ({"source": []}, "source"),
    ({"source": "scale"}, "source"),
    ({"source": "station:scale\n"}, "source"),
    ({"delimiter": "x"}, "delimiter"),
    ({"delimiter": '"'}, "delimiter"),
    ({"encoding": "utf-16"}, "encoding"),
    ({"encoding": "cp932"}, "encoding"),
    ({"vlaue": "body_weight:体重(kg)"}, "vlaue"),
]


@pytest.mark.parametrize(("changed", "field"), WRONG_QUERIES)
def test_a_wrong_query_is_refused_with_the_parameter_at_fault(
    changed: dict[str, Any], field: str
) -> None:
    table = "日時,体重(kg),体脂肪率,メモ,メモ\n2026/11/18 6:05,62.4,20,\u9ad9,b\n"
    query = {"time": ["日時"], "value": ["body_weight:体重(kg)"], "source": [SCALE]} | changed
    with pytest.raises(InvalidUpload) as refused:
        read(table.encode() + b"\xff" * (field == "encoding"), **query)
    assert refused.value.field == field
    assert refused.value.limit
    assert str(refused.value)


@pytest.mark.parametrize(
    "changed", [{"value": "body_weight"}, {"value": "body_weight: "}, {"time": ""}]
)
def test_a_column_without_a_name_cannot_be_meant(changed: dict[str, str]) -> None:
    query = {"time": "日時", "value": "body_weight:体重(kg)", "source": SCALE} | changed
    with pytest.raises(InvalidUpload) as refused:
        read("日時, ,体重(kg)\n2026/11/18 6:05,61,62.4\n", **query)
    assert refused.value.field in changed


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"\n\n",
        "日時,体重(kg)\n2026/11/18 6:05,62.4\n".encode("utf-16"),
        "日時,体重(kg)\n2026/11/18 6:05,62\0.4\n".encode(),
        '日時,体重(kg)\n"2026/11/18 6:05,62.4\n'.encode(),
        '日時,体重(kg)\n"2026/11/18" 6:05,62.4\n'.encode(),
        "日時,体重(kg)\n".encode() + b"x" * 200_000,
        "日時,体重(kg)\n".encode() + b"1,2\n" * (TABLE_ROWS_MAX + 1),
        "日時,体重(kg)\n".encode() + b"\n" * TABLE_BYTES_MAX,
        "日時,体重(kg)".encode() + b",x" * 500,
    ],
)
def test_what_is_no_table_is_refused_whole(table: bytes) -> None:
    with pytest.raises(InvalidUpload):
        read(table, **WEIGHT)


MESSAGE_CHARACTERS_MAX = 3_000


def test_a_refusal_of_a_wide_table_stays_short() -> None:
    table = ",".join(f"{number}{'x' * 1_000}" for number in range(500))
    with pytest.raises(InvalidUpload) as refused:
        read(table, **WEIGHT)
    assert "and 460 more" in refused.value.limit
    assert len(refused.value.limit) < MESSAGE_CHARACTERS_MAX


EVERYTHING = {parameter.name: [parameter.example] for parameter in CSV_TABLE.parameters}


@given(st.sampled_from(["", CSV_TABLE.example]), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(start: str, rest: bytes) -> None:
    body = start.encode() + rest
    for query in (EVERYTHING, EVERYTHING | {"encoding": ["shift_jis"]}, {}):
        reads_or_refuses(
            lambda body, _, q=query: read_csv(body, CONTEXT._replace(parameters=q)), body
        )


@given(st.lists(st.lists(st.text(max_size=8), max_size=4), max_size=4), st.data())
def test_any_cells_are_read_or_refused(rows: list[list[str]], data: st.DataObject) -> None:
    time_format = data.draw(st.none() | st.text("%YmdHMSzp \\/(*+", max_size=12))
    table = "a,b,c\n" + "\n".join(",".join(cells) for cells in rows)
    query = {"time": ["a"], "clock": ["b"], "value": ["steps:c"], "source": [SCALE]}
    if time_format is not None:
        query["time_format"] = [time_format]
    context = CONTEXT._replace(parameters=query)
    reads_or_refuses(lambda body, _: read_csv(body, context), table.encode())


@given(
    st.dictionaries(st.sampled_from(sorted(EVERYTHING)), st.lists(st.text(max_size=20), max_size=2))
)
def test_any_query_is_taken_or_refused(changed: dict[str, list[str]]) -> None:
    context = CONTEXT._replace(parameters=EVERYTHING | changed)
    reads_or_refuses(lambda body, _: read_csv(body, context), str(CSV_TABLE.example).encode())
