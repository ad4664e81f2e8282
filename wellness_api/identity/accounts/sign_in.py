"""Signs people in with a printed code."""

import secrets
from datetime import datetime
from typing import Final, Literal

import msgspec

from wellness_api.database.pool import Pool
from wellness_api.http.principals import Role
from wellness_api.http.refused import Refused
from wellness_api.http.services import Part, Services
from wellness_api.identity.accounts.secrets import (
    digest_of,
    digest_of_code,
    digest_of_device,
    new_salt,
    token_of_device,
)
from wellness_api.identity.accounts.sessions import Lasts, lasts_of
from wellness_api.identity.accounts.wrong_codes import WrongCodes

OPEN_SESSION: Final = "SELECT identity.open_session($1, $2, $3, $4, $5, $6, $7, $8, $9)"


class WrongCode(Refused):
    """The code is nobody's, or it ended and no other one was printed."""

    code = "wrong_code"
    status = 401
    title = "The sign-in code is not valid"
    field = "code"
    limit = "the code that was printed last"
    detail = (
        "This code is not valid (any more). Check it on the paper; the counter prints a new one."
    )


class CodeReplaced(Refused):
    """A newer code was printed for the same person."""

    code = "code_replaced"
    status = 401
    title = "A newer sign-in code was printed"
    field = "code"
    limit = "the code that was printed last"
    detail = (
        "A newer paper was printed, and the code of this one ended with it. Use the newer paper; if it is lost, ask at"
        " the counter for another one."
    )


class TooManyDevices(Refused):
    """The code is signed in on as many devices as it may be."""

    code = "too_many_devices"
    status = 409
    title = "The sign-in code is in use on too many devices"
    field = "code"
    limit = "at most {devices_max} devices"
    detail = (
        "This code is signed in on {devices_max} devices already. Sign out on one of them, which its list of devices does"
        " for others too; or ask at the counter for a new code."
    )

    def __init__(self, devices_max: int) -> None:
        super().__init__(devices_max=devices_max)


class Opened(msgspec.Struct, kw_only=True):
    """A session. `is_repeated`: the device had it already, so the answer has the same token again."""

    role: Role
    display_name: str
    expires_at: datetime
    salt: str
    is_repeated: bool
    token: str = ""


class _Outcome(msgspec.Struct, kw_only=True):
    opened: Opened | None = None
    refused: Literal["replaced", "ended", "too_many_devices"] | None = None
    devices_max: int = 0


class SignIn:
    """Opens sessions for one API process."""

    def __init__(self, pool: Pool, *, lasts: Lasts, devices_per_code_max: int) -> None:
        self._pool = pool
        self._lasts = lasts
        self._devices_per_code_max = devices_per_code_max
        self._wrong_codes = WrongCodes()

    async def by_code(
        self, code: str, *, key: str | None, device: str | None, address: str | None, now: datetime
    ) -> Opened:
        """Opens a session with a printed code, or finds the session that the device with this `key` has by that code.

        Without a key every sign-in is another device. Raises TooManyWrongCodes, WrongCode, CodeReplaced, TooManyDevices.
        """
        self._wrong_codes.take_try(address, now=now)
        key = key or secrets.token_urlsafe()
        salt = new_salt()
        answered = await self._pool.fetchval(
            OPEN_SESSION,
            digest_of_code(code),
            digest_of_device(code, key),
            salt,
            digest_of(token_of_device(code, key, salt)),
            device,
            now,
            self._devices_per_code_max,
            *self._lasts,
        )
        if answered is None:
            raise WrongCode
        self._wrong_codes.give_back(address)
        outcome = msgspec.json.decode(answered, type=_Outcome)
        match outcome.refused:
            case "replaced":
                raise CodeReplaced
            case "ended":
                raise WrongCode
            case "too_many_devices":
                raise TooManyDevices(outcome.devices_max)
            case None:
                assert outcome.opened is not None, "what is not refused is opened"
        opened = outcome.opened
        opened.token = token_of_device(code, key, bytes.fromhex(opened.salt))
        return opened


async def _make(services: Services) -> SignIn:
    return SignIn(
        services.pool,
        lasts=lasts_of(services.settings),
        devices_per_code_max=services.settings.devices_per_code_max,
    )


SIGN_IN: Final = Part(_make)
