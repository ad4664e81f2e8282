"""After an erasure and the documented clean-up the database's files hold no byte of the person any more."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import asyncpg
import pytest

from tests.database_clock import let_it_be_set
from tests.processes import environment, own_var_dir, run
from tests.town import NOON, Town, open_town, steps
from tests.wellness_api.identity.erasure import leaving
from wellness_api.database.migrate import migrate
from wellness_api.database.pool import Connection
from wellness_api.identity.accounts.enrolment import give_card
from wellness_api.identity.erasure import scrub as scrubbing
from wellness_api.identity.erasure.scrub import CannotScrub, scrub
from wellness_api.process.settings import Settings
from wellness_api.programs.embedded.postgres import embedded_postgres
from wellness_api.programs.embedded.redis import embedded_redis

NAME = "消えゆく 名前子"
COLUMN_BYTES_LOOKED_FOR = 48
"""From the middle of a column: its beginning says how it is compressed, as every column's does."""


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    with own_var_dir() as folder:
        yield folder


@pytest.fixture
async def own_server(var_dir: Path) -> AsyncIterator[Town]:
    """A town on a server of its own, whose files are under `var_dir`."""
    with embedded_postgres(var_dir / "postgres") as url, embedded_redis() as (redis_url, _):
        admin = await asyncpg.connect(url)
        # Else what the server has no more use for is kept under a new name, to be written over one day.
        await admin.execute("ALTER SYSTEM SET wal_recycle = off")
        await admin.execute("SELECT pg_reload_conf()")
        await admin.execute("CREATE DATABASE wellness")
        await admin.close()
        database_url = re.sub(r"/postgres\?", "/wellness?", url)
        await migrate(database_url)
        await let_it_be_set(database_url)
        async with open_town(Settings(database_url=database_url, redis_url=redis_url)) as town:
            await town.owner.execute("SELECT health.ensure_segment_partitions($1)", NOON.date())
            yield town


async def traces_of(town: Town, who: int) -> dict[str, bytes]:
    """Bytes that are this resident's alone."""
    columns = await town.owner.fetchrow(
        "SELECT times, values FROM health.segment WHERE resident_id = $1 AND source = $2"
        " ORDER BY length(values) DESC LIMIT 1",
        who,
        leaving.SOURCE,
    )
    digest = await town.owner.fetchval(
        "SELECT min(card_digest) FROM identity.card WHERE resident_id = $1", who
    )
    return {
        "name": NAME.encode(),
        "source": leaving.SOURCE.encode(),
        "record": leaving.RECORD.bytes,
        "card": digest,
        "file": b"a file of someone who leaves",
        "times": _middle(columns["times"]),
        "values": _middle(columns["values"]),
    }


def _middle(column: bytes) -> bytes:
    assert len(column) > 4 * COLUMN_BYTES_LOOKED_FOR
    return column[len(column) // 2 :][:COLUMN_BYTES_LOOKED_FOR]


def found_in(folder: Path, traces: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Which traces are in which folders of the data directory, by every file's bytes."""
    names_by_folder: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for name, trace in traces.items():
                if trace in content:
                    names_by_folder.setdefault(path.relative_to(folder).parts[0], set()).add(name)
    return names_by_folder


async def test_no_byte_of_the_person_is_left_in_the_files(own_server: Town, var_dir: Path) -> None:
    town, data = own_server, var_dir / "postgres"
    others = [await town.resident(f"残る {number}") for number in range(20)]
    for person in others:
        await town.upload(person, steps([100] * 60))
    gone = await leaving.use_everything(town, NAME)
    traces = await traces_of(town, gone.principal_id)
    await give_card(town.owner, gone.principal_id, "another card of the same person")
    # The planner's statistics quote values; of the cards, which are all this person's, it keeps them for good.
    await town.owner.execute("ANALYZE")
    await town.owner.execute("CHECKPOINT")
    before = found_in(data, traces)
    assert before["base"] == before["pg_wal"] == traces.keys(), "what is looked for can be found"

    await leaving.leave(town, gone)
    await town.worker.erase()
    await town.owner.execute("VACUUM ANALYZE")
    await town.owner.execute("CHECKPOINT")
    assert found_in(data, traces)["base"], "deleting and a plain VACUUM leave bytes behind"

    settings = environment(var_dir, 1) | {"WELLNESS_DATABASE_URL": str(town.settings.database_url)}
    ended = run("erasure", "scrub", settings=settings)
    assert ended.returncode == 0, ended.stderr
    await town.owner.execute("CHECKPOINT")
    assert set(found_in(data, traces)) <= {"pg_wal"}

    # What is written ahead is needed until the next checkpoint, and with wal_recycle off is deleted by it.
    await town.owner.execute("SELECT pg_switch_wal()")
    await town.owner.execute("CHECKPOINT")
    assert found_in(data, traces) == {}

    assert run("erasure", "scrub", settings=settings).stdout == "", "there is nothing more to do"
    for person in others:
        assert (await town.get("/v1/me/today", person)).json["steps"] == 6_000


async def test_only_what_erasures_touched_is_written_anew(town: Town) -> None:
    gone = await leaving.use_everything(town, NAME)
    assert await scrub(town.owner, now=town.clock()) == []
    await leaving.leave(town, gone)
    await town.worker.erase()
    written = await scrub(town.owner, now=town.clock())
    assert [name for name in written if name.startswith("health.segment")] == [
        "health.segment_202611",
        "health.segment_archive",
    ]
    assert {"identity.principal", "health.record", "rewards.transfer"} <= set(written)
    assert await scrub(town.owner, now=town.clock()) == []


async def test_a_transaction_that_still_sees_the_person_is_named(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """VACUUM FULL copies the rows that anybody can still see."""
    monkeypatch.setattr(scrubbing, "OTHERS_WAIT_SECONDS_MAX", 0.3)
    gone = await leaving.use_everything(town, NAME)
    reader = await asyncpg.connect(town.settings.database_url)
    reading = reader.transaction(isolation="repeatable_read")
    await reading.start()
    await reader.fetch("SELECT * FROM identity.principal")
    await leaving.leave(town, gone)
    await town.worker.erase()
    with pytest.raises(CannotScrub, match="still open"):
        await scrub(town.owner, now=town.clock())
    await reading.rollback()
    await reader.close()
    assert await scrub(town.owner, now=town.clock())


async def test_a_table_in_use_is_left_for_a_quieter_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "LOCK_WAIT", "100ms")
    gone = await leaving.use_everything(town, NAME)
    await leaving.leave(town, gone)
    await town.worker.erase()
    holder = await asyncpg.connect(town.settings.database_url)
    older = scrubbing._outlast_older_transactions

    async def then_hold(connection: Connection) -> None:
        # Begun after the scrub looked who is there, so not one that it waits for.
        await older(connection)
        await holder.execute("BEGIN; SELECT FROM health.upload")

    monkeypatch.setattr(scrubbing, "_outlast_older_transactions", then_hold)
    with pytest.raises(CannotScrub, match=r"health\.upload was in use"):
        await scrub(town.owner, now=town.clock())
    await holder.execute("ROLLBACK")
    await holder.close()
    monkeypatch.setattr(scrubbing, "_outlast_older_transactions", older)
    assert await scrub(town.owner, now=town.clock())


async def test_a_login_that_owns_nothing_is_told_so(town: Town) -> None:
    """PostgreSQL would only warn, and leave the tables as they are."""
    gone = await leaving.use_everything(town, NAME)
    await leaving.leave(town, gone)
    await town.worker.erase()
    await town.owner.execute(
        "DO $$ BEGIN CREATE ROLE scrubs_nothing; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        "GRANT USAGE ON SCHEMA identity, health, rewards, work TO scrubs_nothing;"
        "GRANT SELECT ON ALL TABLES IN SCHEMA identity, health, rewards, work TO scrubs_nothing;"
    )
    await town.owner.execute("SET ROLE scrubs_nothing")
    with pytest.raises(CannotScrub, match="owns the schema"):
        await scrub(town.owner, now=town.clock())
    await town.owner.execute("RESET ROLE")
    assert await scrub(town.owner, now=town.clock())
