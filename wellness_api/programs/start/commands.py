"""`wellness up`, `serve`, `work`, `migrate`."""

import asyncio

import click

from wellness_api.database.migrate import newest_revision
from wellness_api.process.command_line import PORT, database_url_of, settings_of_command
from wellness_api.process.progress import Progress
from wellness_api.process.settings import Settings
from wellness_api.programs.start.obstacles import CannotStart
from wellness_api.programs.start.signals import stopped_by_signals
from wellness_api.programs.start.up import prepare, running


@click.command()
@PORT
def up(port: int | None) -> None:
    """Runs API, worker and pages until Ctrl-C; also PostgreSQL and Redis where their URLs are not set."""
    settings, progress = settings_of_command(port), Progress()
    with stopped_by_signals(), running(settings, progress.say) as (complete, children):
        progress.say(f"serving http://{complete.host}:{complete.port}")
        click.echo(f"WELLNESS_DATABASE_URL={complete.database_url}")
        children.watch()


@click.command()
def serve() -> None:
    """Runs the API process alone; WELLNESS_DATABASE_URL and WELLNESS_REDIS_URL must be set."""
    from wellness_api.programs.server.process import serve as run

    with stopped_by_signals():
        run(_complete(settings_of_command()))


@click.command()
def work() -> None:
    """Runs the worker process alone; WELLNESS_DATABASE_URL and WELLNESS_REDIS_URL must be set."""
    from wellness_api.programs.worker.main import work as run

    asyncio.run(run(_complete(settings_of_command())))


@click.command()
def migrate() -> None:
    """Brings the schema of WELLNESS_DATABASE_URL up to date, and says which version it is; safe to run again."""
    asyncio.run(prepare(database_url_of(settings_of_command())))
    click.echo(f"the schema is {newest_revision()}, which this version of the program works with")


def _complete(settings: Settings) -> Settings:
    for name, value in (("DATABASE", settings.database_url), ("REDIS", settings.redis_url)):
        if value is None:
            raise CannotStart(
                f"this command needs WELLNESS_{name}_URL; `wellness up` starts its own"
            )
    return settings
