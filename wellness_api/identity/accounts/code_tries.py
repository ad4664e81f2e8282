"""Limits how often a resident may try a short code in an hour, so that nobody finds one by trying."""

from datetime import datetime
from typing import Final, Literal

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.http.refused import Refused

COUNT_CODE_TRY: Final = read_sql(__package__, "count_code_try")

TRIES_PER_HOUR_MAX: Final = 20
"""Right codes count as well. When there are more, no code is looked at before the next full hour."""

SECONDS_PER_HOUR: Final = 3_600

CodeKind = Literal["class", "team"]


class TooManyTries(Refused):
    """The resident has tried too many codes in this hour."""

    code = "too_many_tries"
    status = 429
    title = "Too many codes were tried"
    field = "code"
    limit = f"{TRIES_PER_HOUR_MAX} tries an hour"
    detail = "Too many codes were tried. Wait for the next full hour, then try again."

    def __init__(self, retry_seconds: int) -> None:
        super().__init__()
        self.retry_seconds = retry_seconds


async def count_code_try(pool: Pool, resident_id: int, kind: CodeKind, *, now: datetime) -> None:
    """Counts the try. Raises TooManyTries."""
    tries = await pool.fetchval(COUNT_CODE_TRY, resident_id, kind, now)
    if tries > TRIES_PER_HOUR_MAX:
        raise TooManyTries(SECONDS_PER_HOUR - int(now.timestamp()) % SECONDS_PER_HOUR)
