"""`/v1/draws/{code}/public-value`: the value that nobody knew when the list of entries was fixed."""

from functools import partial
from typing import Annotated, Final

import msgspec
from litestar import put

from wellness_api.health.samples.local_days import local_date
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, in_thread, read_body
from wellness_api.http.examples import DEMO_PUBLIC_VALUE
from wellness_api.http.operations import refuses, takes
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.rewards.draws.beacon import address_of, is_beacon
from wellness_api.rewards.draws.problems import NoSuchDraw, PublicValueRefused, PublicValueWrong
from wellness_api.rewards.draws.published import Draw, DrawCode, draw_of_code
from wellness_api.work.once.handling import once

ENTER_PUBLIC_VALUE: Final = "SELECT rewards.enter_public_value($1, $2, $3, $4, $5)"

NOT_ENTERED: Final = {
    "kept": "{kept} was entered before, and stays.",
    "too_early": "its list is not fixed yet, or the value cannot be known yet.",
    "too_late": "the last day for it is over, or the value was public before the list was fixed.",
    "void": "it is void.",
}
"""Why no value was entered, by the answer of rewards.enter_public_value."""


class PublicValue(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The value in the same characters in which its source published it."""

    value: Annotated[str, msgspec.Meta(pattern=r"^[!-~]([ -~]*[!-~])?$(?!\n)", max_length=200)]


PUBLIC_VALUE: Final = BodyDecoder(PublicValue)


@put(
    "/v1/draws/{code:str}/public-value",
    operation_id="enterPublicValue",
    summary="Enter the public value of a draw",
    description=(
        "It is entered once, after the list of entries is fixed, from the day on which the source publishes it "
        "up to the last day for it. The draw waits for the value until then, and is void without it. The value "
        "must have the form that the draw names; a drand beacon must have drand's signature. Entering the same "
        "value again changes nothing."
    ),
    tags=["draws"],
    status_code=204,
    **only("programme_officer"),
    **takes(PublicValue, {"value": DEMO_PUBLIC_VALUE}),
    **refuses(NoSuchDraw, PublicValueRefused, PublicValueWrong),
)
@once
async def enter_public_value(request: SignedInRequest, code: DrawCode) -> None:
    """Enters the value."""
    services = services_of(request)
    value = PUBLIC_VALUE.decode(request, await read_body(request)).value
    now = services.clock()
    today = local_date(now, services.settings.time_zone)
    async with services.pool.acquire() as connection:
        draw = await draw_of_code(connection, code)
    if draw.public_value is None:
        await _check_value(draw, value)
    async with services.pool.acquire() as connection:
        outcome = await connection.fetchval(
            ENTER_PUBLIC_VALUE, code, value, today, now, request.user.principal_id
        )
        kept = (await draw_of_code(connection, code)).public_value
    if kept != value:
        raise PublicValueRefused(code, NOT_ENTERED[outcome].format(kept=kept))


async def _check_value(draw: Draw, value: str) -> None:
    """Raises PublicValueRefused for a draw that takes no value, and PublicValueWrong for a value that its source cannot
    have published.
    """
    terms = draw.public_value_terms
    if terms is None:
        raise PublicValueRefused(draw.code, "it names no public value.")
    if terms.kind == "digits" and not (
        value.isascii() and value.isdecimal() and len(value) == terms.digits
    ):
        raise PublicValueWrong(draw.code, limit=f"{terms.digits} digits")
    number = draw.public_value_round
    if number is not None and not await in_thread(partial(is_beacon, value, number)):
        raise PublicValueWrong(
            draw.code, limit=f"the signature, in lower-case hexadecimal, of {address_of(number)}"
        )
