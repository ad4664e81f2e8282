"""From a city's raw figures to what may be seen of them, with the total."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellness_api.indicators.catalogue import INDICATOR_BY_CODE
from wellness_api.indicators.compute import (
    CITY,
    Figures,
    SeenCell,
    raw_cell,
    seen_cells,
    seen_tables,
)

THRESHOLD = 20
SHOWN = {"shown", "true_zero"}
ASAHI = Figures("asahi", population=400, walkers=150, steps=900_000.0, below_target=90)
HIGASHI = Figures("higashi", population=300, walkers=60, steps=480_000.0, below_target=25)
SMALL = Figures("rokugo", population=200, walkers=7, steps=70_000.0, below_target=2)
NOBODY = Figures("nunobe", population=0, walkers=0, steps=0.0, below_target=0)


def seen(indicator: str, *figures: Figures) -> dict[str, SeenCell]:
    return {cell.zone: cell for cell in seen_cells(indicator, figures, threshold=THRESHOLD)}


def shown(cell: SeenCell) -> tuple[float | None, int | None, int | None]:
    assert cell.status in SHOWN
    return cell.value, cell.count, cell.denominator


@pytest.mark.parametrize(
    ("indicator", "asahi", "city"),
    [
        ("participation", (37.5, 150, 400), (30.0, 210, 700)),
        ("mean_steps", (6_000.0, 150, 150), (1_380_000 / 210, 210, 210)),
        ("below_target", (60.0, 90, 150), (100 * 115 / 210, 115, 210)),
    ],
)
def test_a_zone_and_the_city_have_their_figures(
    indicator: str,
    asahi: tuple[float, int, int],
    city: tuple[float, int, int],
) -> None:
    cells = seen(indicator, ASAHI, HIGASHI)
    assert list(cells) == ["asahi", "higashi", CITY]
    assert shown(cells["asahi"]) == asahi
    assert shown(cells[CITY]) == city
    assert {cell.indicator for cell in cells.values()} == {indicator}


@pytest.mark.parametrize("indicator", INDICATOR_BY_CODE)
def test_every_indicator_has_figures_of_a_zone_where_nobody_lives(indicator: str) -> None:
    cell = raw_cell(indicator, NOBODY)
    assert (cell.value, cell.count, cell.denominator) == (0.0, 0, 0)
    assert shown(seen(indicator, ASAHI, NOBODY)["nunobe"]) == (0.0, 0, 0)


def test_an_indicator_without_figures_is_a_bug_and_stops() -> None:
    with pytest.raises(AssertionError, match="no figures are defined for indicator sleep"):
        raw_cell("sleep", ASAHI)


@pytest.mark.parametrize("indicator", INDICATOR_BY_CODE)
def test_a_hidden_cell_has_no_figures_and_a_companion(indicator: str) -> None:
    cells = seen(indicator, ASAHI, HIGASHI, SMALL)
    assert cells["rokugo"] == SeenCell(indicator, "rokugo", "primary", None, None, None)
    assert cells["higashi"] == SeenCell(indicator, "higashi", "complementary", None, None, None)
    assert cells["asahi"].status == cells[CITY].status == "shown"


TOTALS = {
    # what the city looks like: walkers and population of each zone, and whether the total is shown
    "all shown": ([(150, 400), (60, 300)], "shown"),
    "a small cell and a companion": ([(7, 200), (60, 300), (150, 400)], "shown"),
    "a small cell and nothing to hide behind": ([(7, 200), (0, 300)], "hidden"),
    "two small cells that are enough together": ([(12, 200), (15, 300)], "shown"),
    "a cell of which few are missing, alone": ([(295, 300), (0, 300)], "hidden"),
    "two cells of which few are missing": ([(295, 300), (296, 300)], "hidden"),
    "few are missing here, and all take part there": ([(295, 300), (300, 300)], "hidden"),
    "nobody walks in zones too small for a zero": ([(0, 15), (0, 15)], "hidden"),
    "nobody walks anywhere": ([(0, 300), (0, 200)], "shown"),
    "a single zone": ([(150, 400)], "shown"),
    "a single small zone": ([(7, 400)], "hidden"),
    "no zones": ([], "shown"),
}


@pytest.mark.parametrize(("zones", "total"), TOTALS.values(), ids=TOTALS.keys())
def test_the_total_is_never_the_leak(zones: list[tuple[int, int]], total: str) -> None:
    figures = [
        Figures(f"zone{place}", population, walkers, 6_000.0 * walkers, 0)
        for place, (walkers, population) in enumerate(zones)
    ]
    city = seen("participation", *figures)[CITY]
    assert ("shown" if city.status in SHOWN else "hidden") == total


@st.composite
def cities(draw: st.DrawFn) -> list[Figures]:
    """Up to six zones whose walkers, and whose rests, lie around the threshold."""
    sizes = st.sampled_from([0, 0, 1, 7, 12, 19, 20, 21, 60, 300])
    zones = draw(st.lists(st.tuples(sizes, sizes, sizes), max_size=6))
    return [
        Figures(
            f"zone{place}",
            population=below + above + idle,
            walkers=below + above,
            steps=5_000.0 * below + 9_000.0 * above,
            below_target=below,
        )
        for place, (below, above, idle) in enumerate(zones)
    ]


def figures_of(cell: SeenCell) -> tuple[int, int]:
    assert cell.count is not None
    assert cell.denominator is not None
    return cell.count, cell.denominator


@settings(deadline=None, max_examples=300)
@given(cities(), st.sampled_from(list(INDICATOR_BY_CODE)))
def test_an_attacker_who_subtracts_never_isolates_a_few_residents(
    figures: list[Figures], indicator: str
) -> None:
    cells = seen(indicator, *figures)
    total = cells.pop(CITY)
    seen_zones = [cell for cell in cells.values() if cell.status in SHOWN]
    hidden = [cell for cell in cells.values() if cell not in seen_zones]
    assert all((cell.value, cell.count, cell.denominator) == (None, None, None) for cell in hidden)
    for cell in seen_zones:
        count, denominator = figures_of(cell)
        assert count == 0 or count >= THRESHOLD
        assert denominator == count or denominator - count >= THRESHOLD
    if total.status not in SHOWN:
        assert hidden, "the zones add up to the total"
    elif hidden:
        count, denominator = figures_of(total)
        count -= sum(figures_of(cell)[0] for cell in seen_zones)
        denominator -= sum(figures_of(cell)[1] for cell in seen_zones)
        assert len(hidden) > 1
        assert count >= THRESHOLD
        assert denominator == count or denominator - count >= THRESHOLD


@settings(deadline=None, max_examples=300)
@given(cities())
def test_what_one_table_hides_of_a_zone_no_other_table_shows(figures: list[Figures]) -> None:
    cells = {
        (cell.indicator, cell.zone): cell for cell in seen_tables(figures, threshold=THRESHOLD)
    }
    for zone in [*(each.zone for each in figures), CITY]:
        if cells["participation", zone].status not in SHOWN:
            assert cells["mean_steps", zone].count is None
            assert cells["below_target", zone].denominator is None


def test_a_zone_where_nearly_everybody_walks_is_hidden_in_every_table() -> None:
    nearly_all = Figures("torinuma", 400, 395, 2_000_000.0, 100)
    rest = [Figures(f"zone{number}", 1_000, 500, 3_000_000.0, 200) for number in range(3)]
    statuses = {
        cell.indicator: cell.status
        for cell in seen_tables([nearly_all, *rest], threshold=THRESHOLD)
        if cell.zone == "torinuma"
    }
    assert statuses["participation"] == "primary"
    assert SHOWN.isdisjoint(statuses.values())
