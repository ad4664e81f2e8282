"""`/v1/lotteries`: the published values with which anybody checks the daily lotteries."""

from typing import Annotated

from litestar import get
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from wellness_api.http.operations import refuses
from wellness_api.http.services import AnyRequest, services_of
from wellness_api.rewards.lotteries.problems import NoSuchLottery
from wellness_api.rewards.lotteries.seeds import Lottery, lottery_of


@get(
    "/v1/lotteries/{programme:str}",
    operation_id="lottery",
    summary="What the daily lotteries are checked with",
    description=(
        "For everybody, without signing in: the anchors of a programme's chains of seeds, and the seeds of the "
        "last 100 days that are over and whose late data no longer counts. docs/draws.md says how a ticket "
        "follows from them."
    ),
    tags=["draws"],
    **refuses(NoSuchLottery),
)
async def get_lottery(
    request: AnyRequest,
    programme: Annotated[
        str,
        PathParameter(description="A programme's code.", examples=[Example(value="yokohama")]),
    ],
) -> Lottery:
    """The programme's lotteries."""
    return await lottery_of(services_of(request).pool, programme)
