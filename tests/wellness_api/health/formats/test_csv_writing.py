"""How a table is written: formats that fix no moment, and encodings other than the query says, are told apart."""

import codecs
from typing import Any

import pytest

from tests.wellness_api.health.formats.test_csv import SCALE, WEIGHT, read, time_of
from wellness_api.health.samples.problems import InvalidUpload

TABLE = "日時,体重(kg)\n2026/11/18 6:05,62.4\n"


def refused(table: str | bytes = TABLE, **query: Any) -> InvalidUpload:
    with pytest.raises(InvalidUpload) as error:
        read(table, **(WEIGHT | query))
    return error.value


@pytest.mark.parametrize(
    ("time_format", "says", "would_do"),
    [
        ("%Y/%m/%d %I:%M", "not whether before or after noon", "%p"),
        ("%H:%M", "no year", "%Y or %y"),
        ("%m/%d %H:%M", "no year", "%Y or %y"),
        ("%Y/%d %H:%M", "no month", "%m"),
        ("%Y/%m", "no day", "%d"),
        ("%Y", "no month", "%m"),
        ("%Y/%m/%d %H:%M %p", "of no hour of twelve", "%I"),
        ("%Y/%m/%d :%M", "minutes of no hour", "%H or %I"),
        ("%Y/%m/%d %H %S", "seconds of no minute", "%M"),
        ("%Y/%m/%d %H:%M .%f", "fractions of no second", "%S"),
        ("%Y/%m/%d %z", "an offset of no time of day", "%H or %I"),
        ("%Y/%y/%m/%d", "the year twice", "%Y or %y"),
        ("%Y/%m/%d %H %I %p", "the hour twice", "%H or %I"),
    ],
)
def test_a_time_format_that_leaves_the_moment_open_is_refused_before_any_row_is_read(
    time_format: str, says: str, would_do: str
) -> None:
    error = refused("日時,体重(kg)\n" * 2, time_format=time_format)
    assert error.field == "time_format"
    assert says in error.detail
    assert time_format in error.detail
    assert would_do in error.limit


def test_a_format_without_a_time_of_day_is_refused_where_there_is_a_column_for_it() -> None:
    table = "日付,時刻,体重(kg)\n2026/11/18,6:05,62.4\n"
    query = {"time": "日付", "clock": "時刻", "time_format": "%Y/%m/%d"}
    assert refused(table, **query).field == "time_format"
    items = read(table, **(WEIGHT | query | {"time_format": "%Y/%m/%d %H:%M"}))
    assert len(items.taken) == 1


@pytest.mark.parametrize(
    ("time_format", "cell", "expected"),
    [
        ("%m/%d/%Y %I %p", "11/18/2026 12 AM", "2026-11-17T15:00:00+00:00"),
        ("%m/%d/%Y %I %p", "11/17/2026 12 PM", "2026-11-17T03:00:00+00:00"),
        ("%y%m%d", "261118", "2026-11-17T15:00:00+00:00"),
    ],
)
def test_a_format_that_fixes_a_moment_or_a_day_is_read(
    time_format: str, cell: str, expected: str
) -> None:
    assert time_of(cell, time_format=time_format) == expected


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (TABLE.encode("utf-16"), "UTF-16"),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), "UTF-16"),
        (TABLE.encode("utf-16-le"), "UTF-16"),
        (TABLE.encode("utf-16-be"), "UTF-16"),
        (TABLE.encode("utf-32"), "UTF-16"),
        (TABLE.encode("shift_jis"), "encoding=shift_jis"),
        (TABLE.encode("euc_jp"), "EUC-JP"),
        (TABLE.encode("iso2022_jp"), "ISO-2022-JP"),
        ("Zeit,Körpergewicht\n".encode("latin-1"), "byte 6"),
    ],
)
def test_another_encoding_is_named(table: bytes, says: str) -> None:
    error = refused(table)
    assert error.field == "encoding"
    assert says in error.detail
    assert "shift_jis" in error.limit


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (TABLE.encode("utf-16-le"), "UTF-16"),
        (TABLE.encode(), "UTF-8"),
        (TABLE.encode("utf-8-sig"), "UTF-8"),
    ],
)
def test_a_table_that_is_not_in_the_encoding_of_the_query_is_not_read_as_something_else(
    table: bytes, says: str
) -> None:
    error = refused(table, encoding="shift_jis")
    assert error.field == "encoding"
    assert says in error.detail


@pytest.mark.parametrize("name", ["ﾀｲｼﾞｭｳ", "体重", "kg", "重さ～"])
def test_a_table_of_shift_jis_is_read_as_such(name: str) -> None:
    table = f"日時,{name}\n2026/11/18 6:05,62.4\n".encode("cp932")
    query = {"time": "日時", "value": f"body_weight:{name}", "source": SCALE}
    assert len(read(table, encoding="shift_jis", **query).taken) == 1


def test_a_nul_byte_is_damage_and_no_encoding() -> None:
    error = refused(TABLE.encode().replace(b"62.4", b"62\0.4"))
    assert error.field == "body"
    assert "damaged" in error.detail
