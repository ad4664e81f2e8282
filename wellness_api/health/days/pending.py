"""The queue of days that are to be worked out, in SQL, with a lock for each resident."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from wellness_api.database.locks import OPEN_DAYS_LOCK, RESIDENT_LOCK
from wellness_api.database.pool import Connection, Database
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.days.stored_days import ResidentDay
from wellness_api.health.days.summarise import Summary

HOLD_DAYS_OPEN: Final = read_sql(__package__, "hold_days_open")
CLAIM_PENDING_DAYS: Final = read_named_sql(__package__, "claim_pending_days")
WRITE_SUMMARIES: Final = read_named_sql(__package__, "write_summaries")
TAKE_OUT_DAY: Final = read_sql(__package__, "take_out_day")
BRING_BACK_DAYS: Final = read_sql(__package__, "bring_back_days")


class Share(NamedTuple):
    """How many pending days a turn takes.

    `recent_max`: the most days that somebody may look at. `backlog_min`: the least days of the backlog, which are days
    that were long over when their samples came. A turn takes that many however many recent days wait, and more if fewer
    wait.
    """

    recent_max: int
    backlog_min: int


class Round:
    """How far the turns have come through the residents of the backlog.

    The next turn takes residents with numbers above `after`. After the last resident it begins with the first again.
    """

    def __init__(self) -> None:
        self.after = 0


def whole_share(days_max: int) -> Share:
    """A turn's usual share. A quarter is for the backlog. Recent days keep three quarters, so an import, or ten years at
    once, makes nobody else wait longer by more than a third.
    """
    backlog_min = days_max // 4
    return Share(days_max - backlog_min, backlog_min)


class Claim(NamedTuple):
    """Days that nobody else works on until the transaction ends. `sequences`: for each day, those of the rows that asked
    for it.

    `backlog_until`: the last resident whose backlog was looked at.
    """

    days: Sequence[ResidentDay]
    sequences: Sequence[Sequence[int]]
    backlog_until: int


NOTHING_CLAIMED: Final = Claim((), (), 0)


async def claim_days(connection: Connection, share: Share, *, after: int) -> Claim:
    """Takes days within a transaction. `after`: the backlog's days are those of residents after this one."""
    await connection.execute(HOLD_DAYS_OPEN, OPEN_DAYS_LOCK)
    rows = await connection.fetch(
        *CLAIM_PENDING_DAYS(
            recent_max=share.recent_max,
            lock=RESIDENT_LOCK,
            backlog_min=share.backlog_min,
            after_resident=after,
        )
    )
    return Claim(
        [ResidentDay(*day) for *day, _, _ in rows],
        [row["sequences"] for row in rows],
        (rows[0]["backlog_until"] or 0) if rows else 0,
    )


async def take_out_day(connection: Connection, day: ResidentDay, sequences: Sequence[int]) -> None:
    """Takes a day out of the queue with all rows that asked for it so far."""
    await connection.execute(TAKE_OUT_DAY, day.resident_id, day.day, sequences)


async def bring_back_days(database: Database, *, now: datetime) -> None:
    """Queues the days that were set aside and are to be tried again."""
    await database.execute(BRING_BACK_DAYS, now)


async def write_summaries(
    connection: Connection, pending: Sequence[ResidentDay], summaries: Sequence[Summary]
) -> None:
    """Keeps what the days come to. It replaces all that was kept of these days."""
    present = [
        (day.resident_id, day.day, number, figure)
        for day, summary in zip(pending, summaries, strict=True)
        for number, figure in summary.items()
    ]
    await connection.execute(
        *WRITE_SUMMARIES(
            worked_out_residents=[day.resident_id for day in pending],
            worked_out_days=[day.day for day in pending],
            resident_ids=[resident_id for resident_id, _, _, _ in present],
            days=[day for _, day, _, _ in present],
            figures=[number for _, _, number, _ in present],
            summary_values=[figure.value for *_, figure in present],
            sample_counts=[figure.sample_count for *_, figure in present],
            measured_ats=[figure.measured_at for *_, figure in present],
        ),
    )
