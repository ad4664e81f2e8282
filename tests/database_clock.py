"""The clock of the test databases, which a test sets as it sets the town's.

The product asks its database what time it is by one function; the tests' template has another one in its place, that
reads a file. While there is no file it is the machine's clock.
"""

import os
import tempfile
from datetime import datetime
from pathlib import Path

import asyncpg

FILE = Path(tempfile.gettempdir()) / f"wellness-database-clock-{os.getpid()}"
"""One for all databases of this test process: its tests run one after the other."""

READ_FILE = f"""
CREATE OR REPLACE FUNCTION rewards.clock() RETURNS timestamptz LANGUAGE sql VOLATILE SECURITY DEFINER AS $$
    SELECT coalesce(pg_read_file('{FILE}', 0, 100, true)::timestamptz, clock_timestamp())
$$;
REVOKE EXECUTE ON FUNCTION rewards.clock FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rewards.clock TO wellness_api, wellness_worker;
"""


async def let_it_be_set(database_url: str) -> None:
    """Gives the database a clock that `set_database_clock` sets; as a superuser, who may read files."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(READ_FILE)
    finally:
        await connection.close()


def set_database_clock(now: datetime | None) -> None:
    """Lets the databases' clock stand at `now`; None: it is the machine's again."""
    if now is None:
        FILE.unlink(missing_ok=True)
        return
    written = FILE.with_suffix(".new")
    written.write_text(now.isoformat())
    written.rename(FILE)
