"""HEAD: the answer to GET without its content. Monitors, link checkers and proxies use it."""

from typing import Final, cast

from litestar.types import HTTPScope, Message, Send

METHOD: Final = "HEAD"


def as_get(scope: HTTPScope) -> HTTPScope:
    """The request as a GET; the server's own scope still says HEAD."""
    return cast("HTTPScope", {**scope, "method": "GET"})


def without_content(send: Send) -> Send:
    """Sends status and headers and ends the answer there. A stream is told that its client is gone."""
    is_answered = False

    async def send_without_content(message: Message) -> None:
        nonlocal is_answered
        if is_answered or message["type"] != "http.response.start":
            return
        is_answered = True
        await send(message)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_without_content
