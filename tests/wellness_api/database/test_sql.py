"""Statements whose parameters have names."""

import asyncpg
import pytest

from wellness_api.database.sql import Statement


def test_names_become_numbers_in_the_order_in_which_they_come() -> None:
    statement = Statement("SELECT :day::date, :metric + 1 WHERE :day < now()")
    assert statement.text == "SELECT $1::date, $2 + 1 WHERE $1 < now()"
    assert statement(metric=7, day=3) == (statement.text, 3, 7)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1::bigint",
        "SELECT a::text[] FROM b",
        "SELECT ':no', 'it''s :no'",
        r"SELECT E'\':no', 1",
        'SELECT ":no"',
        "SELECT $$ :no $$, $tag$ $$ :no $tag$",
        "-- :no, as nobody's\nSELECT 1",
        "SELECT /* :no */ 1",
        "SELECT a[1:2], a[2 : 3]",
        "SELECT make_interval(hours := 1)",
    ],
)
def test_what_only_looks_like_a_name_is_left_alone(text: str) -> None:
    statement = Statement(text)
    assert (statement.text, statement.names) == (text, ())


def test_a_value_that_is_missing_or_that_nobody_asked_for_is_an_error_that_names_it() -> None:
    statement = Statement("SELECT :first, :second")
    with pytest.raises(TypeError, match=r"missing \['second'\], unknown \['third'\]"):
        statement(first=1, third=3)
    with pytest.raises(TypeError, match=r"missing \['first', 'second'\]"):
        statement()


def test_numbers_and_names_do_not_go_together() -> None:
    with pytest.raises(AssertionError, match="all have names"):
        Statement("SELECT $1, :second")


async def test_a_connection_prepares_a_statement_once(database_url: str) -> None:
    statement = Statement("SELECT :first::integer - :second::integer AS apart /* of this test */")
    connection = await asyncpg.connect(database_url)
    answers = [await connection.fetchval(*statement(second=n, first=9)) for n in range(3)]
    prepared = await connection.fetchval(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%/* of this test */'"
        " AND statement NOT LIKE '%pg_prepared%'"
    )
    await connection.close()
    assert answers == [9, 8, 7]
    assert prepared == 1
