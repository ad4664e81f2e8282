"""The demo from start to Ctrl-C."""

import asyncio
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import asyncpg
import click
import msgspec
import structlog

from wellness_api.database.owner import as_owner
from wellness_api.database.pool import Connection
from wellness_api.health.samples.local_days import local_date
from wellness_api.http.examples import DEMO_DRAW
from wellness_api.identity.accounts.enrolment import give_tokens
from wellness_api.indicators.compute import last_day_counted, refresh_indicators
from wellness_api.process.progress import Progress
from wellness_api.process.settings import Settings
from wellness_api.process.trouble import Trouble
from wellness_api.programs.start.children import Children
from wellness_api.programs.start.obstacles import CannotStart
from wellness_api.programs.start.signals import stopped_by_signals
from wellness_api.programs.start.up import running
from wellness_api.rewards.awards.totals import add_award_changes
from wellness_api.town.demo.access import Access, access_of, write_access
from wellness_api.town.demo.city import (
    DemoCity,
    found_city,
    load_city,
    remember,
    renew_codes,
    save_city,
)
from wellness_api.town.demo.draws import hold_draws
from wellness_api.town.demo.gateway import gateway_key, start_gateway
from wellness_api.town.demo.rewards import offer_rewards, redeem_on_past_days, redeem_some
from wellness_api.town.simulation.city import FILL_DAYS, city
from wellness_api.town.simulation.commands import RESIDENTS_DEFAULT, SEED_DEFAULT, tally_in_words
from wellness_api.town.simulation.districts import DISTRICTS
from wellness_api.town.simulation.live import live, now_ms
from wellness_api.town.simulation.sender import (
    SendingError,
    ServerUnavailableError,
    Tally,
    send_history,
)

TOKENS_LAST: Final = timedelta(days=30)
SETTLED_LOOK_SECONDS: Final = 0.2
WATCH_SECONDS: Final = 0.2
IS_STOCKED: Final = "SELECT EXISTS (SELECT FROM rewards.draw WHERE code = $1)"

log = structlog.get_logger()


class FillingInterrupted(Trouble):
    """The database went away while the city was being filled."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the city could not be filled to the end ({reason}); start the demo again, it goes on from there"
        )


class SendingStopped(Trouble):
    """An upload of the simulated phones did not get through."""

    def __init__(self, error: SendingError, log_file: Path) -> None:
        super().__init__(f"{error}\nWhat the server says of it is in {log_file}")


@contextmanager
def log_named(settings: Settings) -> Iterator[None]:
    """When an upload did not get through, says in which log the API gives the reason."""
    try:
        yield
    except SendingError as error:
        raise SendingStopped(error, settings.var_dir.resolve() / "log" / "api.log") from error


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The values from the command line; None leaves a value to the earlier start, or to the default."""

    residents: int | None
    days: int | None
    seed: int | None


def run_demo(settings: Settings, wanted: Wanted, progress: Progress) -> None:
    """Starts everything, fills the city, prints how to sign in, and lives until a signal or Ctrl-C."""
    with stopped_by_signals(), running(settings, progress.say) as (complete, children):
        assert complete.database_url is not None, "running() gives one"
        folder = complete.var_dir.resolve() / "demo"
        access_file = folder / "access.json"
        # A program that waits for the file has to wait for this start's file, not an earlier one's.
        access_file.unlink(missing_ok=True)
        base_url = f"http://{complete.host}:{complete.port}"
        file = folder / "city.json"
        demo = _city(complete, complete.database_url, wanted, folder)
        config = start_gateway(folder, children, base_url=base_url, time_zone=complete.time_zone)
        tokens = as_owner(complete.database_url, lambda connection: _sign_in(connection, demo))
        resident_tokens = dict(enumerate(tokens[: demo.residents]))
        if demo.filled_until_ms is None:
            progress.say("sending what the residents' devices measured")
            sent_until_ms = now_ms()
            try:
                with log_named(complete):
                    asyncio.run(
                        _fill(complete, demo, base_url, resident_tokens, children, progress)
                    )
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                raise FillingInterrupted(str(error)) from error
            remember(file, demo, filled_until_ms=sent_until_ms)
        staff_tokens = dict(zip(demo.staff_ids, tokens[demo.residents :], strict=True))
        access = access_of(
            base_url,
            tokens={"resident": resident_tokens[demo.featured], **staff_tokens},
            key_id=gateway_key(folder)[0],
            config=config,
        )
        write_access(access_file, access)
        progress.say("the city is filled")
        _tell(access, access_file, complete.database_url)
        with log_named(complete):
            asyncio.run(_live(demo, file, base_url, resident_tokens, children))


def _city(settings: Settings, database_url: str, wanted: Wanted, folder: Path) -> DemoCity:
    """The city of the earlier start, or else a new one."""
    file = folder / "city.json"
    demo = load_city(file)
    if demo is None:
        simulated = city(
            residents=wanted.residents or RESIDENTS_DEFAULT,
            seed=SEED_DEFAULT if wanted.seed is None else wanted.seed,
            today=local_date(datetime.now(UTC), settings.time_zone),
        )
        demo = as_owner(
            database_url,
            lambda connection: found_city(
                connection,
                simulated,
                days=wanted.days or FILL_DAYS,
                time_zone=settings.time_zone,
                gateway_key=gateway_key(folder),
            ),
        )
        save_city(file, demo)
    for name, asked in msgspec.structs.asdict(wanted).items():
        if asked is not None and asked != getattr(demo, name):
            raise CannotStart(
                f"the demo under {folder.parent} was made with --{name} {getattr(demo, name)}; remove that folder"
                " for a new demo, or name another one with WELLNESS_VAR_DIR"
            )
    return demo


async def _sign_in(connection: Connection, demo: DemoCity) -> list[str]:
    """The residents' tokens by number, then the staff's."""
    await renew_codes(connection, demo)
    return await give_tokens(
        connection,
        [*demo.resident_ids, *demo.staff_ids.values()],
        expires_at=datetime.now(UTC) + TOKENS_LAST,
    )


async def _fill(
    settings: Settings,
    demo: DemoCity,
    base_url: str,
    tokens: Mapping[int, str],
    children: Children,
    progress: Progress,
) -> None:
    """Sends the history up to now, and waits until the worker has made points and indicators from it."""

    def tell(tally: Tally) -> None:
        children.check()
        progress.update(tally_in_words(tally))

    await send_history(
        demo.simulated, base_url=base_url, tokens=tokens, days=demo.days_to_send, progress=tell
    )
    connection = await asyncpg.connect(settings.database_url)
    try:
        while pending := await connection.fetchval("SELECT count(*) FROM health.pending_day"):
            children.check()
            progress.update(f"{pending:,} days still to be turned into points")
            await asyncio.sleep(SETTLED_LOOK_SECONDS)
        await _stock(connection, demo, time_zone=settings.time_zone)
        await _draw_map(connection, settings)
        await add_award_changes(connection)
    finally:
        await connection.close()


async def _stock(connection: Connection, demo: DemoCity, *, time_zone: str) -> None:
    """Makes draws, items and some redemptions. All of it happens once, even if an earlier start was cut off in between."""
    async with connection.transaction():
        if await connection.fetchval(IS_STOCKED, DEMO_DRAW):
            return
        await hold_draws(connection, demo, time_zone=time_zone)
        await offer_rewards(connection, today=demo.today)
        # First, since the description's examples name these redemptions by their numbers.
        await redeem_some(connection, demo, time_zone=time_zone)
        await redeem_on_past_days(connection, demo, time_zone=time_zone)


async def _draw_map(connection: Connection, settings: Settings) -> None:
    """Works the day's indicators out anew. The worker did this when the zones existed and nobody had walked yet, and
    does it only once a day. Figures that nobody looked at can be replaced.
    """
    async with connection.transaction():
        await connection.execute("DELETE FROM indicators.computation")
        await refresh_indicators(
            connection,
            last_day=last_day_counted(datetime.now(UTC), settings.time_zone),
            days=settings.indicator_days,
            threshold=settings.disclosure_threshold,
        )


async def _live(
    demo: DemoCity, file: Path, base_url: str, tokens: Mapping[int, str], children: Children
) -> None:
    """Sends new steps until it is cancelled; raises ChildEnded when a process ends."""

    async def live_on() -> None:
        # What was measured since an earlier start; after a first fill this is next to nothing.
        sent_until_ms = now_ms()
        if demo.is_behind(sent_until_ms):
            await send_history(
                demo.simulated, base_url=base_url, tokens=tokens, days=demo.days_to_send
            )
            remember(file, demo, filled_until_ms=sent_until_ms)
        await live(demo.simulated, base_url=base_url, tokens=tokens, always=[demo.featured])

    async def live_through_anything() -> None:
        while True:
            try:
                await live_on()
            except ServerUnavailableError as error:
                # The server is being started again, or waits for room on the disk. The keeper knows whether it will
                # come back.
                log.warning("demo_waits_for_the_server", reason=str(error))

    async def watch() -> None:
        while True:
            children.check()
            await asyncio.sleep(WATCH_SECONDS)

    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(live_through_anything())
            tasks.create_task(watch())
    except ExceptionGroup as group:
        raise group.exceptions[0] from group


def _tell(access: Access, access_file: Path, database_url: str) -> None:
    click.echo(
        f"""
  ポイントと歩数 / resident       {access.base_url}/        {access.resident.sign_in_code}
  ニーズマップ / health staff     {access.base_url}/staff   {access.health_staff.sign_in_code}
  ポイントの制度 / officer        {access.base_url}/staff   {access.programme_officer.sign_in_code}

  API {access.openapi}   keys and examples for each role: {access_file}
  A new resident: WELLNESS_DATABASE_URL={shlex.quote(database_url)} ./run enrol resident --name '山田 太郎' --birth-year 1950 --sex male --zone {DISTRICTS[0].code}
  New steps arrive every few seconds. Ctrl-C ends the demo and everything that it started."""
    )
