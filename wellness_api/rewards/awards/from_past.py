"""A programme version whose first day is past pays everybody alike: the worker works all days since then out anew."""

from datetime import date, datetime
from typing import Final

from points.periods import DaySpan
from points.programme import Programme
from points.rules.lottery import Lottery
from points.rules.parts import GroupRuleBase
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.health.figures.catalogue import KEPT
from wellness_api.process.trouble import Trouble
from wellness_api.rewards.awards.history import figures_worked_out
from wellness_api.rewards.awards.programmes import programmes_kept
from wellness_api.rewards.awards.scope import first_day_needed

WORK_OUT_SINCE: Final = read_sql(__package__, "work_out_since")
FIRST_DAY_KEPT: Final = "SELECT first_day FROM health.retention"
LAST_SEED_OUT: Final = "SELECT max(day) FROM rewards.lottery_seed WHERE programme = $1"
TURN_AGAIN: Final = "SELECT rewards.turn_again_from($1)"


class SamplesAreGone(Trouble):
    """Some of the days could not be worked out anew, since their samples are deleted."""

    def __init__(self, programme: Programme, first_day: date) -> None:
        super().__init__(
            f"programme {programme.code} version {programme.version} begins on {programme.in_force_from}, and samples are"
            f" kept from {first_day} on: earlier days cannot be worked out anew; give it that first day, or a later one"
        )


class SeedsAreOut(Trouble):
    """Anybody who has seen the seeds knows what the lotteries of these days would pay."""

    def __init__(self, programme: Programme, last_day: date) -> None:
        super().__init__(
            f"programme {programme.code} has daily lotteries, and their seeds up to {last_day} are public: what those"
            " days paid does not change any more; give the version a later first day"
        )


async def check_past(connection: Connection, programme: Programme) -> None:
    """Raises SamplesAreGone or SeedsAreOut when not everybody's days from the version's first day on can be worked out
    anew.
    """
    first_day: date = await connection.fetchval(FIRST_DAY_KEPT)
    if programme.in_force_from < first_day:
        raise SamplesAreGone(programme, first_day)
    others = [kept for kept in await programmes_kept(connection) if kept.code == programme.code]
    if any(
        isinstance(rule, Lottery)
        for kept_programme in [programme, *others]
        for rule in kept_programme.rules
    ):
        last_day: date | None = await connection.fetchval(LAST_SEED_OUT, programme.code)
        if last_day is not None and programme.in_force_from <= last_day:
            raise SeedsAreOut(programme, last_day)


def wants_figures(programme: Programme) -> bool:
    """Whether the version names figures that are stored only while a programme names them. They may be missing for
    earlier days.
    """
    return not figures_worked_out([programme]) <= KEPT


async def work_out_figures(connection: Connection, programme: Programme, *, now: datetime) -> int:
    """Lets the worker store the version's figures for the days before it that its rules look at. The version is in
    force.

    Returns how many days with samples the worker will look at. Call it once the version is committed; calling it again
    does no harm.
    """
    first = programme.in_force_from
    looked_at = [
        rule.group_looks_back_to(DaySpan(first, first))
        for rule in programme.rules
        if isinstance(rule, GroupRuleBase)
    ]
    needed = min([first_day_needed(programme, first), *looked_at])
    days: int = await connection.fetchval(WORK_OUT_SINCE, needed, now)
    return days


async def work_out_anew(connection: Connection, programme: Programme, *, now: datetime) -> int:
    """Lets the worker bring everybody's points to a version that is in force. Returns how many days with samples it
    will look at.

    Call it once the version is committed. A worker that works a day out in the meantime either knows the version
    already, or the day is among these. Calling it again does no harm.
    """
    needed = first_day_needed(programme, programme.in_force_from)
    days: int = await connection.fetchval(WORK_OUT_SINCE, needed, now)
    # The day's turn gives what needs no samples, and what groups get.
    await connection.execute(TURN_AGAIN, programme.in_force_from)
    return days
