"""`/v1/draws` for everybody and for programme officers, and `/v1/me/draws`."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from litestar import get, post, put
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from points.draws import entry_of
from points.said import Text
from wellness_api.health.samples.local_days import local_date
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.operations import refuses, takes
from wellness_api.http.paging import CodeCursor, after
from wellness_api.http.services import AnyRequest, SignedInRequest, services_of
from wellness_api.rewards.awards.programmes import programmes_kept
from wellness_api.rewards.draws.definition import DRAW_EXAMPLE, NewDraw, check_draw
from wellness_api.rewards.draws.own import OwnDraws, own_draws
from wellness_api.rewards.draws.problems import (
    DrawExists,
    InvalidDraw,
    NoSuchDraw,
    NoSuchWinner,
    NotVoid,
    PurposeTaken,
)
from wellness_api.rewards.draws.published import (
    ENTRANTS_PER_PAGE_MAX,
    Draw,
    DrawCode,
    Draws,
    Entrants,
    PublishedDraw,
    draw_of_code,
    published_draw,
    published_draws,
    published_entrants,
)
from wellness_api.work.once.handling import once

MAKE_DRAW: Final = "SELECT outcome, other FROM rewards.make_draw($1, $2, $3)"
WINNERS: Final = "SELECT * FROM rewards.winners_of_draw($1)"
HAND_OUT: Final = (
    "INSERT INTO rewards.draw_handed_out SELECT draw, place, $3, $4 FROM rewards.draw_winner"
    " WHERE draw = $1 AND place = $2 ON CONFLICT DO NOTHING"
)
IS_HANDED_OUT: Final = (
    "SELECT EXISTS (SELECT FROM rewards.draw_handed_out WHERE draw = $1 AND place = $2)"
)


class WinnerToReach(msgspec.Struct, kw_only=True):
    """A winner, for the staff who hand the prizes out; `resident_id` and name are null when the resident was erased."""

    place: int
    prize: Text
    entry: str
    resident_id: int | None
    display_name: str | None
    handed_out_at: datetime | None


class WinnersToReach(msgspec.Struct, kw_only=True):
    """The winners by place; none before the draw."""

    items: list[WinnerToReach]


NEW_DRAW: Final = BodyDecoder(NewDraw)


@get(
    "/v1/draws",
    operation_id="draws",
    summary="The draws, and what each is committed to",
    description="For everybody, without signing in: the 100 newest.",
    tags=["draws"],
)
async def get_draws(request: AnyRequest) -> Draws:
    """The draws."""
    return await published_draws(services_of(request).pool)


@get(
    "/v1/draws/{code:str}",
    operation_id="draw",
    summary="A draw with its entries, its seed and its winners",
    description=(
        "For everybody, without signing in: everything that is needed to check the winners, as docs/draws.md "
        "describes. The list is empty until the draw closes; seed and winners are there once it is drawn. A "
        "long list continues at `/v1/draws/{code}/entrants`."
    ),
    tags=["draws"],
    **refuses(NoSuchDraw),
)
async def get_draw(request: AnyRequest, code: DrawCode) -> PublishedDraw:
    """One draw."""
    return await published_draw(services_of(request).pool, code)


@get(
    "/v1/draws/{code:str}/entrants",
    operation_id="drawEntrants",
    summary="The list of a draw's entries, page by page",
    description="For everybody, without signing in, in the order of the list's digest.",
    tags=["draws"],
    **refuses(NoSuchDraw),
)
async def get_draw_entrants(
    request: AnyRequest,
    code: DrawCode,
    limit: Annotated[
        int,
        QueryParameter(
            ge=1,
            le=ENTRANTS_PER_PAGE_MAX,
            description="Lines on a page.",
            examples=[Example(value=1000)],
        ),
    ] = ENTRANTS_PER_PAGE_MAX,
    cursor: CodeCursor = None,
) -> Entrants:
    """A page of the list."""
    return await published_entrants(
        services_of(request).pool, code, after=after(cursor), limit=limit
    )


@post(
    "/v1/draws",
    operation_id="makeDraw",
    summary="Make a draw",
    description=(
        "Makes the draw's secret seed and publishes its commitment at once. A draw is never changed. A second "
        "draw with the same code is refused, so a request can be repeated without harm. A second draw with the "
        "same purpose for the same days is refused too, unless the first is void."
    ),
    tags=["draws"],
    **only("programme_officer"),
    **takes(NewDraw, DRAW_EXAMPLE),
    **refuses(InvalidDraw, DrawExists, PurposeTaken, NotVoid),
)
@once
async def make_draw(request: SignedInRequest) -> Draw:
    """Makes a draw."""
    services = services_of(request)
    draw = NEW_DRAW.decode(request, await read_body(request))
    now = services.clock()
    async with services.pool.acquire() as connection:
        check_draw(
            draw,
            programmes=await programmes_kept(connection),
            today=local_date(now, services.settings.time_zone),
        )
        definition = msgspec.json.encode(draw).decode()
        row = await connection.fetchrow(MAKE_DRAW, definition, now, request.user.principal_id)
        assert row is not None, "the function always gives one row"
        match row["outcome"]:
            case "made":
                return await draw_of_code(connection, draw.code)
            case "exists":
                raise DrawExists(draw.code)
            case "purpose_taken":
                raise PurposeTaken(row["other"])
            case "not_void":
                raise NotVoid(row["other"])
            case _:
                raise AssertionError(row["outcome"])


@get(
    "/v1/draws/{code:str}/winners",
    operation_id="winnersToReach",
    summary="Who won, for handing the prizes out",
    tags=["draws"],
    **only("programme_officer"),
    **refuses(NoSuchDraw),
)
async def get_winners(request: SignedInRequest, code: DrawCode) -> WinnersToReach:
    """The winners."""
    async with services_of(request).pool.acquire() as connection:
        draw = await draw_of_code(connection, code)
        rows = await connection.fetch(WINNERS, code)
    return WinnersToReach(
        items=[
            WinnerToReach(
                place=row["place"],
                prize=draw.prizes[row["prize"] - 1].name,
                entry=entry_of(row["person"], row["number"]),
                resident_id=row["resident_id"],
                display_name=row["display_name"],
                handed_out_at=row["handed_out_at"],
            )
            for row in rows
        ]
    )


@put(
    "/v1/draws/{code:str}/winners/{place:int}/handed-out",
    operation_id="handOutPrize",
    summary="Note that a prize was handed out",
    description="It cannot be taken back. A repeated request changes nothing: the first time stays.",
    tags=["draws"],
    status_code=204,
    **only("programme_officer"),
    **refuses(NoSuchDraw, NoSuchWinner),
)
@once
async def hand_out_prize(
    request: SignedInRequest,
    code: DrawCode,
    place: Annotated[
        int,
        PathParameter(
            ge=1, le=2**31 - 1, description="The winner's place.", examples=[Example(value=1)]
        ),
    ],
) -> None:
    """Marks the prize as handed out."""
    services = services_of(request)
    async with services.pool.acquire() as connection:
        await draw_of_code(connection, code)
        await connection.execute(HAND_OUT, code, place, services.clock(), request.user.principal_id)
        if not await connection.fetchval(IS_HANDED_OUT, code, place):
            raise NoSuchWinner(code, place)


@get(
    "/v1/me/draws",
    operation_id="ownDraws",
    summary="My entries, and whether I won",
    tags=["resident"],
    **only("resident"),
)
async def get_own_draws(request: SignedInRequest) -> OwnDraws:
    """The resident's draws."""
    services, resident = services_of(request), request.user
    now = services.clock()
    return await own_draws(
        services.pool,
        resident.principal_id,
        today=local_date(now, resident.home_zone),
        now=now,
    )
