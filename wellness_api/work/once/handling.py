"""`@once`: an operation whose requests may come with a key, and are then carried out once."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

import msgspec
import structlog
from litestar import MediaType, Request, Response

from wellness_api.database.errors import SERVER_GONE
from wellness_api.http.asked import asked_of
from wellness_api.http.bodies import content_type_of, read_body
from wellness_api.http.idempotency import COUNTS_ONCE, KEY_PATTERN
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.work.once.problems import InvalidKey
from wellness_api.work.once.requests import Answered, Asked, claim, give_back, keep_answer

HEADER: Final = "idempotency-key"
KEY: Final = re.compile(KEY_PATTERN)

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")


def once(
    handler: Callable[P, Awaitable[T]],
) -> Callable[P, Coroutine[Any, Any, T | Response[bytes]]]:
    """Around a handler: carries a request out once under its key, and answers the same request with the same answer
    again.

    What was refused or failed is not kept. Without a key the handler works as it stands. Raises InvalidKey,
    IdempotencyKeyReused and StillUnderWay.
    """

    @wraps(handler)
    async def carried_out_once(*arguments: P.args, **named: P.kwargs) -> T | Response[bytes]:
        request = named["request"]
        assert isinstance(request, Request), "the framework names what it gives to a handler"
        key = request.headers.get(HEADER)
        if key is None:
            return await handler(*arguments, **named)
        services, asked = services_of(request), await _asked(request, key)
        now = services.clock()
        before = await claim(services.pool, asked, now=now)
        if before is not None:
            return Response(before.content, status_code=before.status, media_type=before.media_type)
        try:
            answer = await handler(*arguments, **named)
        except BaseException:
            await give_back(services.pool, asked)
            raise
        try:
            await keep_answer(services.pool, asked, _answered(request, answer), now=now)
        except SERVER_GONE as error:
            # The request is carried out, and the client is told so, though nobody can be told the same again.
            log.warning(
                "answer_not_kept", operation=request.route_handler.operation_id, error=str(error)
            )
        return answer

    setattr(carried_out_once, COUNTS_ONCE, True)
    return carried_out_once


async def _asked(request: SignedInRequest, key: str) -> Asked:
    if KEY.fullmatch(key) is None:
        raise InvalidKey
    content = await read_body(request)
    content_type = f"{content_type_of(request)}\n".encode()
    digest = hashlib.sha256(asked_of(request) + b"\n" + content_type + content).digest()
    return Asked(request.user.principal_id, key, digest)


def _answered(request: SignedInRequest, answer: object) -> Answered:
    status = request.route_handler.status_code
    media_type: str = MediaType.JSON
    content = answer
    if isinstance(answer, Response):
        status, content = answer.status_code or status, answer.content
        media_type = answer.media_type or media_type
    if isinstance(content, bytes):
        return Answered(status, content, media_type)
    return Answered(status, b"" if content is None else msgspec.json.encode(content), media_type)
