"""`wellness`: the one command line. In a checkout, `./run` calls it.

Each capability has its own commands. A command is imported when it is called, so that a start pays for its own imports
only.
"""

import sys
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
        command = getattr(import_module(row.module), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command), "a folder's rows name its commands"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        for section in SECTIONS:
            rows = [entry.command for entry in self._found.values()]
            with formatter.section(section):
                formatter.write_dl(
                    [(row.name, row.summary) for row in rows if row.section == section]
                )


@click.group(cls=_Commands)
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
