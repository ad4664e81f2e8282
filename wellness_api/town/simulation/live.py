"""The city now: every few seconds, a few residents have walked for the last minutes, until this is cancelled.

People look at a demo at night as well, so the draw of who walks now does not depend on the hour.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from wellness_api.town.simulation.city import SimulatedCity
from wellness_api.town.simulation.days import MINUTE_MS, Series, source_of
from wellness_api.town.simulation.draws import Purpose, keys, normal, spread, uniform
from wellness_api.town.simulation.people import Devices, People
from wellness_api.town.simulation.sender import Sender, Tally, open_session
from wellness_api.town.simulation.uploads import PlannedUpload, Window, encode, idempotency_key

MINUTES_PER_UPLOAD_MAX = 3
_PACE_MEAN, _PACE_SPREAD = 98.0, 9.0
_WALKING_RATE = 35.0


def now_ms() -> int:
    """The machine's clock, Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def active_residents(people: People) -> list[int]:
    """Residents with a phone or watch that still sends."""
    carries = people.devices != Devices.CARD_ONLY
    active = carries & (people.joined_day <= people.today) & (people.stopped_day > people.today)
    residents: list[int] = np.flatnonzero(active).tolist()
    return residents


def walked_now(people: People, resident: int, window: Window) -> PlannedUpload:
    """A brisk walk in each whole minute of the window; the same minutes always hold the same steps."""
    times_ms = np.arange(window.start_ms, window.end_ms, MINUTE_MS, dtype=np.int64)
    minute = times_ms // MINUTE_MS
    key = keys(people.seed, Purpose.LIVE_MINUTE, np.full(len(minute), resident), minute)
    watch = bool(people.devices[resident] & Devices.WATCH)
    source = source_of(people, resident, "watch" if watch else "phone")
    series = [
        Series("steps", source, times_ms, np.rint(_PACE_MEAN + _PACE_SPREAD * normal(key))),
    ]
    if watch:
        rate = people.resting_rate[resident] + _WALKING_RATE
        noise = 2 * normal(spread(key[-1:], np.array([1])))
        series.append(Series("heart_rate", source, times_ms[-1:], np.rint(rate + noise)))
    return PlannedUpload(
        resident=resident,
        ordinal=int(minute[-1]),
        idempotency_key=idempotency_key(people, resident, int(minute[-1]), window),
        body=encode(series),
        samples=sum(len(part.times_ms) for part in series),
    )


def next_window(sent_until_ms: int | None, clock_ms: int) -> Window | None:
    """The last whole minutes that were not sent yet, at most three; None when there is none."""
    end_ms = clock_ms // MINUTE_MS * MINUTE_MS
    start_ms = max(sent_until_ms or 0, end_ms - MINUTES_PER_UPLOAD_MAX * MINUTE_MS)
    return Window(start_ms, end_ms) if start_ms < end_ms else None


def _handful(seed: int, turn: int, residents: Sequence[int], size: int) -> list[int]:
    draws = uniform(spread(keys(seed, Purpose.LIVE_CHOICE, np.array([turn])), np.arange(size)))
    return sorted({residents[int(draw * len(residents))] for draw in draws})


async def live(
    city: SimulatedCity,
    *,
    base_url: str,
    tokens: Mapping[int, str],
    seconds_between: float = 3.0,
    residents_per_turn: int = 5,
    always: Sequence[int] = (),
    clock_ms: Callable[[], int] = now_ms,
) -> None:
    """Sends the newest minutes of a few active residents in each turn, never in the future, until it is cancelled.

    `tokens`: bearer token by resident number. Only these residents walk, and of these only those whose device still
    sends. `always`: residents who walk in each turn. Without any such resident it returns at once. Raises SendingError
    like send_history.
    """
    active = [resident for resident in active_residents(city.people) if resident in tokens]
    sent_until_ms: dict[int, int] = {}
    async with open_session() as session:
        sender = Sender(session, f"{base_url.rstrip('/')}/v1/uploads", tokens, Tally())
        while active:
            now = clock_ms()
            turn = now // max(int(seconds_between * 1000), 1)
            handful = _handful(city.people.seed, turn, active, residents_per_turn)
            for resident in sorted({*handful, *always}):
                window = next_window(sent_until_ms.get(resident), now)
                if window is not None:
                    await sender.send(walked_now(city.people, resident, window))
                    sent_until_ms[resident] = window.end_ms
            await asyncio.sleep(seconds_between)
