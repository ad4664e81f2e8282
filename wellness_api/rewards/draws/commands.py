"""`wellness draws`: for anyone who does not want to take the winners on trust."""

import asyncio
from pathlib import Path
from typing import Final, TypeVar

import aiohttp
import click
import msgspec

from wellness_api.process.trouble import Trouble
from wellness_api.rewards.draws.published import Entrants, PublishedDraw
from wellness_api.rewards.draws.verify import faults_of

READ_SECONDS_MAX: Final = 60
"""For the whole of a draw's document and list. After that, the command ends and names what it waited for."""

Shape = TypeVar("Shape", bound=msgspec.Struct)


class UnreadableDraw(Trouble):
    """There is no published draw at that place."""


class DrawDiffers(Trouble):
    """The draw differs from what was committed to."""


@click.group()
def draws() -> None:
    """Checks draws from what is published."""


@draws.command()
@click.argument("place", metavar="FILE|URL")
def verify(place: str) -> None:
    """Recomputes the winners from the published document of a draw (GET /v1/draws/CODE).

    Compare the commitment and the digest that it prints with those that you noted before the draw.
    """
    draw = (
        asyncio.run(_published(place))
        if _is_address(place)
        else _decoded(_read(place), place, PublishedDraw)
    )
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


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _decoded(content: bytes, place: str, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableDraw(f"{place} is not the document of a draw: {error}") from error


def _read(place: str) -> bytes:
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise UnreadableDraw(f"{place}: {error}") from error


async def _published(url: str) -> PublishedDraw:
    """The draw with its whole list, however many pages the list has."""
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=READ_SECONDS_MAX)
        ) as session:
            draw = _decoded(await _fetched(session, url), url, PublishedDraw)
            lines, cursor = draw.entrants, draw.entrants_cursor
            while cursor is not None:
                next_url = f"{url}/entrants?cursor={cursor}"
                page = _decoded(await _fetched(session, next_url), next_url, Entrants)
                lines += page.items
                cursor = page.next_cursor
    except (aiohttp.ClientError, TimeoutError) as error:
        raise UnreadableDraw(f"{url}: {error}; give the address of a draw's document") from error
    return msgspec.structs.replace(draw, entrants=lines, entrants_cursor=None)


async def _fetched(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url, raise_for_status=True) as response:
        return await response.read()
