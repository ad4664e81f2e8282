"""What the figures count that rules add up, by code: the engine has no catalogue, and says every amount in its unit.

A new figure that counts has a row here and its own words under `[amount]` of wellness_api/words/LANGUAGE/rules.toml. A test
compares the rows with the catalogue of figures (tests/wellness_api/health/figures/test_amounts.py).
"""

from collections.abc import Mapping
from typing import Final, Literal

Counted = Literal[
    "steps",
    "metres",
    "floors",
    "kilocalories",
    "minutes",
    "active_minutes",
    "sleep_minutes",
    "times",
]
"""What an amount is so many of; each has words for several figures together. Minutes that are no exercise and no sleep are
"minutes", and so are minutes of different kinds together.
"""

MINUTES: Final = frozenset({"minutes", "active_minutes", "sleep_minutes"})

AMOUNTS: Final[Mapping[str, Counted]] = {
    "steps": "steps",
    "steps_before_8": "steps",
    "steps_after_18": "steps",
    "steps_indoors": "steps",
    "distance_walked": "metres",
    "floors_climbed": "floors",
    "active_energy": "kilocalories",
    "basal_energy": "kilocalories",
    "wear_minutes": "minutes",
    "awake_in_bed_minutes": "minutes",
    "sleep_minutes": "sleep_minutes",
    "sleep_minutes_before_18": "sleep_minutes",
    "sleep_minutes_after_18": "sleep_minutes",
    "light_sleep_minutes": "sleep_minutes",
    "deep_sleep_minutes": "sleep_minutes",
    "rem_sleep_minutes": "sleep_minutes",
    "active_minutes": "active_minutes",
    "snow_shovelling_minutes": "active_minutes",
    "walking_minutes": "active_minutes",
    "running_minutes": "active_minutes",
    "cycling_minutes": "active_minutes",
    "swimming_minutes": "active_minutes",
    "skiing_minutes": "active_minutes",
    "strength_minutes": "active_minutes",
    "indoor_exercise_minutes": "active_minutes",
    "checkup_attended": "times",
    "class_attended": "times",
    "paper_card_days": "times",
}
"""By a figure's code. What is no figure that counts is not here; its amount is said as a number alone."""
