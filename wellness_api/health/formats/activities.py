"""Exercise sessions and nights of phones' health stores, as minutes of each activity and sleep stage."""

import re
import unicodedata
from typing import Final

from wellness_api.health.formats.intervals import MINUTE_MS, check_interval, over_interval
from wellness_api.health.samples.records import Column

SNOW_SHOVELLING_TITLES: Final = frozenset({"雪かき", "雪掻き", "snow shovelling", "snow shoveling"})
"""No health store has a type for snow shovelling, so people and apps say it in the title."""


WORD: Final = re.compile(r"[^\W\d_]+")

WORDS_OF_ACTIVITY: Final[dict[str, tuple[str, ...]]] = {
    "walking_minutes": (
        "walk",
        "walks",
        "walked",
        "walking",
        "hike",
        "hikes",
        "hiked",
        "hiking",
        "ウォーキング",
        "散歩",
        "ハイキング",
    ),
    "running_minutes": (
        "run",
        "runs",
        "ran",
        "running",
        "jog",
        "jogs",
        "jogged",
        "jogging",
        "ランニング",
        "ジョギング",
    ),
    "cycling_minutes": (
        "cycle",
        "cycled",
        "cycling",
        "bicycle",
        "bicycling",
        "bike",
        "bikes",
        "biked",
        "biking",
        "サイクリング",
    ),
    "swimming_minutes": ("swim", "swims", "swam", "swimming", "水泳"),
    "skiing_minutes": ("ski", "skis", "skied", "skiing", "スキー"),
    "strength_minutes": (
        "strength",
        "weights",
        "weightlifting",
        "weight lifting",
        "weight training",
        "body weight",
        "bodyweight",
        "筋トレ",
    ),
}
"""Whole words that name an activity, for senders that let people name it. A word that only begins alike, as skipping or
runway, is another thing.
"""

NOT_SO_NAMED: Final = ("jet ski", "jet skiing", "water ski", "water skiing")
"""Names of other activities that contain a word of WORDS_OF_ACTIVITY."""


def minute_columns(
    start_ms: int, end_ms: int, *metrics: str, spent_ms: float | None = None
) -> dict[str, Column]:
    """The interval as minutes of each of the metrics.

    `spent_ms`: how much of the interval the activity took, where there were pauses. Raises ItemRefused, see
    `check_interval`.
    """
    check_interval(start_ms, end_ms)
    whole_ms = end_ms - start_ms
    # A pause is never longer than the session, whatever the sender computed. The comparison is false for NaN as well.
    spent = spent_ms if spent_ms is not None and 0 <= spent_ms <= whole_ms else whole_ms
    return {code: over_interval(start_ms, end_ms, spent / MINUTE_MS) for code in metrics}


def named_activity(title: str | None) -> str | None:
    """The metric of an activity that only its title names."""
    if title is None:
        return None
    words = " ".join(unicodedata.normalize("NFKC", title).casefold().split())
    return "snow_shovelling_minutes" if words in SNOW_SHOVELLING_TITLES else None


def activity_metric(name: str) -> str | None:
    """The metric for the minutes of an activity with that name: the first metric that one of the name's words stands for."""
    spaced = f" {' '.join(WORD.findall(unicodedata.normalize('NFKC', name).casefold()))} "
    for other in NOT_SO_NAMED:
        spaced = spaced.replace(f" {other} ", " ")
    return next(
        (
            metric
            for metric, words in WORDS_OF_ACTIVITY.items()
            if any(f" {word} " in spaced for word in words)
        ),
        None,
    )
