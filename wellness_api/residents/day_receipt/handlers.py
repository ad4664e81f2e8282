"""`GET /v1/me/days/{date}`: the receipt of a day."""

from datetime import date
from typing import Annotated, Final

from litestar import get
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from points.said import said
from wellness_api.health.samples.local_days import local_date
from wellness_api.http.access import only
from wellness_api.http.operations import goes, refuses
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.residents.day_receipt.problems import DayTooLarge, InvalidDay
from wellness_api.residents.day_receipt.reading import Asked, read_receipt
from wellness_api.residents.day_receipt.shapes import DayReceipt

FIRST_DAY: Final = date(2000, 1, 1)
"""No sample is older."""

WRITTEN_SHOWN_MAX: Final = 40
"""In characters; a refusal repeats no more of what should be a day."""


@get(
    "/v1/me/days/{date:str}",
    operation_id="dayReceipt",
    summary="The receipt of a day",
    description=(
        "For each figure of the day, what each source sent and what became of it: counted, late, covered by a "
        "better source, replaced, implausible, deleted. The parts add up exactly to what was sent. The receipt "
        "also says when each source was last heard."
    ),
    tags=["resident"],
    **only("resident"),
    **goes("first_to_go"),
    **refuses(InvalidDay, DayTooLarge),
)
async def get_day(
    request: SignedInRequest,
    date_: Annotated[
        str,
        PathParameter(
            name="date", description="The day at home.", examples=[Example(value="2026-09-21")]
        ),
    ],
) -> DayReceipt:
    """The resident's receipt."""
    services, resident = services_of(request), request.user
    now = services.clock()
    day = _day(date_, today=local_date(now, resident.home_zone))
    city_day = local_date(now, services.settings.time_zone)
    asked = Asked(resident.principal_id, day, resident.home_zone, now, city_day)
    return await read_receipt(services.pool, asked)


def _day(written: str, *, today: date) -> date:
    """Raises InvalidDay for text that is no day, and for days about which nothing can have been sent."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = None
    if day is None or str(day) != written:  # The parser also accepts 20261118.
        raise InvalidDay(said("day_problem.none", written=repr(written[:WRITTEN_SHOWN_MAX])))
    if day > today:
        raise InvalidDay(said("day_problem.ahead", day=str(day), today=str(today)))
    if day < FIRST_DAY:
        raise InvalidDay(said("day_problem.past", day=str(day), first=str(FIRST_DAY)))
    return day
