"""`wellness`: the one command line. In a checkout, `./run` calls it.

Each capability has its own commands. A command is imported when it is called, so that a start pays for its own imports
only.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import Final

import click

from device_bridge.errors import BridgeError
from wellness_api.process.commands import SECTIONS, Command, StatedCommand, all_commands
from wellness_api.process.trouble import Trouble

GATEWAY: Final = StatedCommand(
    Command("Run", "gateway", "The community centre's box; virtual devices to try it."),
    "device_bridge.cli",
)
"""The one command of another package."""


OWN: Final = ("wellness_api", "device_bridge", "points", "migrations", "tests")
"""A module of these that is missing is a fault of ours."""


class PartsMissing(Trouble):
    """The command needs packages that a smaller installation leaves out."""

    def __init__(self, command: str, package: str, extra: str) -> None:
        super().__init__(
            f"{command} needs {package}, which is not installed; install it with `pip install 'wellness[{extra}]'`"
        )


class _Commands(click.Group):
    @cached_property
    def _found(self) -> dict[str, StatedCommand]:
        return {row.command.name: row for row in (*all_commands(), GATEWAY)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self._found)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        row = self._found.get(cmd_name)
        if row is None:
            return None
        with _parts_of(cmd_name):
            command = getattr(import_module(row.module), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command), "a folder's rows name its commands"
        return command

    def invoke(self, ctx: click.Context) -> object:
        """What a command imports only while it runs may be missing too."""
        with _parts_of(lambda: ctx.invoked_subcommand or ""):
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        for section in SECTIONS:
            rows = [entry.command for entry in self._found.values()]
            with formatter.section(section):
                formatter.write_dl(
                    [(row.name, row.summary) for row in rows if row.section == section]
                )


@contextmanager
def _parts_of(command: str | Callable[[], str]) -> Iterator[None]:
    """Raises PartsMissing for a package that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in OWN:
            raise
        name = command if isinstance(command, str) else command()
        extra = "gateway" if name == GATEWAY.command.name else "server"
        raise PartsMissing(name, package, extra) from error


@click.group(cls=_Commands)
@click.version_option(package_name="wellness", message="%(prog)s %(version)s")
def wellness() -> None:
    """Health points for a whole city."""


def main() -> None:
    """Runs a command. An error that the user can fix is one plain line, not a traceback."""
    try:
        wellness(prog_name="wellness", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except (Trouble, BridgeError) as error:
        _say(error)
        sys.exit(1)
    except Exception as error:
        # Imported late: a command that uses no database pays nothing for it.
        from wellness_api.database.unreachable import unreachable

        trouble = unreachable(error)
        if trouble is None:
            raise
        _say(trouble)
        sys.exit(1)


def _say(trouble: Exception) -> None:
    click.echo(f"wellness: {trouble}", err=True)
