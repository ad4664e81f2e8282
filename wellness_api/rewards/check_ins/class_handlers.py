"""`/v1/classes` and `/v1/me/check-ins`: classes whose screen shows a code, and residents who type the code."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import get, post
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from device_bridge.wire import Batch, Upload
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.formats.naming import source_name
from wellness_api.health.samples.accept import UploadContended
from wellness_api.health.samples.arrivals import arrival_of
from wellness_api.health.samples.contents import Columns
from wellness_api.health.samples.handlers import accepted_of
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.operations import refuses, takes
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.identity.accounts.code_tries import TooManyTries, count_code_try
from wellness_api.process.codes import letters_of
from wellness_api.rewards.check_ins.entries import PLACE_CHARACTERS_MAX
from wellness_api.rewards.check_ins.problems import ClassNotOpen, InvalidClass, WrongClassCode
from wellness_api.rewards.check_ins.recording import outcome_of
from wellness_api.rewards.check_ins.rotating import (
    SECRET_BYTES,
    as_shown,
    changes_at,
    code_at,
    is_good,
)
from wellness_api.work.once.handling import once

CLASS_EXAMPLE: Final[dict[str, Any]] = {
    "name": "いきいき体操",
    "place": "中央公民館",
    "sessions": [{"from": "2026-09-28T09:45:00+09:00", "to": "2026-09-28T11:30:00+09:00"}],
}


ADD_CLASS: Final = read_named_sql(__package__, "add_class")
CLASSES_TO_COME: Final = read_sql(__package__, "classes_to_come")
OPEN_CLASS: Final = read_sql(__package__, "open_class")
OPEN_CLASSES: Final = read_sql(__package__, "open_classes")

SESSIONS_PER_CLASS_MAX: Final = 60
"""A class of more sessions is refused with 422."""

SESSION_LENGTH_MAX: Final = timedelta(hours=12)
"""A longer session is refused with 422."""

SESSIONS_LISTED_MAX: Final = 200
"""The number of coming sessions that are listed. Later ones are listed once earlier ones are over."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class SessionTimes(
    msgspec.Struct,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"opens_at": "from", "closes_at": "to"},
):
    """When people check in: `from` is when the door opens, `to` is when it is too late."""

    opens_at: Moment
    closes_at: Moment


class NewClass(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A class or event, at a place, on one or more days."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    place: Annotated[str, msgspec.Meta(min_length=1, max_length=PLACE_CHARACTERS_MAX)]
    sessions: Annotated[
        list[SessionTimes], msgspec.Meta(min_length=1, max_length=SESSIONS_PER_CLASS_MAX)
    ]


class MadeClass(msgspec.Struct, kw_only=True):
    """The number by which the class's screen asks for the code."""

    class_id: int


class ClassSession(msgspec.Struct, kw_only=True, rename={"opens_at": "from", "closes_at": "to"}):
    """A session that is not over."""

    class_id: int
    name: str
    opens_at: datetime
    closes_at: datetime


class ClassSessions(msgspec.Struct, kw_only=True):
    """The sessions that are not over, the next one first."""

    items: list[ClassSession]


class ScreenCode(msgspec.Struct, kw_only=True):
    """What the screen shows until `changes_at`."""

    name: str
    code: str
    changes_at: datetime
    closes_at: datetime


class TypedCode(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The code on the screen; width, spaces and dashes do not matter."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class CheckedIn(msgspec.Struct, kw_only=True):
    """The class that the resident is checked in to. `deleted`: the check-in was recorded before and taken back."""

    name: str
    outcome: Literal["recorded", "already_there", "deleted"]


NEW_CLASS: Final = BodyDecoder(NewClass)
TYPED_CODE: Final = BodyDecoder(TypedCode)


@post(
    "/v1/classes",
    operation_id="makeClass",
    summary="Make a class with a code on its screen",
    tags=["staff"],
    **only("programme_officer", "health_staff"),
    **takes(NewClass, CLASS_EXAMPLE),
    **refuses(InvalidClass),
)
@once
async def make_class(request: SignedInRequest) -> MadeClass:
    """Makes the class and its secret. No answer ever contains the secret."""
    services = services_of(request)
    new_class = NEW_CLASS.decode(request, await read_body(request))
    _check(new_class.sessions)
    class_id = await services.pool.fetchval(
        *ADD_CLASS(
            name=new_class.name,
            source=source_name("station", new_class.place),
            secret=secrets.token_bytes(SECRET_BYTES),
            opens_ats=[session.opens_at for session in new_class.sessions],
            closes_ats=[session.closes_at for session in new_class.sessions],
            venue_name=new_class.place,
        ),
    )
    return MadeClass(class_id=class_id)


@get(
    "/v1/classes",
    operation_id="classes",
    summary="Classes that are open or to come",
    tags=["staff"],
    **only("programme_officer", "health_staff", "gateway"),
)
async def get_classes(request: SignedInRequest) -> ClassSessions:
    """The sessions that are not over."""
    services = services_of(request)
    rows = await services.pool.fetch(CLASSES_TO_COME, services.clock(), SESSIONS_LISTED_MAX)
    return ClassSessions(
        items=[
            ClassSession(
                class_id=row["class_id"],
                name=row["name"],
                opens_at=row["opens_at"],
                closes_at=row["closes_at"],
            )
            for row in rows
        ]
    )


@get(
    "/v1/classes/{class_id:int}/code",
    operation_id="classCode",
    summary="The code for a hall's screen",
    description=(
        "The code changes every minute and is accepted for one more. The hall's gateway requests it, or the "
        "member of staff who has the screen."
    ),
    tags=["staff"],
    **only("programme_officer", "health_staff", "gateway"),
    **refuses(ClassNotOpen),
)
async def get_class_code(
    request: SignedInRequest,
    class_id: Annotated[
        int, PathParameter(description="As made by /v1/classes.", examples=[Example(value=1)])
    ],
) -> ScreenCode:
    """The code of this moment."""
    services = services_of(request)
    now = services.clock()
    row = await services.pool.fetchrow(OPEN_CLASS, class_id, now)
    if row is None:
        raise ClassNotOpen
    return ScreenCode(
        name=row["name"],
        code=as_shown(code_at(row["secret"], now)),
        changes_at=changes_at(now),
        closes_at=row["closes_at"],
    )


@post(
    "/v1/me/check-ins",
    operation_id="checkIn",
    summary="Check in to a class by the code on its screen",
    description="It counts once for each class and session, however often the code is typed. A code is good for "
    "two minutes at most.",
    tags=["resident"],
    status_code=200,
    **only("resident"),
    **takes(TypedCode, {"code": "1234 5678"}),
    **refuses(WrongClassCode, TooManyTries, UploadContended),
)
@once
async def check_in(request: SignedInRequest) -> CheckedIn:
    """Records that the resident came."""
    services, resident = services_of(request), request.user
    typed = letters_of(TYPED_CODE.decode(request, await read_body(request)).code)
    arrival = arrival_of(services, resident.home_zone)._replace(recorder="station")
    await count_code_try(services.pool, resident.principal_id, "class", now=arrival.now)
    rows = await services.pool.fetch(OPEN_CLASSES, arrival.now)
    of_code = next((row for row in rows if is_good(row["secret"], typed, arrival.now)), None)
    if of_code is None:
        raise WrongClassCode
    opened_ms = round(of_code["opens_at"].timestamp() * 1000)
    came = Batch(
        metric="class_attended", source=of_code["source"], times_ms=[opened_ms], values=[1.0]
    )
    accepted = await accepted_of(
        services,
        resident.principal_id,
        f"check-in {arrival.now.isoformat()} {came.source} {opened_ms}",
        Columns(Upload(batches=[came]), arrival),
        now=arrival.now,
    )
    outcome = "already_there" if accepted.replayed else outcome_of(accepted.receipt.batches[0])
    assert outcome in {"recorded", "already_there", "deleted"}, (
        "an open class is not past retention"
    )
    return CheckedIn(name=of_code["name"], outcome=outcome)


def _check(sessions: list[SessionTimes]) -> None:
    """Raises InvalidClass for sessions that are impossible."""
    opened = set()
    for place, session in enumerate(sessions):
        length = session.closes_at - session.opens_at
        if not timedelta() < length <= SESSION_LENGTH_MAX:
            raise InvalidClass(
                field=f"sessions[{place}].to",
                limit=f"after `from`, at most {SESSION_LENGTH_MAX} later",
                detail="A session has a length, and is of one day.",
            )
        if session.opens_at in opened:
            raise InvalidClass(
                field=f"sessions[{place}].from",
                limit="each session once",
                detail="Two sessions open at the same time.",
            )
        opened.add(session.opens_at)
