"""A file that can never be read to its end, by whatever error, is overtaken by all others, and set aside after some tries."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from tests.poison import poison, release, set_aside
from tests.town import Person, Town
from tests.wellness_api.health.imports.exports import many, send, state_of, zipped
from wellness_api.health.imports.file_reading import READINGS_MAX
from wellness_api.health.samples.accept import UploadContended

FILE = zipped(many(50))


async def read_until_cut_off(town: Town) -> None:
    """A worker that is ended while it reads."""
    reading = asyncio.create_task(town.worker.read_imports())
    await asyncio.wait([reading], timeout=0.3)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def state(town: Town, person: Person, import_id: str) -> str:
    said: str = (await state_of(town, person, import_id))["state"]
    return said


@pytest.mark.parametrize("error", [UploadContended, asyncpg.LockNotAvailableError])
async def test_a_file_whose_error_says_later_is_overtaken_and_set_aside_for_good_after_some_tries(
    town: Town, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    hanako, taro = await town.residents(2)
    mend = poison(
        monkeypatch,
        "wellness_api.health.imports.file_reading.accept_upload",
        lambda *_, resident_id, **__: resident_id == hanako.principal_id,
        error=error,
    )
    unlucky = await send(town, hanako, FILE)
    town.clock.advance(timedelta(seconds=1))
    lucky = await send(town, taro, FILE)
    await town.worker.read_imports()
    assert await state(town, taro, lucky) == "done"
    assert await state(town, hanako, unlucky) == "reading"
    assert await set_aside(town) == [(hanako.principal_id, "import", unlucky)]

    tries = 1
    while await state(town, hanako, unlucky) == "reading":
        await town.worker.read_imports()
        assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == tries
        town.clock.advance(timedelta(hours=6))
        await town.worker.read_imports()
        tries += 1
    assert tries == READINGS_MAX
    shown = await state_of(town, hanako, unlucky)
    assert (shown["state"], shown["problem"]["code"]) == ("refused", "internal_error")
    assert await town.owner.fetchval("SELECT retry_at FROM work.set_aside") is None

    mend()
    await release(town, "import")
    await town.worker.read_imports()
    assert await state(town, hanako, unlucky) == "done"
    assert await set_aside(town) == []


async def test_a_file_that_ends_its_reader_each_time_lets_the_others_go_first(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako, taro = await town.residents(2)
    of_hanako = asyncio.Event()

    async def never(*_: object, **__: object) -> None:
        await of_hanako.wait()

    monkeypatch.setattr("wellness_api.health.imports.file_reading.accept_upload", never)
    unlucky = await send(town, hanako, FILE)
    await read_until_cut_off(town)
    monkeypatch.undo()
    poison(
        monkeypatch,
        "wellness_api.health.imports.file_reading.accept_upload",
        lambda *_, resident_id, **__: resident_id == hanako.principal_id,
        error=asyncio.CancelledError,
    )
    lucky = await send(town, taro, FILE)
    await read_until_cut_off(town)
    assert await state(town, taro, lucky) == "done"
    for _ in range(READINGS_MAX):
        await read_until_cut_off(town)
    assert await set_aside(town) == [(hanako.principal_id, "import", unlucky)]
    reason = await town.owner.fetchval("SELECT reason FROM work.set_aside")
    assert reason.startswith("ReadInVain")
    assert (await state_of(town, hanako, unlucky))["problem"]["code"] == "internal_error"
