"""Exercise sessions and nights of phones' health stores, as minutes of each activity and stage."""

import unicodedata
from typing import Final

from wellness_api.health.formats.intervals import MINUTE_MS, check_interval, spread
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.records import Column

SNOW_SHOVELLING_TITLES: Final = frozenset({"雪かき", "雪掻き", "snow shovelling", "snow shoveling"})
"""No health store has a type for it, so people and apps say it in the title."""


def minute_columns(
    start_ms: int, end_ms: int, *metrics: str, spent_ms: float | None = None
) -> dict[str, Column]:
    """The interval as minutes of each of the metrics.

    `spent_ms`: how much of the interval it was, where there were pauses. Raises ItemRefused, see `check_interval`.
    """
    check_interval(start_ms, end_ms)
    whole_ms = end_ms - start_ms
    # A pause is never longer than the session, whatever the sender computed; the comparison is false for NaN as well.
    spent = spent_ms if spent_ms is not None and 0 <= spent_ms <= whole_ms else whole_ms
    return {
        code: spread(start_ms, end_ms, spent / MINUTE_MS, METRIC_BY_CODE[code]) for code in metrics
    }


def named_activity(title: str | None) -> str | None:
    """The metric of an activity that only its title tells."""
    if title is None:
        return None
    words = " ".join(unicodedata.normalize("NFKC", title).casefold().split())
    return "snow_shovelling_minutes" if words in SNOW_SHOVELLING_TITLES else None
