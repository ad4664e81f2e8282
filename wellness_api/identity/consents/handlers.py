"""`/v1/me/consents`: what a resident consents to, and what they say to it."""

from datetime import datetime
from typing import Annotated, Final

import asyncpg
import msgspec
from litestar import get, put
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from points.said import Text
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.operations import refuses, takes
from wellness_api.http.refused import Refused
from wellness_api.http.services import Services, SignedInRequest, services_of
from wellness_api.identity.consents.purposes import PURPOSE_BY_CODE, PURPOSES, Purpose
from wellness_api.words.languages import named
from wellness_api.work.doorbell import DOORBELL
from wellness_api.work.once.handling import once

OWN_CONSENTS: Final = read_sql(__package__, "own_consents")
ADD_CONSENT: Final = read_named_sql(__package__, "add_consent")


class Consent(Purpose, frozen=True, kw_only=True):
    """A purpose with what the resident said last, and its name and its sentence in each language.

    `given`: whether the consent is in force. `version_given`: the version of the sentence that they said yes to. `at`:
    when they last said yes or no. Both are null if they never did.
    """

    name: Text
    sentence: Text
    given: bool
    version_given: int | None
    at: datetime | None


class Consents(msgspec.Struct, kw_only=True):
    """Every purpose."""

    items: list[Consent]


class Word(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Yes or no to a purpose. `version`: that of the sentence that the resident was shown."""

    given: bool
    version: int


class OutdatedSentence(Refused):
    """The resident was shown another sentence than the one that holds now."""

    code = "outdated_sentence"
    status = 409
    title = "The sentence has changed"
    kept = "Nothing was kept."
    field = "version"
    limit = "{version}"
    detail = "The sentence has changed: version {version} of {purpose} holds. Show that one."

    def __init__(self, purpose: Purpose) -> None:
        super().__init__(version=purpose.version, purpose=purpose.code)


WORD: Final = BodyDecoder(Word)


@get(
    "/v1/me/consents",
    operation_id="consents",
    summary="What the resident consents to",
    tags=["resident"],
    **only("resident"),
)
async def get_consents(request: SignedInRequest) -> Consents:
    """The purposes, and what the resident said to each."""
    return await _consents(services_of(request), request.user.principal_id)


@put(
    "/v1/me/consents/{purpose:str}",
    operation_id="sayConsent",
    summary="Consent, or withdraw it",
    description=(
        "Is kept with its time, version and channel beside all that was said before. Withdrawing changes nothing"
        " backwards. The same word again changes nothing."
    ),
    tags=["resident"],
    **only("resident"),
    **takes(Word, {"given": True, "version": 1}),
    **refuses(OutdatedSentence),
)
@once
async def say_consent(
    request: SignedInRequest,
    purpose: Annotated[
        str,
        PathParameter(
            description="A code of /v1/me/consents.", examples=[Example(value="research")]
        ),
    ],
) -> Consents:
    """Keeps what the resident said."""
    services, resident_id = services_of(request), request.user.principal_id
    word = WORD.decode(request, await read_body(request))
    about = next((stated for stated in PURPOSES if stated.code == purpose), None)
    if about is None:
        codes = ", ".join(PURPOSE_BY_CODE)
        raise NotFoundException(f"There is no purpose {purpose!r}; there are {codes}.")
    if word.given and word.version != about.version:
        raise OutdatedSentence(about)
    await services.pool.execute(
        *ADD_CONSENT(
            resident_id=resident_id,
            purpose=about.code,
            version=about.version,
            given=word.given,
            now=services.clock(),
        )
    )
    DOORBELL.of(services).press()
    return await _consents(services, resident_id)


async def _consents(services: Services, resident_id: int) -> Consents:
    rows = {row["purpose"]: row for row in await services.pool.fetch(OWN_CONSENTS, resident_id)}
    return Consents(items=[_consent(stated, rows.get(stated.code)) for stated in PURPOSES])


def _consent(purpose: Purpose, last_word: asyncpg.Record | None) -> Consent:
    return Consent(
        **{name: getattr(purpose, name) for name in Purpose.__struct_fields__},
        name=named("purpose", purpose.code),
        sentence=named("sentence", purpose.code),
        given=last_word is not None and last_word["given"],
        version_given=None if last_word is None else last_word["version"],
        at=None if last_word is None else last_word["at"],
    )
