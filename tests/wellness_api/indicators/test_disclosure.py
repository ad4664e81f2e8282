"""Which cells may be seen: tables with a threshold of 20 residents, and an attacker who subtracts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import read_rows
from wellness_api.indicators.disclosure import HIDDEN, RawCell, Status, control

THRESHOLD = 20

ALONE = read_rows("""
    count | of    | status    | why
      150 |   400 | shown     | many have the property and many have it not
       20 |   400 | shown     | the threshold itself is enough
       19 |   400 | primary   | too few
        1 |   400 | primary   | one resident
        0 |   400 | true_zero | nobody is told apart by a zero
        0 |     0 | no_data   | nobody is there to be counted
        0 |    20 | true_zero | a zero of enough residents
        0 |    19 | primary   | that none of so few has it tells of each of them
      380 |   400 | shown     | 20 have it not, which is enough
      381 |   400 | primary_rest | 19 have it not: the rest would give them away
      399 |   400 | primary_rest | one resident has it not
      400 |   400 | shown     | all have it
""")

TOGETHER = {
    "nothing small, nothing hidden": """
        zone      | count |   of | status
        asahi     |   150 |  400 | shown
        higashi   |   120 |  300 | shown
        yamabe    |     0 |  200 | true_zero
        """,
    "a single hidden cell gets a companion, the smallest": """
        zone      | count |   of | status
        asahi     |   150 |  400 | shown
        higashi   |    60 |  300 | complementary
        rokugo    |     7 |  200 | primary
        """,
    "two hidden cells that rest on too few get a companion": """
        zone      | count |   of | status
        asahi     |   150 |  400 | shown
        higashi   |    60 |  300 | complementary
        rokugo    |     7 |  200 | primary
        yamabe    |    12 |  200 | primary
        """,
    "two hidden cells that rest on enough need none": """
        zone      | count |   of | status
        asahi     |   150 |  400 | shown
        higashi   |    60 |  300 | shown
        rokugo    |     8 |  200 | primary
        yamabe    |    12 |  200 | primary
        """,
    "a true zero is no companion": """
        zone      | count |   of | status
        asahi     |   150 |  400 | complementary
        nunobe    |     0 |  200 | true_zero
        rokugo    |     7 |  200 | primary
        """,
    "a zone with nobody to count is no companion": """
        zone      | count |   of | status
        asahi     |   150 |  400 | complementary
        nunobe    |     0 |    0 | no_data
        rokugo    |     7 |  200 | primary
        """,
    "hidden cells that together leave out too few get a companion": """
        zone      | count |   of | status
        asahi     |   150 |  400 | complementary
        higashi   |   160 |  400 | shown
        rokugo    |   195 |  200 | primary_rest
        yamabe    |   192 |  200 | primary_rest
        """,
    "hidden cells that together leave out enough need none": """
        zone      | count |   of | status
        asahi     |   150 |  400 | shown
        rokugo    |   188 |  200 | primary_rest
        yamabe    |   192 |  200 | primary_rest
        """,
    "of equally small companions the name decides": """
        zone      | count |   of | status
        asahi     |    60 |  400 | complementary
        higashi   |    60 |  400 | shown
        rokugo    |     7 |  200 | primary
        """,
}


def cell(zone: str, count: int, denominator: int, *, counted: bool = True) -> RawCell:
    return RawCell(zone, count, denominator, counted=counted)


@pytest.mark.parametrize(
    ("count", "of", "status", "_why"), ALONE, ids=[f"{row[0]} of {row[1]}" for row in ALONE]
)
def test_a_cell_is_shown_when_neither_it_nor_its_rest_is_of_few(
    count: str, of: str, status: str, _why: str
) -> None:
    assert control([cell("asahi", int(count), int(of))], threshold=THRESHOLD) == {"asahi": status}


def test_a_mean_has_no_rest_that_could_tell() -> None:
    mean = cell("asahi", 395, 400, counted=False)
    assert control([mean], threshold=THRESHOLD) == {"asahi": "shown"}


@pytest.mark.parametrize("table", TOGETHER.values(), ids=TOGETHER.keys())
def test_hidden_cells_hide_behind_each_other(table: str) -> None:
    rows = read_rows(table)
    cells = [cell(zone, int(count), int(of)) for zone, count, of, _ in rows]
    expected = {zone: status for zone, _, _, status in rows}
    assert control(cells, threshold=THRESHOLD) == expected
    assert control(cells[::-1], threshold=THRESHOLD) == expected


@pytest.mark.parametrize(("threshold", "status"), [(7, "shown"), (8, "primary")])
def test_the_threshold_is_the_citys_to_set(threshold: int, status: str) -> None:
    assert control([cell("asahi", 7, 100)], threshold=threshold) == {"asahi": status}


@pytest.mark.parametrize(
    ("elsewhere", "here"),
    [("primary", "primary"), ("complementary", "complementary"), ("primary_rest", "linked")],
)
def test_what_another_table_hides_is_hidden_here_and_the_reason_is_true_here_too(
    elsewhere: Status, here: Status
) -> None:
    cells = [cell("asahi", 150, 400), cell("nunobe", 0, 0), cell("rokugo", 7, 200)]
    hidden = dict.fromkeys(["asahi", "nunobe", "rokugo"], elsewhere)
    status = control(cells, threshold=THRESHOLD, hidden_elsewhere=hidden)
    assert status == {"asahi": here, "nunobe": here, "rokugo": "primary"}


def test_no_cells_have_no_status() -> None:
    assert control([], threshold=THRESHOLD) == {}


@st.composite
def tables(draw: st.DrawFn) -> list[RawCell]:
    """Up to six zones whose counts and rests lie around the threshold."""
    counted = draw(st.booleans())
    sizes = st.sampled_from([0, 0, 1, 5, 10, 19, 20, 21, 50, 200])
    pairs = draw(st.lists(st.tuples(sizes, sizes if counted else st.just(0)), max_size=6))
    return [
        cell(f"zone{place}", count, count + rest, counted=counted)
        for place, (count, rest) in enumerate(pairs)
    ]


@settings(deadline=None)
@given(tables())
def test_every_small_cell_is_hidden_and_no_other_without_need(cells: list[RawCell]) -> None:
    status = control(cells, threshold=THRESHOLD)
    assert set(status) == {cell.zone for cell in cells}
    for cell in cells:
        few_others = 0 < cell.denominator - cell.count < THRESHOLD
        if 0 < cell.count < THRESHOLD or (few_others and cell.count == 0):
            assert status[cell.zone] == "primary"
        elif few_others:
            assert status[cell.zone] == "primary_rest"
    if {"primary", "primary_rest"}.isdisjoint(status.values()):
        assert "complementary" not in status.values()


@settings(deadline=None)
@given(tables())
def test_the_sum_of_the_hidden_cells_gives_nobody_away_while_a_cell_is_shown(
    cells: list[RawCell],
) -> None:
    status = control(cells, threshold=THRESHOLD)
    hidden = [cell for cell in cells if status[cell.zone] in HIDDEN]
    if hidden and "shown" in status.values():
        rest = sum(cell.denominator - cell.count for cell in hidden)
        assert len(hidden) > 1
        assert sum(cell.count for cell in hidden) >= THRESHOLD
        assert rest == 0 or rest >= THRESHOLD
