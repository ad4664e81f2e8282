from datetime import date

import pytest

from points.periods import DaySpan
from points.said import said, span_said
from tests.points.spoken import en, ja


@pytest.mark.parametrize(
    ("day", "in_japanese", "in_english"),
    [
        (date(2026, 11, 2), "11月2日(月)から使えるポイント", "Ready to use from 2 Nov"),
        (date(2026, 11, 3), "11月3日(火)から使えるポイント", "Ready to use from 3 Nov"),
        (date(2026, 11, 8), "11月8日(日)から使えるポイント", "Ready to use from 8 Nov"),
        (date(2027, 1, 1), "1月1日(金)から使えるポイント", "Ready to use from 1 Jan"),
        (date(2028, 2, 29), "2月29日(火)から使えるポイント", "Ready to use from 29 Feb"),
        (date(2026, 12, 31), "12月31日(木)から使えるポイント", "Ready to use from 31 Dec"),
    ],
)
def test_a_day_is_written_as_people_write_it(day: date, in_japanese: str, in_english: str) -> None:
    spendable = said("entry.spendable", from_day=day)
    assert (ja(spendable), en(spendable)) == (in_japanese, in_english)


def test_a_period_is_a_day_or_from_the_first_to_the_last_of_several() -> None:
    monday, sunday = date(2026, 11, 2), date(2026, 11, 8)
    assert span_said(DaySpan(monday, monday)) == monday
    assert span_said(DaySpan(monday, sunday)) == said("span.days", first=monday, last=sunday)
