"""`wellness demo`."""

import click

from wellness_api.process.command_line import PORT, settings_of_command
from wellness_api.process.progress import Progress
from wellness_api.town.demo.run import Wanted, run_demo
from wellness_api.town.simulation.commands import DAYS, RESIDENTS, SEED


@click.command()
@PORT
@RESIDENTS
@DAYS
@SEED
def demo(port: int | None, residents: int | None, days: int | None, seed: int | None) -> None:
    """A simulated Furano on the real server: fills it through the API, then goes on living until Ctrl-C."""
    run_demo(
        settings_of_command(port), Wanted(residents=residents, days=days, seed=seed), Progress()
    )
