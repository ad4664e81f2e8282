"""`wellness zones`: the areas that indicators cover."""

from pathlib import Path

import click

from wellness_api.database.owner import as_owner
from wellness_api.indicators.zones import add_zones, read_zones
from wellness_api.process.command_line import database_url_of, settings_of_command


@click.group()
def zones() -> None:
    """The city's zones."""


@zones.command()
@click.argument("geojson", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add(geojson: Path) -> None:
    """Adds the zones of a GeoJSON feature collection to WELLNESS_DATABASE_URL, or brings them up to date.

    Each feature's properties: zone (a code), name ({"ja": …, "en": …}), population.
    """
    read = read_zones(geojson.read_bytes())
    as_owner(database_url_of(settings_of_command()), lambda connection: add_zones(connection, read))
    click.echo(f"{len(read.features)} zones")
