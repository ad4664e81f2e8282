"""What a resident's day costs in the points engine, beside merely reading it, polars and a plain loop.

Each side gives the points of every resident and day for one preset, as matrices or columns, and is done with them; that
all give the same is checked beforehand. `read` is numpy's fastest pass over the same arrays, the limit for anything that
looks at them. Polars works on all cores, ours and the loop on one. The loop does a sample of the residents.
"""

import time
from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

from points.cohort import Cohort
from points.evaluate import chunked
from points.presets import preset_text
from points.programme import Programme, read_programme
from tests.bench.measure import Benchmark, Result, compare
from tests.bench.points_cities import DAYS, city_of, days_of, read_all
from tests.bench.points_loop import LOOP
from tests.bench.points_polars import POLARS, frame_of

SIZES: Final = {"23k": 22_936, "1m": 1_000_000, "5m": 5_000_000}
METRICS: Final = {
    "yokohama": ("steps",),
    "carrot_adaptive": ("steps",),
    "singapore_2023": ("steps", "active_minutes"),
}
LOOP_RESIDENTS: Final = 2_000
RESIDENT_DAYS_MIN: Final = 10_000_000
NS: Final = 1e9


def run(rounds: int) -> list[Result]:
    """All presets on all sizes, the sides in turn."""
    programmes = {name: read_programme(preset_text(name)) for name in METRICS}
    results: list[Result] = []
    for size, residents in SIZES.items():
        first_day = next(iter(programmes.values())).in_force_from
        city = city_of(residents, first_day=first_day)
        for name, programme in programmes.items():
            daily = {metric: city.daily[metric] for metric in METRICS[name]}
            results += _measured(
                f"points_{name}_{size}", programme, city._replace(daily=daily), rounds, name
            )
    return results


def _measured(
    title: str, programme: Programme, city: Cohort, rounds: int, preset: str
) -> list[Result]:
    daily = {metric: city.daily[metric] for metric in METRICS[preset]}
    frame = frame_of({metric: days_of(amounts) for metric, amounts in daily.items()})
    few = {metric: amounts[:LOOP_RESIDENTS].tolist() for metric, amounts in daily.items()}
    _check_same(programme, city, frame, few, preset)
    resident_days = len(city.residents.ids) * DAYS
    ours, read, in_polars, in_loop = [], [], [], []
    for _ in range(rounds):
        ours.append(_ns(lambda: _evaluate(programme, city), resident_days))
        read.append(_ns(lambda: read_all(daily), resident_days))
        in_polars.append(_ns(lambda: POLARS[preset](frame), resident_days))
        in_loop.append(_loop_ns(few, preset))
    return [
        compare(
            title,
            ours=ours,
            rival=rival,
            rival_name=rival_name,
            unit="ns/resident-day",
            higher_is_better=False,
        )
        for rival_name, rival in (("read", read), ("polars", in_polars), ("loop", in_loop))
    ]


def _evaluate(programme: Programme, city: Cohort) -> None:
    for _ in chunked(programme, city):
        pass


def _loop_ns(few: dict[str, list[list[int]]], preset: str) -> float:
    started = time.perf_counter()
    _loop(few, preset)
    return (time.perf_counter() - started) / (LOOP_RESIDENTS * DAYS) * NS


def _loop(few: dict[str, list[list[int]]], preset: str) -> list[list[int]]:
    return [
        LOOP[preset]({metric: rows[resident] for metric, rows in few.items()})
        for resident in range(LOOP_RESIDENTS)
    ]


def _check_same(
    programme: Programme,
    city: Cohort,
    frame: pl.DataFrame,
    few: dict[str, list[list[int]]],
    preset: str,
) -> None:
    chunk = city.at(slice(0, LOOP_RESIDENTS))
    by_rule = next(chunked(programme, chunk))
    by_day = sum(of_rule.points.astype(np.int64) for of_rule in by_rule)
    assert np.array_equal(by_day, np.array(_loop(few, preset))), "the loop gives the same"
    in_polars = int(POLARS[preset](frame.head(LOOP_RESIDENTS)).sum().sum_horizontal()[0])
    assert in_polars == int(np.sum(by_day)), "polars gives the same"


def _ns(work: Callable[[], object], resident_days: int) -> float:
    """Small cities are done several times over, so that the clock sees more than the first touch of memory."""
    times = max(1, RESIDENT_DAYS_MIN // resident_days)
    started = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - started) / (resident_days * times) * NS


BENCHMARK: Final = Benchmark(name="points", run=run)
