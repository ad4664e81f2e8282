"""What is done to which part when: all of it follows from the seed, so that a run can be had again."""

import random
from collections import Counter
from typing import Literal, NamedTuple

from wellness_api.programs.children.keeper import RESTARTS_MAX, RESTARTS_SECONDS

PartName = Literal["api", "worker", "postgres", "redis", "gateway"]
Kind = Literal["kill", "terminate_backend", "kill_backend", "pause"]

KINDS: tuple[tuple[Kind, tuple[PartName, ...]], ...] = (
    ("kill", ("api", "worker", "postgres", "redis", "gateway")),
    ("terminate_backend", ("postgres",)),
    ("kill_backend", ("postgres",)),
    ("pause", ("api", "worker", "postgres", "redis", "gateway")),
)

WEIGHTS = (4, 1, 1, 3)
"""How often each kind comes."""

FIRST_SECONDS = 2.0
GAP_SECONDS_MIN, GAP_SECONDS_MAX = 0.6, 2.4
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.3, 3.0

KILLS_IN_WINDOW_MAX = RESTARTS_MAX // 2
"""Of one part: half of what its keeper mends, since what is killed while it begins has to begin twice."""


class Blow(NamedTuple):
    """At `second` of the run. `choice` says which of several like processes, from 0 to 1; `seconds` how long a pause is."""

    second: float
    kind: Kind
    part: PartName
    choice: float
    seconds: float


def schedule(seed: int, seconds: float) -> list[Blow]:
    """The blows of a run, in their order; of one part no more kills at a time than its keeper may mend."""
    draw = random.Random(seed)
    blows: list[Blow] = []
    second = FIRST_SECONDS
    while second < seconds:
        ((kind, parts),) = draw.choices(KINDS, WEIGHTS)
        blow = Blow(
            second=round(second, 2),
            kind=kind,
            part=draw.choice(parts),
            choice=draw.random(),
            seconds=round(draw.uniform(PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX), 2),
        )
        if kind != "kill" or _kills_before(blows, blow) < KILLS_IN_WINDOW_MAX:
            blows.append(blow)
        second += draw.uniform(GAP_SECONDS_MIN, GAP_SECONDS_MAX)
    return blows


def _kills_before(blows: list[Blow], blow: Blow) -> int:
    return Counter(
        earlier.part
        for earlier in blows
        if earlier.kind == "kill" and earlier.second > blow.second - RESTARTS_SECONDS
    )[blow.part]
