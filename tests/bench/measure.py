"""How a benchmark is run and told: rounds that alternate the two sides, medians, and the ratio. It asserts no time."""

import multiprocessing
import statistics
from collections.abc import Callable, Sequence
from multiprocessing.pool import Pool
from typing import Final, NamedTuple, TypeVar

import msgspec

ROUNDS_DEFAULT: Final = 5

T = TypeVar("T")


class Result(msgspec.Struct, kw_only=True):
    """One row of what `./run bench --json` writes. `ratio` above 1 means that ours is better.

    `ours`, `rival`: medians in `unit`. `minimum`, `maximum`: of the ratio, round by round.
    """

    name: str
    ours: float
    rival: float
    rival_name: str
    unit: str
    ratio: float
    rounds: int
    minimum: float
    maximum: float


class Benchmark(msgspec.Struct, kw_only=True):
    """A module's benchmark: its name, and the function that runs it for so many rounds."""

    name: str
    run: Callable[[int], list[Result]]


class Round(NamedTuple):
    """What one side did in one round: samples, uploads or answers a second, and how long each request took."""

    per_second: float
    p50_ms: float
    p99_ms: float


def round_of(count: int, elapsed_seconds: float, latencies_seconds: Sequence[float]) -> Round:
    """The round in which `count` samples, uploads or answers were done."""
    cuts = statistics.quantiles(latencies_seconds, n=100)
    return Round(count / elapsed_seconds, cuts[49] * 1000, cuts[98] * 1000)


def client_process() -> Pool:
    """One process for the clients of both sides, which shares nothing with what is measured."""
    return multiprocessing.get_context("spawn").Pool(1)


def alternate(
    rounds: int,
    *,
    before_each: Callable[[], None],
    ours: Callable[[int], T],
    rival: Callable[[int], T],
) -> tuple[list[T], list[T]]:
    """Runs the sides in turn, each with the number of the round; what is to come first comes before each side."""
    mine: list[T] = []
    theirs: list[T] = []
    for number in range(rounds):
        before_each()
        mine.append(ours(number))
        before_each()
        theirs.append(rival(number))
    return mine, theirs


def compare(
    name: str,
    *,
    ours: Sequence[float],
    rival: Sequence[float],
    rival_name: str,
    unit: str,
    higher_is_better: bool,
) -> Result:
    """The result of measurements that were taken in turn, round by round."""
    ratios = [
        mine / theirs if higher_is_better else theirs / mine
        for mine, theirs in zip(ours, rival, strict=True)
    ]
    return Result(
        name=name,
        ours=statistics.median(ours),
        rival=statistics.median(rival),
        rival_name=rival_name,
        unit=unit,
        ratio=statistics.median(ratios),
        rounds=len(ratios),
        minimum=min(ratios),
        maximum=max(ratios),
    )


def compare_rounds(
    name: str, *, ours: Sequence[Round], rival: Sequence[Round], rival_name: str, of: str
) -> list[Result]:
    """The results of rounds: `of` (samples, uploads …) per second, and the middle and the slow end of the latencies."""
    fields = (
        ("per_second", f"{name}_{of}_per_second", f"{of}/s"),
        ("p50_ms", f"{name}_p50_ms", "ms"),
        ("p99_ms", f"{name}_p99_ms", "ms"),
    )
    return [
        compare(
            title,
            ours=[getattr(measured, field) for measured in ours],
            rival=[getattr(measured, field) for measured in rival],
            rival_name=rival_name,
            unit=unit,
            higher_is_better=field == "per_second",
        )
        for field, title, unit in fields
    ]


def line(result: Result) -> str:
    """The result for people."""
    return (
        f"{result.name}: {result.ours:,.3g} {result.unit}, {result.rival_name} {result.rival:,.3g} {result.unit}; "
        f"ratio {result.ratio:.2f} ({result.minimum:.2f} to {result.maximum:.2f} in {result.rounds} rounds)"
    )
