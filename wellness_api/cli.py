"""`wellness`: the one command line; `./run` is its door in a checkout."""

import asyncio
import sys
from typing import Final

import click

from wellness_api.embedded.postgres import PostgresDidNotStart
from wellness_api.embedded.redis import RedisDidNotStart
from wellness_api.logs import configure_logs
from wellness_api.settings import InvalidSettings, Settings, load_settings
from wellness_api.start.children import ChildEnded
from wellness_api.start.obstacles import CannotStart

TROUBLE: Final = (
    InvalidSettings,
    CannotStart,
    ChildEnded,
    PostgresDidNotStart,
    RedisDidNotStart,
)


def main() -> None:
    """Runs a command; trouble that the user can mend is one plain line, not a traceback."""
    try:
        wellness(prog_name="wellness")
    except TROUBLE as error:
        click.echo(f"wellness: {error}", err=True)
        sys.exit(1)


@click.group()
def wellness() -> None:
    """Health points for a whole city."""


def _settings(port: int | None = None) -> Settings:
    settings = load_settings()
    configure_logs(settings.log_level)
    return settings if port is None else settings.model_copy(update={"port": port})


@wellness.command()
def serve() -> None:
    """The API process alone; WELLNESS_DATABASE_URL and WELLNESS_REDIS_URL must be set."""
    from wellness_api.server.process import serve as run

    run(_settings())


@wellness.command()
def work() -> None:
    """The worker process alone; WELLNESS_DATABASE_URL and WELLNESS_REDIS_URL must be set."""
    from wellness_api.worker.main import work as run

    asyncio.run(run(_settings()))
