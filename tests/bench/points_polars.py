"""The rules of the benchmark's presets in polars, on its own terms: a column for each day, all cores, lazily optimised."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tests.bench.points_cities import DAYS

BLOCK: Final = 14


def frame_of(daily: Mapping[str, Sequence[NDArray[np.int32]]]) -> pl.DataFrame:
    """A row for each resident, and columns such as steps_0; nothing stands for no data."""
    return pl.DataFrame(
        {
            f"{metric}_{day}": pl.Series(values)
            for metric, columns in daily.items()
            for day, values in enumerate(columns)
        }
    ).with_columns(pl.when(pl.all() >= 0).then(pl.all()))


def yokohama(frame: pl.DataFrame) -> pl.DataFrame:
    """A point for every 2,000 steps, at most 5 a day."""
    return frame.lazy().select((_steps(day) // 2000).clip(0, 5) for day in range(DAYS)).collect()


def singapore_2023(frame: pl.DataFrame) -> pl.DataFrame:
    """5,000 steps 10; 20 active minutes 15, 30 minutes 20; at most 30 a day."""

    def of_day(day: int) -> pl.Expr:
        minutes = pl.col(f"active_minutes_{day}")
        walked = pl.when(_steps(day) >= 5000).then(10).otherwise(0)
        active = pl.when(minutes >= 30).then(20).when(minutes >= 20).then(15).otherwise(0)
        return pl.min_horizontal(walked + active, pl.lit(30)).alias(f"points_{day}")

    return frame.lazy().select(of_day(day) for day in range(DAYS)).collect()


def carrot_adaptive(frame: pl.DataFrame) -> pl.DataFrame:
    """Two weeks give the baseline, the next two are paid by it: 4 a goal day, 40 more on the tenth."""
    valid = [
        pl.when(_steps(day).is_between(1000, 40_000)).then(_steps(day)) for day in range(BLOCK)
    ]
    known = (
        frame.lazy()
        .with_columns(valid=pl.concat_list(valid).list.drop_nulls())
        .with_columns(
            goal=pl.when(pl.col("valid").list.len() >= 5).then(
                pl.col("valid").list.median().floor() + 1000
            )
        )
        .drop("valid")
    )
    reached = known.with_columns(
        (_steps(day) >= pl.col("goal")).fill_null(value=False).alias(f"reached_{day}")
        for day in range(BLOCK, DAYS)
    )

    def of_day(day: int) -> pl.Expr:
        here = pl.col(f"reached_{day}")
        so_far = pl.sum_horizontal(
            pl.col(f"reached_{earlier_day}") for earlier_day in range(BLOCK, day + 1)
        )
        return (here * 4 + (here & (so_far == 10)) * 40).alias(f"points_{day}")

    return reached.select(of_day(day) for day in range(BLOCK, DAYS)).collect()


def _steps(day: int) -> pl.Expr:
    return pl.col(f"steps_{day}")


POLARS: Final[dict[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "yokohama": yokohama,
    "carrot_adaptive": carrot_adaptive,
    "singapore_2023": singapore_2023,
}
