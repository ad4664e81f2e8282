"""`wellness simulate`: a city of any size over any number of days, written to a file or sent to a running server."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import click
import msgspec
import numpy as np

from device_bridge.wire import Upload
from wellness_api.health.samples.local_days import day_bounds, local_date
from wellness_api.identity.accounts.enrolment import give_tokens
from wellness_api.indicators.zones import Zones, add_zones
from wellness_api.process.command_line import database_url_of, settings_of_command
from wellness_api.process.progress import Progress
from wellness_api.town.simulation.city import FILL_DAYS, SimulatedCity, city
from wellness_api.town.simulation.districts import CITY_POPULATION
from wellness_api.town.simulation.enrolment import enrol_city
from wellness_api.town.simulation.sender import Tally, send_history

RESIDENTS_DEFAULT: Final = 1_200
SEED_DEFAULT: Final = 1
TOKEN_LASTS: Final = timedelta(days=1)

RESIDENTS = click.option(
    "--residents",
    type=click.IntRange(1, 10_000_000),
    help=f"How many take part; {RESIDENTS_DEFAULT} if not given, the whole city is {CITY_POPULATION}.",
)
DAYS = click.option(
    "--days",
    type=click.IntRange(1, 3650),
    help=f"How many days of history, today included; {FILL_DAYS} if not given.",
)
SEED = click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), help="The same seed, the same city."
)


class SimulatedUpload(msgspec.Struct, kw_only=True):
    """A line of the file: the number of the resident whose upload it is, and the body for POST /v1/uploads."""

    resident: int
    idempotency_key: str
    upload: Upload


@click.command()
@RESIDENTS
@DAYS
@SEED
@click.option(
    "--today",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last day of the history; the real one if not given.",
)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the uploads here, a JSON line each.",
)
@click.option(
    "--server",
    metavar="URL",
    help="Enrol the residents in WELLNESS_DATABASE_URL and send to this server.",
)
def simulate(
    residents: int | None,
    days: int | None,
    seed: int | None,
    today: datetime | None,
    file: Path | None,
    server: str | None,
) -> None:
    """Makes a simulated city: residents, what their devices measured, and how it was sent."""
    if (file is None) == (server is None):
        raise click.UsageError("say where to: --file FILE or --server URL")
    settings, progress = settings_of_command(), Progress()
    last_day = today.date() if today else local_date(datetime.now(UTC), settings.time_zone)
    simulated = city(
        residents=residents or RESIDENTS_DEFAULT,
        seed=SEED_DEFAULT if seed is None else seed,
        today=last_day,
    )
    if file is not None:
        count = write_uploads(simulated, file, days=days or FILL_DAYS, time_zone=settings.time_zone)
        progress.say(f"{count} uploads in {file}")
        return
    assert server is not None, "one of the two is given"
    if today is not None:
        raise click.UsageError(
            "--today goes with --file; a server is sent the days up to the real today"
        )
    tally = asyncio.run(
        _send(
            simulated,
            database_url_of(settings),
            server,
            days or FILL_DAYS,
            settings.time_zone,
            progress,
        )
    )
    progress.say(tally_in_words(tally))


def write_uploads(simulated: SimulatedCity, file: Path, *, days: int, time_zone: str) -> int:
    """Writes every upload up to the end of the city's last day, or up to now; returns how many."""
    _, end = day_bounds(simulated.today, time_zone)
    count = 0
    with file.open("wb") as lines:
        for planned in simulated.uploads(min(end, datetime.now(UTC)), days=days):
            line = SimulatedUpload(
                resident=planned.resident,
                idempotency_key=planned.idempotency_key,
                upload=_with_lists(msgspec.msgpack.decode(planned.body, type=Upload)),
            )
            lines.write(msgspec.json.encode(line) + b"\n")
            count += 1
    return count


def simulated_zones(simulated: SimulatedCity) -> Zones:
    """The city's districts as zones."""
    return msgspec.convert(msgspec.to_builtins(simulated.zones()), Zones)


def tally_in_words(tally: Tally) -> str:
    """What was sent, for people."""
    return (
        f"{tally.uploads:,} uploads with {tally.accepted + tally.duplicate + tally.refused:,} samples: "
        f"{tally.accepted:,} accepted, {tally.duplicate:,} known already, {tally.refused:,} refused"
    )


def _with_lists(upload: Upload) -> Upload:
    # JSON has no packed columns.
    for batch in upload.batches:
        assert isinstance(batch.times_ms, bytes), "the simulator packs its columns"
        assert isinstance(batch.values, bytes), "the simulator packs its columns"
        batch.times_ms = np.frombuffer(batch.times_ms, "<i8").tolist()
        batch.values = np.frombuffer(batch.values, "<f8").tolist()
    return upload


async def _send(
    simulated: SimulatedCity,
    database_url: str,
    server: str,
    days: int,
    time_zone: str,
    progress: Progress,
) -> Tally:
    connection = await asyncpg.connect(database_url)
    try:
        progress.say(f"enrolling {len(simulated.residents):,} residents")
        await add_zones(connection, simulated_zones(simulated))
        ids = await enrol_city(connection, simulated, time_zone=time_zone)
        tokens = await give_tokens(connection, ids, expires_at=datetime.now(UTC) + TOKEN_LASTS)
    finally:
        await connection.close()
    progress.say("sending")
    return await send_history(
        simulated,
        base_url=server,
        tokens=dict(enumerate(tokens)),
        days=days,
        progress=lambda tally: progress.update(tally_in_words(tally)),
    )
