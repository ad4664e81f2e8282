"""`wellness rewards`: codes of vouchers, from a file."""

from pathlib import Path

import click

from wellness_api.database.owner import as_owner
from wellness_api.process.command_line import database_url_of, settings_of_command
from wellness_api.process.trouble import Trouble
from wellness_api.rewards.items.items import NoSuchItem
from wellness_api.rewards.items.stock import add_codes, read_codes
from wellness_api.rewards.redemptions.problems import RewardRefused


class CodesNotAdded(Trouble):
    """The file cannot be read as codes, or the item cannot have codes."""


@click.group()
def rewards() -> None:
    """Reward items, for which residents redeem their points."""


@rewards.command("add-codes")
@click.argument("item")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add_codes_of_file(item: str, file: Path) -> None:
    """Adds the vouchers' codes of FILE to ITEM: the first column of a CSV, or one code on each line, in UTF-8."""
    try:
        codes = read_codes(file.read_bytes())
        added = as_owner(
            database_url_of(settings_of_command()),
            lambda connection: add_codes(connection, item, codes),
        )
    except NoSuchItem as error:
        raise CodesNotAdded(f"there is no reward item {item}; add it first") from error
    except UnicodeDecodeError as error:
        raise CodesNotAdded(f"{file} is not UTF-8; save it as “CSV UTF-8”") from error
    except RewardRefused as error:
        raise CodesNotAdded(f"{file}: {error}") from error
    click.echo(f"{added} codes added to {item}")
