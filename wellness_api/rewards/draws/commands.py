"""`wellness draws`: for anyone who does not want to take the winners on trust."""

import asyncio
from pathlib import Path
from typing import Final

import aiohttp
import click
import msgspec

from wellness_api.process.trouble import Trouble
from wellness_api.rewards.draws.published import PublishedDraw
from wellness_api.rewards.draws.verify import faults_of

READ_SECONDS_MAX: Final = 60


class UnreadableDraw(Trouble):
    """There is no published draw at that place."""


class DrawDiffers(Trouble):
    """The draw is not what was committed to."""


@click.group()
def draws() -> None:
    """Draws, checked from what is published."""


@draws.command()
@click.argument("place", metavar="FILE|URL")
def verify(place: str) -> None:
    """Recomputes the winners from the published document of a draw (GET /v1/draws/CODE).

    Compare the commitment and the digest that it prints with those that you noted before the draw.
    """
    try:
        draw = msgspec.json.decode(_content(place), type=PublishedDraw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableDraw(f"{place} is not the document of a draw: {error}") from error
    click.echo(f"commitment   {draw.commitment}")
    click.echo(f"list digest  {draw.list_digest or 'none yet: the draw is open'}")
    faults = list(faults_of(draw))
    for fault in faults:
        click.echo(f"wrong: {fault}")
    if faults:
        raise DrawDiffers(f"draw {draw.code} is not as it was committed to")
    if draw.seed is None:
        click.echo(f"{draw.code} is not drawn yet; what is published so far fits together")
    else:
        click.echo(f"{draw.code}: {len(draw.winners)} winners follow from the seed and the list")


def _content(place: str) -> bytes:
    if place.startswith(("http://", "https://")):
        return asyncio.run(_fetched(place))
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise UnreadableDraw(f"{place}: {error}") from error


async def _fetched(url: str) -> bytes:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=READ_SECONDS_MAX)) as session,
            session.get(url, raise_for_status=True) as response,
        ):
            return await response.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise UnreadableDraw(f"{url}: {error}; give the address of a draw's document") from error
