"""How a benchmark is run and told: rounds that alternate the two sides, medians, and the ratio. It asserts no time."""

import statistics
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

ROUNDS_DEFAULT: Final = 5


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


def line(result: Result) -> str:
    """The result for people."""
    return (
        f"{result.name}: {result.ours:,.3g} {result.unit}, {result.rival_name} {result.rival:,.3g} {result.unit}; "
        f"ratio {result.ratio:.2f} ({result.minimum:.2f} to {result.maximum:.2f} in {result.rounds} rounds)"
    )
