"""FIT's names of sports and sleep levels, and the metrics of each."""

from typing import Final

METRIC_OF_SPORT: Final = {
    "walking": "walking_minutes",
    "hiking": "walking_minutes",
    "snowshoeing": "walking_minutes",
    "running": "running_minutes",
    "cycling": "cycling_minutes",
    "swimming": "swimming_minutes",
    "alpine_skiing": "skiing_minutes",
    "cross_country_skiing": "skiing_minutes",
    "training": "indoor_exercise_minutes",
    "fitness_equipment": "indoor_exercise_minutes",
    "hiit": "indoor_exercise_minutes",
    "mobility": "indoor_exercise_minutes",
}
"""Every other sport counts as active minutes only, unless it is in NO_EXERCISE."""

STRENGTH_TRAINING: Final = "strength_training"
"""A sub-sport; it counts as strength for any sport."""

ON_FOOT: Final = ("walking", "running", "hiking", "snowshoeing")
"""The sports whose distance was walked."""

NO_EXERCISE: Final = frozenset(
    {
        "boating",
        "driving",
        "fishing",
        "flying",
        "hang_gliding",
        "hunting",
        "jumpmaster",
        "meditation",
        "motor_sports",
        "motorcycling",
        "shooting",
        "sky_diving",
        "snowmobiling",
        "video_gaming",
    }
)
"""What devices record as a sport, though the person sits, stands or waits."""

METRICS_OF_SLEEP_LEVEL: Final = {
    "awake": ("awake_in_bed_minutes",),
    "light": ("sleep_minutes", "light_sleep_minutes"),
    "deep": ("sleep_minutes", "deep_sleep_minutes"),
    "rem": ("sleep_minutes", "rem_sleep_minutes"),
}


def metrics_of_sport(sport: str | None, sub_sport: str | None) -> tuple[str, ...]:
    """The metrics whose minutes the session gives."""
    if sport in NO_EXERCISE:
        return ()
    own = "strength_minutes" if sub_sport == STRENGTH_TRAINING else METRIC_OF_SPORT.get(sport or "")
    return ("active_minutes",) if own is None else ("active_minutes", own)
