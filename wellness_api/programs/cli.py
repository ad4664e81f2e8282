"""`wellness`: the one command line; `./run` is its door in a checkout.

Each capability keeps its own commands; they are imported when they are called for, so that a start pays for its own
imports and no others.
"""

import sys
from importlib import import_module
from typing import Final

import click

from device_bridge.errors import BridgeError
from wellness_api.process.trouble import Trouble

COMMANDS: Final = {
    "demo": (
        "wellness_api.town.demo.commands",
        "demo",
        "A simulated city that lives: all in one command.",
    ),
    "up": ("wellness_api.programs.start.commands", "up", "The whole server in the foreground."),
    "serve": ("wellness_api.programs.start.commands", "serve", "The API process alone."),
    "work": ("wellness_api.programs.start.commands", "work", "The worker process alone."),
    "migrate": (
        "wellness_api.programs.start.commands",
        "migrate",
        "Bring the database's schema up to date.",
    ),
    "enrol": (
        "wellness_api.identity.accounts.commands",
        "enrol",
        "Residents, staff and gateways, as at the counter.",
    ),
    "residents": (
        "wellness_api.identity.erasure.commands",
        "residents",
        "Erase a resident who leaves.",
    ),
    "erasure": (
        "wellness_api.identity.erasure.commands",
        "erasure",
        "Remove what erased rows left in the database's files.",
    ),
    "set-aside": (
        "wellness_api.work.set_aside.commands",
        "set_aside",
        "List what failed and was set aside; let it be tried again.",
    ),
    "programme": (
        "wellness_api.rewards.awards.commands",
        "programme",
        "Check a programme file; put it in force.",
    ),
    "rewards": (
        "wellness_api.rewards.items.commands",
        "rewards",
        "Add the codes of vouchers from a file.",
    ),
    "ledger": (
        "wellness_api.rewards.proof.commands",
        "ledger",
        "Prove every award and balance; confirm the day.",
    ),
    "draws": (
        "wellness_api.rewards.draws.commands",
        "draws",
        "Check a draw from what is published.",
    ),
    "zones": ("wellness_api.indicators.commands", "zones", "Add the city's zones from GeoJSON."),
    "simulate": (
        "wellness_api.town.simulation.commands",
        "simulate",
        "A simulated city, to a file or to a server.",
    ),
    "gateway": (
        "device_bridge.cli",
        "gateway",
        "The community centre's box; virtual devices to try it.",
    ),
    "test": ("wellness_api.checkout.commands", "test", "Run the tests (in a checkout)."),
    "check": (
        "wellness_api.checkout.commands",
        "check",
        "Format, lint, types, contracts, docs (in a checkout).",
    ),
    "bench": ("wellness_api.checkout.commands", "bench", "Run the benchmarks (in a checkout)."),
    "fuzz": (
        "wellness_api.checkout.commands",
        "fuzz",
        "Fuzz the decoders of outside data (in a checkout).",
    ),
    "chaos": (
        "wellness_api.checkout.commands",
        "chaos",
        "Kill parts of a server under load; prove its ledger (in a checkout).",
    ),
    "docs": (
        "wellness_api.checkout.commands",
        "docs",
        "Write the generated documents anew (in a checkout).",
    ),
    "screenshots": (
        "wellness_api.checkout.commands",
        "screenshots",
        "Take the pictures of the docs (in a checkout).",
    ),
}
"""Module, name and summary of each command, in the order in which they are listed."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command), "the table names commands"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, _, summary) in COMMANDS.items()])


@click.group(cls=_Commands)
def wellness() -> None:
    """Health points for a whole city."""


def main() -> None:
    """Runs a command; trouble that the user can mend is one plain line, not a traceback."""
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
        # Imported late: a command that meets no database pays nothing for it.
        from wellness_api.database.unreachable import unreachable

        trouble = unreachable(error)
        if trouble is None:
            raise
        _say(trouble)
        sys.exit(1)


def _say(trouble: Exception) -> None:
    click.echo(f"wellness: {trouble}", err=True)
