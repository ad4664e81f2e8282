"""What the commands of all capabilities share."""

import click

from wellness_api.process.logs import configure_logs
from wellness_api.process.settings import Settings, load_settings
from wellness_api.process.trouble import Trouble

PORT = click.option(
    "--port", type=click.IntRange(1, 65535), help="Instead of WELLNESS_PORT (8000 without it)."
)


class DatabaseMissing(Trouble):
    """The command works on a database, and none was named."""

    def __init__(self) -> None:
        super().__init__("set WELLNESS_DATABASE_URL to the login that owns the schema")


def settings_of_command(port: int | None = None) -> Settings:
    """The settings of this process, changed by what the command line says. Also sets up logs."""
    settings = load_settings()
    configure_logs(settings.log_level)
    return settings if port is None else settings.model_copy(update={"port": port})


def database_url_of(settings: Settings) -> str:
    """The database that a command works on. Raises DatabaseMissing."""
    if settings.database_url is None:
        raise DatabaseMissing
    return settings.database_url
