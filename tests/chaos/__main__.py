"""`python -m tests.chaos [--seconds N] [--seed S]`: strikes a server of its own, and proves what it promised."""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from tests.chaos.blows import Parts, strike
from tests.chaos.proof import compare, empty_outbox, prove_ledger
from tests.chaos.recorder import Recorder
from tests.chaos.schedule import schedule
from tests.chaos.senders import REQUEST_SECONDS_MAX, Phone, Resident, planned
from tests.chaos.server import Server, community_centre, settle_town, struck_server
from wellness_api.health.samples.local_days import day_bounds, local_date
from wellness_api.programs.start.signals import stopped_by_signals

CONNECTIONS_MAX = 48
FINDINGS_SHOWN_MAX = 20


async def _phones(
    http: aiohttp.ClientSession,
    server: Server,
    residents: list[Resident],
    recorder: Recorder,
    seed: int,
) -> list["asyncio.Task[None]"]:
    zone = server.settings.time_zone
    today = local_date(datetime.now(UTC), zone)
    midnight, _ = day_bounds(today, zone)
    return [
        asyncio.create_task(
            Phone(http, server.base_url, resident, recorder, random.Random(seed + number)).live(
                planned(resident, today=today, zone_midnight=midnight)
            )
        )
        for number, resident in enumerate(residents)
    ]


async def _run(server: Server, recorder: Recorder, *, seed: int, seconds: float) -> None:
    *residents, card_holder = await settle_town(server, seed)
    timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS_MAX)
    connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        with community_centre(server):
            phones = await _phones(http, server, residents, recorder, seed)
            await strike(
                schedule(seed, seconds), Parts(server.process.pid), recorder, check=server.check
            )
            for phone in phones:
                phone.cancel()
            for phone in phones:
                with suppress(asyncio.CancelledError):
                    await phone
            await asyncio.to_thread(server.wait_until_ready)
            await empty_outbox(server, card_holder.resident_id, recorder)
        # Who has no receipt yet sends again, as every phone does.
        sender = Phone(http, server.base_url, residents[0], recorder, random.Random(seed))
        by_id = {resident.resident_id: resident for resident in residents}
        for sent in list(recorder.open.values()):
            sender.resident = by_id[sent.resident_id]
            await sender.deliver(sent)
    assert server.settings.database_url is not None, "the server has said it"
    await compare(server.settings.database_url, recorder)
    await prove_ledger(server, recorder)
    server.check()


def _report(recorder: Recorder, blows: int, began: float, folder: Path) -> None:
    print(
        f"{len(recorder.receipts):,} uploads acknowledged under {blows} blows, {time.monotonic() - began:.0f} s in all"
    )
    for what, count in sorted(recorder.answers.items()):
        print(f"  {count:>7,} {what}")
    for finding in recorder.findings[:FINDINGS_SHOWN_MAX]:
        print(f"FOUND {finding}")
    if recorder.findings:
        print(
            f"{len(recorder.findings)} findings; what was sent, and the logs, are kept in {folder}"
        )


def main() -> None:
    """Prints the schedule and what became of it; the exit code is 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="wellness chaos")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args()
    blows = schedule(asked.seed, asked.seconds)
    print(f"seed {asked.seed}, {asked.seconds:g} s:")
    for blow in blows:
        pause = f" for {blow.seconds} s" if blow.kind == "pause" else ""
        print(f"  {blow.second:>7.2f} s  {blow.kind} {blow.part}{pause}", flush=True)
    began = time.monotonic()
    # Not beside what is struck: the recorder's file is outside of every process but ours.
    folder = Path(tempfile.mkdtemp(prefix="wellness-chaos-"))
    recorder = Recorder(folder / "recorded.jsonl")
    completed = False
    with stopped_by_signals():
        try:
            with struck_server(folder / "var") as server:
                server.wait_until_ready()
                asyncio.run(_run(server, recorder, seed=asked.seed, seconds=asked.seconds))
            completed = True
        except Exception as error:
            recorder.note_finding(f"the run did not come to its end: {error!r}")
            raise
        finally:
            _report(recorder, len(blows), began, folder)
    if completed and not recorder.findings:
        shutil.rmtree(folder)
        return
    sys.exit(1)


if __name__ == "__main__":
    main()
