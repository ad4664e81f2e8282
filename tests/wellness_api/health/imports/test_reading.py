"""The worker reads a large file in constant memory, and takes it up again wherever it was stopped."""

import asyncio
import gc
import resource
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.town import NOON, Person, Town
from tests.wellness_api.health.imports.exports import (
    DECLARATION,
    DOCTYPE,
    END,
    START,
    bring_in,
    heart_rate,
    many,
    record,
    send,
    state_of,
    zipped,
)
from wellness_api.health.days.pending import Share
from wellness_api.health.imports import pieces
from wellness_api.health.imports.apple_health import AppleHealthFile
from wellness_api.health.samples.columns import Arrival
from wellness_api.rewards.pending_days.turn import work_off_pending_days

RECORDS = 3_000
EXPORT = zipped(many(RECORDS))
GROWTH_BYTES_MAX = 24 * 1024 * 1024
STATM = Path("/proc/self/statm")


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "SAMPLES_PER_PIECE", 100)


async def pieces_stored(town: Town) -> int:
    stored: int = await town.owner.fetchval("SELECT sum(pieces_stored) FROM health.import")
    return stored


async def stop_midway(town: Town, *, after: int) -> None:
    reading = asyncio.create_task(town.worker.read_imports())
    while await pieces_stored(town) < after:
        assert not reading.done(), "the file is too small to be stopped in the middle of"
        await asyncio.sleep(0)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def segments_of(town: Town, person: Person) -> list[Any]:
    return await town.owner.fetch(
        "SELECT day, metric, source, time_first, time_last, times, values FROM health.segment"
        " WHERE resident_id = $1 ORDER BY 1, 2, 3, 4",
        person.principal_id,
    )


async def test_a_stopped_import_goes_on_to_the_same_end(town: Town) -> None:
    hanako, taro = await town.residents(2)
    undisturbed = await bring_in(town, taro, EXPORT)
    import_id = await send(town, hanako, EXPORT)
    for after in (3, 11):
        await stop_midway(town, after=await pieces_stored(town) + after)
        halfway = await state_of(town, hanako, import_id)
        assert halfway["state"] == "reading"
        assert 0 < halfway["progress"]["samples"]["accepted"] < RECORDS
    await town.worker.read_imports()
    over = await state_of(town, hanako, import_id)
    assert (over["state"], over["progress"]) == ("done", undisturbed["progress"])
    assert over["progress"]["samples"]["accepted"] == RECORDS
    assert await segments_of(town, hanako) == await segments_of(town, taro)


async def test_a_piece_that_was_stored_and_not_noted_counts_once(town: Town) -> None:
    hanako = await town.resident()
    import_id = await send(town, hanako, EXPORT)
    await stop_midway(town, after=5)
    # As if the worker had been killed between the two.
    await town.owner.execute(
        "UPDATE health.import SET pieces_stored = pieces_stored - 1, accepted = accepted - 100"
    )
    await town.worker.read_imports()
    over = await state_of(town, hanako, import_id)
    samples = over["progress"]["samples"]
    assert (samples["accepted"], samples["duplicate"]) == (RECORDS, 0)


async def test_two_workers_never_read_the_same_file(town: Town) -> None:
    hanako = await town.resident()
    await send(town, hanako, EXPORT)
    first = asyncio.create_task(town.worker.read_imports())
    while await pieces_stored(town) < 1:
        await asyncio.sleep(0)
    stored_before = await pieces_stored(town)
    await town.worker.read_imports()
    assert not first.done(), "the second one found nothing and did not wait"
    await first
    assert stored_before < await pieces_stored(town) == RECORDS / 100


async def test_an_import_given_up_while_it_is_read_stops(town: Town) -> None:
    hanako = await town.resident()
    import_id = await send(town, hanako, EXPORT)
    reading = asyncio.create_task(town.worker.read_imports())
    while await pieces_stored(town) < 2:
        await asyncio.sleep(0)
    await town.call("DELETE", f"/v1/imports/{import_id}", headers=hanako.headers)
    await reading
    stored = await town.owner.fetchval("SELECT count(*) FROM health.upload")
    assert 2 <= stored < RECORDS / 100


async def test_pending_days_go_on_while_a_file_is_read(town: Town) -> None:
    hanako = await town.resident()
    await send(town, hanako, EXPORT)
    reading = asyncio.create_task(town.worker.read_imports())
    while await pieces_stored(town) < 1:
        await asyncio.sleep(0)
    async with town.worker_pool.acquire() as connection:
        changed = await work_off_pending_days(
            connection, share=Share(1, 0), now=town.clock(), city_day=town.clock().date()
        )
    assert changed == {hanako.principal_id}
    assert not reading.done()
    await reading


# The worker is stopped in the middle of listening; its process ends the connections then.
@pytest.mark.filterwarnings("ignore:.*active notification listener")
async def test_a_running_worker_reads_what_was_sent(town: Town) -> None:
    hanako = await town.resident()
    running = asyncio.create_task(town.worker.run())
    import_id = await send(town, hanako, zipped(many(10)))
    while (await state_of(town, hanako, import_id))["state"] != "done":
        assert not running.done()
        await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def large(record_count: int) -> Iterator[bytes]:
    """Half of the records are taken, and half are of a type that is skipped."""
    block = "".join(
        heart_rate(-number / 60, 60 + number % 61)
        + record("HKQuantityTypeIdentifierEnvironmentalAudioExposure", -number, 61, "dBASPL")
        for number in range(1_000)
    ).encode()
    yield f"{DECLARATION}{DOCTYPE}{START}".encode()
    for _ in range(record_count // 2_000):
        yield block
    yield END.encode()


def resident_bytes() -> int:
    return int(STATM.read_text().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(not STATM.exists(), reason="Linux tells a process how much memory it takes")
def test_memory_does_not_grow_with_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "SAMPLES_PER_PIECE", 20_000)
    with tempfile.TemporaryFile() as file:
        file.write(zipped(large(560_000)))
        gc.collect()
        before = resident_bytes()
        being_read = AppleHealthFile(file, Arrival(NOON, "Asia/Tokyo", date.min))
        grown = max(resident_bytes() - before for _ in being_read.steps())
    assert being_read.bytes_total > 200_000_000
    assert being_read.report.taken == 280_000
    assert grown < GROWTH_BYTES_MAX
