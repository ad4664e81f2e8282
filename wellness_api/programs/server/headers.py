"""The headers of every answer for browsers. This is the one place for all answers, also the short way's and the pages'."""

from typing import Final

from litestar.types import HTTPResponseStartEvent, HTTPScope, Message, Send

RawHeader = tuple[bytes, bytes]

NOT_KEPT: Final[RawHeader] = (b"cache-control", b"no-store")
OF_THE_API: Final = "/v1/"
"""Nearly everything below it belongs to one person: neither browsers nor proxies may store it, whatever a handler says."""

ALWAYS: Final[tuple[RawHeader, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
POLICY: Final = b"content-security-policy"
OF_PAGES: Final[RawHeader] = (
    POLICY,
    (
        b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        b"worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
)
OF_ANSWERS: Final[RawHeader] = (POLICY, b"default-src 'none'; frame-ancestors 'none'")
"""An answer that is no page needs nothing else, even if somebody opens it in a browser."""

HTTPS_ALONE: Final[RawHeader] = (b"strict-transport-security", b"max-age=31536000")


def with_headers(send: Send, scope: HTTPScope, *, is_secure: bool) -> Send:
    """Sends what `send` sends, with the headers of every answer. `is_secure`: browsers come by HTTPS."""
    is_api = scope["path"].startswith(OF_THE_API)
    more = MORE[is_api, is_secure]

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            _add(message, more)
        await send(message)

    return send_with_headers


def _add(message: HTTPResponseStartEvent, more: tuple[RawHeader, ...]) -> None:
    replaced = OF_THE_API_NAMES if NOT_KEPT in more else OF_PAGES_NAMES
    said = [header for header in message["headers"] if header[0].lower() not in replaced]
    if NOT_KEPT not in more and not any(header[0].lower() == NOT_KEPT[0] for header in said):
        said.append(NOT_KEPT)
    message["headers"] = [*said, *more]


def _more(*, is_api: bool, is_secure: bool) -> tuple[RawHeader, ...]:
    more = (*ALWAYS, OF_ANSWERS, NOT_KEPT) if is_api else (*ALWAYS, OF_PAGES)
    return (*more, HTTPS_ALONE) if is_secure else more


MORE: Final = {
    (is_api, is_secure): _more(is_api=is_api, is_secure=is_secure)
    for is_api in (False, True)
    for is_secure in (False, True)
}
"""By whether the API answers and whether browsers come by HTTPS. Made once, since every upload needs it."""

OF_THE_API_NAMES: Final = frozenset(name for name, _ in MORE[True, True])
OF_PAGES_NAMES: Final = frozenset(name for name, _ in MORE[False, True])
