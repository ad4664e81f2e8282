"""A small programme of the snow season, days that go by in it, and the proof of what it paid."""

from datetime import date, timedelta
from typing import Final

from points.programme import Programme, read_programme
from tests.town import NOON, Person, Town, local_morning, steps
from wellness_api.rewards.proof.prove import Proof, prove_awards
from wellness_api.rewards.proof.verify import verify_ledger

TODAY: Final = NOON.date()
TOMORROW: Final = TODAY + timedelta(days=1)

GRANTED: Final = """
[[rules]]
kind = "loss_framed"
code = "morning"
goal = { at_least = 2000 }
active_days = 7
points_day = 10
"""
"""Ten points in the morning, which are lost at midnight unless 2,000 steps are reached."""


def programme(*rules: str, version: int = 1, begins: date = date(2026, 11, 2)) -> Programme:
    """What it pays can be spent at once, and changes for three days."""
    head = f"""
code = "winter"
version = {version}
name = {{ ja = "冬", en = "Winter" }}
in_force_from = {begins}
late_window_days = 3
spendable_after_days = 0
"""
    return read_programme(head + "".join(rules))


async def walk(town: Town, person: Person, day: date, minutes: int) -> None:
    """A walk on the morning of the day, worked off."""
    await town.upload(person, steps([100] * minutes, start=local_morning(day)))
    await town.settle()


async def begin(town: Town, day: date) -> None:
    """The first minutes of the day, and its turn."""
    town.clock.now = local_morning(day) - timedelta(hours=5, minutes=30)
    await town.worker.turn_day()


async def prove(town: Town, *, city_day: date = TODAY) -> Proof:
    """Every award worked out anew."""
    async with town.owner.transaction():
        return await prove_awards(
            town.owner, now=town.clock(), city_day=city_day, on_step=lambda *_: None
        )


async def is_proven(town: Town) -> bool:
    """Whether nobody waits, every award is as samples and rules give it, and every balance as transfers do."""
    proof = await prove(town)
    async with town.owner.transaction():
        verification = await verify_ledger(town.owner, on_step=lambda *_: None)
    assert proof.residents_waiting == 0
    return not (proof.differences or proof.failed) and verification.is_sound
