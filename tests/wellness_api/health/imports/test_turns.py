"""Files are read in turns: no file, however long it takes, keeps those of others waiting for its end."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from tests.town import Person, Town
from tests.wellness_api.health.imports.exports import (
    DECLARATION,
    DOCTYPE,
    END,
    START,
    bring_in,
    export,
    heart_rate,
    many,
    send,
    state_of,
    steps,
    zipped,
)
from wellness_api.database.locks import IMPORT_LOCK
from wellness_api.health.imports import apple_health, pieces, turns
from wellness_api.health.imports.file_reading import FileReading

TURNS_WAITED_MAX = 3
"""The turn that is under way, that of a long file before it, and its own."""

RECORDS = 3_000
LONG = zipped(many(RECORDS))
SHORT = export(steps(0, 60))

ENOUGH_SECONDS = 60.0


class Turns:
    """Who had turns, in their order. A turn is one little step, but enough for the files of those in `short`."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.short: set[int] = set()


@pytest.fixture(autouse=True)
def by_turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    by_turns = Turns()
    read_on = FileReading.read_on

    async def noted(self: FileReading, *, seconds: float) -> bool:
        resident = self._claimed.resident_id
        by_turns.taken.append(resident)
        assert seconds == turns.TURN_SECONDS
        return await read_on(self, seconds=ENOUGH_SECONDS if resident in by_turns.short else 0.0)

    monkeypatch.setattr(FileReading, "read_on", noted)
    monkeypatch.setattr(apple_health, "STEP_BYTES", 64 * 1024)
    monkeypatch.setattr(pieces, "SAMPLES_PER_PIECE", 100)
    return by_turns


def refused(count: int) -> Iterator[bytes]:
    """An export of so many records that say nothing, and of one that is taken, at its end."""
    yield f"{DECLARATION}{DOCTYPE}{START}".encode()
    yield b'<Record type="HKQuantityTypeIdentifierStepCount"/>' * count
    yield heart_rate(0, 61).encode()
    yield END.encode()


async def until_done(town: Town, person: Person, import_id: str) -> None:
    while (await state_of(town, person, import_id))["state"] != "done":
        await asyncio.sleep(0)


async def test_a_file_of_refused_records_keeps_nobody_elses_waiting_for_its_end(
    town: Town, by_turns: Turns
) -> None:
    hanako, taro = await town.residents(2)
    by_turns.short = {taro.principal_id}
    long = await send(town, hanako, zipped(refused(200_000)))
    reading = asyncio.create_task(town.worker.read_imports())
    while not (await state_of(town, hanako, long))["progress"]["bytes_read"]:
        await asyncio.sleep(0)
    short = await send(town, taro, SHORT)
    waited_from = len(by_turns.taken)
    await until_done(town, taro, short)
    assert (await state_of(town, hanako, long))["state"] == "reading"
    assert by_turns.taken.index(taro.principal_id) - waited_from < TURNS_WAITED_MAX
    await reading
    over = await state_of(town, hanako, long)
    assert (over["state"], over["progress"]["samples"]["accepted"]) == ("done", 1)
    assert over["progress"]["records"]["refused"] == 200_000


async def test_short_files_go_on_when_there_are_more_long_ones_than_places(
    town: Town, by_turns: Turns
) -> None:
    *crowd, taro, jiro = await town.residents(turns.PLACES + 4)
    by_turns.short = {taro.principal_id}
    undisturbed = await bring_in(town, jiro, LONG)
    long = {person: await send(town, person, LONG) for person in crowd}
    reading = asyncio.create_task(town.worker.read_imports())
    while not await put_back(town):
        await asyncio.sleep(0)
    short = await send(town, taro, SHORT)
    waited_from = len(by_turns.taken)
    await until_done(town, taro, short)
    of_taro = by_turns.taken.index(taro.principal_id)
    before_taro = by_turns.taken[waited_from:of_taro]
    assert len(before_taro) < 2 * len(crowd) + TURNS_WAITED_MAX
    await reading
    assert set(by_turns.taken[of_taro:]) >= {person.principal_id for person in crowd}
    for person, import_id in long.items():
        over = await state_of(town, person, import_id)
        assert (over["state"], over["progress"]) == ("done", undisturbed["progress"])


async def test_long_files_go_on_while_new_ones_keep_coming(town: Town, by_turns: Turns) -> None:
    hanako, *others = await town.residents(7)
    by_turns.short = {person.principal_id for person in others}
    await send(town, hanako, LONG)
    for person in others:
        await send(town, person, SHORT)
    await town.worker.read_imports()
    of_hanako = hanako.principal_id
    assert by_turns.taken[: 2 * len(others)].count(of_hanako) >= len(others)


async def test_a_resident_has_one_place_for_long_files(town: Town) -> None:
    hanako, taro = await town.residents(2)
    for person in (hanako, hanako, taro):
        await send(town, person, LONG)
    open_at_once = 0
    reading = asyncio.create_task(town.worker.read_imports())
    while not reading.done():
        locks = await town.owner.fetchval(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            IMPORT_LOCK,
        )
        open_at_once = max(open_at_once, locks)
        await asyncio.sleep(0.01)
    await reading
    rows = await town.owner.fetch("SELECT state, accepted + duplicate FROM health.import")
    assert [tuple(row) for row in rows] == [("done", RECORDS)] * 3
    assert open_at_once == 2


async def test_a_worker_that_is_stopped_leaves_all_that_it_had_open_to_the_next(
    town: Town,
) -> None:
    crowd = await town.residents(turns.PLACES + 1)
    long = {person: await send(town, person, LONG) for person in crowd}
    for stored in (5, 20, 60):
        reading = asyncio.create_task(town.worker.read_imports())
        while await pieces_stored(town) < stored:
            assert not reading.done()
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    await town.worker.read_imports()
    for person, import_id in long.items():
        over = await state_of(town, person, import_id)
        samples = over["progress"]["samples"]
        assert (over["state"], samples["accepted"], samples["duplicate"]) == ("done", RECORDS, 0)


async def test_whoever_lost_the_lock_of_a_file_between_its_turns_does_not_read_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako = await town.resident()
    import_id = await send(town, hanako, LONG)
    reading = asyncio.create_task(town.worker.read_imports())
    while await pieces_stored(town) < 3:
        await asyncio.sleep(0)
    await town.owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = $1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        IMPORT_LOCK,
    )
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await reading
    stored = await pieces_stored(town)
    assert stored < RECORDS / 100
    await town.worker.read_imports()
    over = await state_of(town, hanako, import_id)
    samples = over["progress"]["samples"]
    assert (over["state"], samples["accepted"], samples["duplicate"]) == ("done", RECORDS, 0)


async def pieces_stored(town: Town) -> int:
    stored: int = await town.owner.fetchval("SELECT sum(pieces_stored) FROM health.import")
    return stored


async def test_waiting_for_a_place_is_no_reading_in_vain(town: Town) -> None:
    crowd = await town.residents(turns.PLACES + 1)
    for person in crowd:
        await send(town, person, zipped(refused(20_000)))
    reading = asyncio.create_task(town.worker.read_imports())
    while not (waiting := await put_back(town)):
        assert not reading.done()
        await asyncio.sleep(0)
    assert [row["readings"] for row in waiting] == [0]
    await reading


async def put_back(town: Town) -> list[Any]:
    return await town.owner.fetch(
        "SELECT readings FROM health.import WHERE is_long AND state = 'waiting'"
    )


@pytest.mark.parametrize("kind", ["refused", "skipped", "within others"])
async def test_elements_of_all_kinds_have_a_limit_that_is_told(
    town: Town, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(apple_health, "ELEMENTS_MAX", 1_000)
    child = '<MetadataEntry key="a"/>'
    elements = {
        "refused": ['<Record type="HKQuantityTypeIdentifierStepCount"/>'] * 1_001,
        "skipped": ["<Correlation/>"] * 1_001,
        "within others": [f"<Correlation>{child * 1_001}</Correlation>"],
    }[kind]
    hanako = await town.resident()
    over = await bring_in(town, hanako, export(steps(0, 60), *elements))
    assert (over["state"], over["progress"]["samples"]["accepted"]) == ("refused", 1)
    assert over["problem"] == {
        "code": "too_large",
        "detail": "The export holds more than 1000 elements.",
    }
