"""From a city's raw figures to what may be seen of them, with the total."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellness_api.indicators.catalogue import INDICATOR_BY_CODE, Indicator
from wellness_api.indicators.compute import (
    CITY,
    SeenCell,
    raw_cell,
    seen_cells,
    seen_tables,
)
from wellness_api.indicators.disclosure import HIDDEN, SHOWN
from wellness_api.indicators.figures import Figures

THRESHOLD = 20


def walking(
    zone: str, population: int, walkers: int, *, mean: float, below: int, spread: float = 3_000.0
) -> Figures:
    """A zone whose walkers take `mean` steps a day, with a standard deviation of about `spread`."""
    squares = walkers * (mean**2 + spread**2)
    return Figures(zone, population, walkers, walkers * mean, squares, below)


ASAHI = walking("asahi", 400, 150, mean=6_000.0, below=90)
HIGASHI = walking("higashi", 300, 60, mean=8_000.0, below=25)
SMALL = walking("rokugo", 200, 7, mean=10_000.0, below=2)
NOBODY = Figures("nunobe", 0, 0, 0.0, 0.0, 0)


def seen(indicator: str, *figures: Figures) -> dict[str, SeenCell]:
    return {cell.zone: cell for cell in seen_cells(indicator, figures, threshold=THRESHOLD)}


def shown(cell: SeenCell) -> tuple[float | None, int | None, int | None]:
    assert cell.status in SHOWN
    assert cell.shown is not None
    return cell.shown.value, cell.shown.count, cell.shown.denominator


@pytest.mark.parametrize(
    ("indicator", "asahi", "city"),
    [
        ("participation", (38, 150, 400), (30, 210, 700)),
        ("mean_steps", (6_000, 150, 150), (6_600, 210, 210)),
        ("below_target", (60, 90, 150), (55, 115, 210)),
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
    assert (cell.count, cell.denominator) == (0, 0)
    assert seen(indicator, ASAHI, NOBODY)["nunobe"] == SeenCell(indicator, "nunobe", "no_data")


@pytest.mark.parametrize("indicator", ["mean_steps", "below_target"])
def test_a_zone_where_nobody_walks_has_no_figure_and_is_not_zero(indicator: str) -> None:
    idle = Figures("yamabe", 250, 0, 0.0, 0.0, 0)
    assert seen(indicator, ASAHI, idle)["yamabe"] == SeenCell(indicator, "yamabe", "no_data")
    assert shown(seen("participation", ASAHI, idle)["yamabe"]) == (0, 0, 250)


def test_there_is_no_indicator_without_figures() -> None:
    row: dict[str, Any] = {
        "code": "sleep",
        "figure": "sleep_minutes",
        "unit": "h",
        "higher_is_better": True,
    }
    with pytest.raises(TypeError, match="measure"):
        Indicator(**row)


COMPARED = {
    # what the zone and the rest of the city look like, and how the zone does beside the rest
    "clearly fewer steps": ("mean_steps", 4_500.0, 6_500.0, "worse"),
    "clearly more steps": ("mean_steps", 8_500.0, 6_500.0, "better"),
    "a little fewer, which may be chance": ("mean_steps", 6_100.0, 6_500.0, "not_different"),
    "nobody differs at all": ("mean_steps", 6_500.0, 6_500.0, "not_different"),
}


@pytest.mark.parametrize(
    ("indicator", "mean", "others", "comparison"), COMPARED.values(), ids=COMPARED.keys()
)
def test_a_zone_is_told_apart_only_where_the_interval_of_the_difference_leaves_zero_out(
    indicator: str, mean: float, others: float, comparison: str
) -> None:
    zone = walking("asahi", 400, 100, mean=mean, below=60)
    rest = [walking(f"zone{place}", 400, 100, mean=others, below=60) for place in range(3)]
    assert seen(indicator, zone, *rest)["asahi"].comparison == comparison


def test_a_high_share_below_the_target_is_worse_and_a_high_participation_better() -> None:
    zone = walking("asahi", 400, 200, mean=6_000.0, below=150)
    rest = [walking(f"zone{place}", 400, 100, mean=6_000.0, below=50) for place in range(3)]
    assert seen("below_target", zone, *rest)["asahi"].comparison == "worse"
    assert seen("participation", zone, *rest)["asahi"].comparison == "better"


@pytest.mark.parametrize(
    "city", [lambda: [ASAHI], lambda: [ASAHI, NOBODY], lambda: [ASAHI, SMALL, NOBODY]]
)
def test_a_zone_without_a_rest_of_the_city_to_see_is_compared_with_nothing(
    city: Callable[[], list[Figures]],
) -> None:
    zones = city()
    assert seen("mean_steps", *zones)["asahi"].comparison is None


@pytest.mark.parametrize("indicator", INDICATOR_BY_CODE)
def test_a_hidden_cell_has_no_figures_and_a_companion(indicator: str) -> None:
    cells = seen(indicator, ASAHI, HIGASHI, SMALL)
    assert cells["rokugo"] == SeenCell(indicator, "rokugo", "primary")
    assert cells["higashi"] == SeenCell(indicator, "higashi", "complementary")
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
        walking(f"zone{place}", population, walkers, mean=6_000.0, below=0)
        for place, (walkers, population) in enumerate(zones)
    ]
    city = seen("participation", *figures)[CITY]
    assert ("hidden" if city.status in HIDDEN else "shown") == total


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
            steps_squared=5_000.0**2 * below + 9_000.0**2 * above,
            below_target=below,
        )
        for place, (below, above, idle) in enumerate(zones)
    ]


@settings(deadline=None, max_examples=300)
@given(cities(), st.sampled_from(list(INDICATOR_BY_CODE)))
def test_an_attacker_who_subtracts_never_isolates_a_few_residents(
    figures: list[Figures], indicator: str
) -> None:
    raw = {zone.zone: raw_cell(indicator, zone) for zone in figures}
    cells = seen(indicator, *figures)
    total = cells.pop(CITY)
    hidden = [raw[cell.zone] for cell in cells.values() if cell.status in HIDDEN]
    for cell in cells.values():
        assert (cell.shown is None) == (cell.status not in SHOWN)
        if cell.status in SHOWN:
            count, denominator = raw[cell.zone].count, raw[cell.zone].denominator
            rest = denominator - count
            assert count == 0 or count >= THRESHOLD
            assert rest == 0 or rest >= THRESHOLD or not raw[cell.zone].counted
    if total.status in SHOWN and hidden:
        # Were nothing rounded, this is what the total minus the zones shown would be.
        count = sum(cell.count for cell in hidden)
        rest = sum(cell.denominator for cell in hidden) - count
        assert len(hidden) > 1
        assert count >= THRESHOLD
        assert rest == 0 or rest >= THRESHOLD


@settings(deadline=None, max_examples=300)
@given(cities())
def test_what_one_table_hides_of_a_zone_no_other_table_shows(figures: list[Figures]) -> None:
    cells = {
        (cell.indicator, cell.zone): cell
        for cell in seen_tables(figures, threshold=THRESHOLD, failed={})
    }
    for zone in [*(figure.zone for figure in figures), CITY]:
        if cells["participation", zone].status not in SHOWN:
            assert cells["mean_steps", zone].shown is None
            assert cells["below_target", zone].shown is None


def test_a_zone_where_nearly_everybody_walks_is_hidden_in_every_table() -> None:
    nearly_all = walking("torinuma", 400, 395, mean=5_000.0, below=100)
    rest = [walking(f"zone{number}", 1_000, 500, mean=6_000.0, below=200) for number in range(3)]
    statuses = {
        cell.indicator: cell.status
        for cell in seen_tables([nearly_all, *rest], threshold=THRESHOLD, failed={})
        if cell.zone == "torinuma"
    }
    assert statuses == {
        "participation": "primary_rest",
        "mean_steps": "linked",
        "below_target": "linked",
    }
