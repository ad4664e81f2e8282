"""Turns a device's running total of steps into steps per minute."""

from typing import Final

import msgspec

MINUTE_MS: Final = 60_000
GAP_MINUTES_MAX: Final = 24 * 60
"""After a longer silence the steps count for its last day: nobody can say any more when they were walked."""

STEPS_PER_MINUTE_MAX: Final = 400
"""Nobody can walk more in a minute; the server's catalogue has the same figure. A counter that gained more is not believed."""


class StepCounter(msgspec.Struct, frozen=True, kw_only=True):
    """What was last known of a counter: its total, the minute that was under way, and the steps in that minute."""

    total: int
    minute_ms: int
    minute_steps: int


def believable(before: StepCounter | None, *, total: int, now_ms: int) -> bool:
    """Whether so many steps can have been walked since the last total. A garbled counter jumps."""
    if before is None:
        return True
    gained = total - before.total if total >= before.total else total
    minutes = max((now_ms - before.minute_ms) // MINUTE_MS + 1, 1)
    return gained <= STEPS_PER_MINUTE_MAX * min(minutes, GAP_MINUTES_MAX)


def count_steps(
    before: StepCounter | None, *, total: int, now_ms: int
) -> tuple[StepCounter, dict[int, int]]:
    """The counter after a new total, and the steps of each minute that changed (start in Unix ms: steps so far).

    The minute under way comes again with more steps until it is over: the later figure replaces the earlier one. A first
    total gives no steps, because nobody knows when, and by whom, they were walked. A total that fell means that the
    counter restarted. The steps of a gap between two totals are spread evenly over its minutes.
    """
    minute_ms = now_ms - now_ms % MINUTE_MS
    if before is None:
        return StepCounter(total=total, minute_ms=minute_ms, minute_steps=0), {}
    gained = total - before.total if total >= before.total else total
    if minute_ms == before.minute_ms:
        steps = before.minute_steps + gained
        after = StepCounter(total=total, minute_ms=minute_ms, minute_steps=steps)
        return after, {minute_ms: steps} if gained else {}
    # A clock that was set back makes the difference negative; then the gain belongs to this minute.
    gap = min(max((minute_ms - before.minute_ms) // MINUTE_MS, 1), GAP_MINUTES_MAX)
    steps_each_minute, left_over = divmod(gained, gap)
    spread = {
        minute_ms - age * MINUTE_MS: steps_each_minute + (1 if age < left_over else 0)
        for age in reversed(range(gap))
    }
    after = StepCounter(total=total, minute_ms=minute_ms, minute_steps=spread[minute_ms])
    return after, {minute: steps for minute, steps in spread.items() if steps}
