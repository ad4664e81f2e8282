from datetime import date

import pytest

from points.words import day_text


@pytest.mark.parametrize(
    ("day", "ja", "en"),
    [
        (date(2026, 11, 2), "11月2日(月)", "2 Nov"),
        (date(2026, 11, 3), "11月3日(火)", "3 Nov"),
        (date(2026, 11, 8), "11月8日(日)", "8 Nov"),
        (date(2027, 1, 1), "1月1日(金)", "1 Jan"),
        (date(2028, 2, 29), "2月29日(火)", "29 Feb"),
        (date(2026, 12, 31), "12月31日(木)", "31 Dec"),
    ],
)
def test_a_day_is_written_as_people_write_it(day: date, ja: str, en: str) -> None:
    assert (day_text(day).ja, day_text(day).en) == (ja, en)
