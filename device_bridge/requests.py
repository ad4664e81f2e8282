"""Sends one signed request to the server, and reads its answer within bounds."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from yarl import URL

from device_bridge.clock import YEARS
from device_bridge.signing import sign

ANSWER_BYTES_MAX: Final = 1024 * 1024
"""The rest of an answer is not read."""

TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """The request to send. `path` starts with a slash and may have a query."""

    method: str
    path: str
    content_type: str
    idempotency_key: str
    body: bytes


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The server's answer. A body beyond ANSWER_BYTES_MAX is cut off.

    `retry_after_seconds`: 0 when the server asked for no wait. `date`: of the Date header; None if it cannot be true.
    """

    status: int
    content_type: str
    retry_after_seconds: float
    body: bytes
    date: datetime | None = None


async def send_signed(
    session: aiohttp.ClientSession,
    request: Request,
    *,
    base_url: str,
    key: Ed25519PrivateKey,
    now: datetime,
) -> Answer:
    """Signs the request, sends it, and reads the answer. Raises aiohttp.ClientError or TimeoutError when there is no answer."""
    url = URL(base_url.rstrip("/") + request.path)
    headers = sign(
        key=key,
        method=request.method,
        path=url.raw_path_qs,  # What aiohttp puts in the request line.
        content_type=request.content_type,
        idempotency_key=request.idempotency_key,
        body=request.body,
        now=now,
    )
    async with session.request(
        request.method,
        url,
        data=request.body,
        headers=headers | {"Accept": "application/json"},
        # A redirect would carry the signature of another path.
        allow_redirects=False,
        timeout=TIMEOUT,
    ) as response:
        date = _date(response.headers.get("Date", ""))
        return Answer(
            status=response.status,
            content_type=response.content_type,
            retry_after_seconds=_seconds(response.headers.get("Retry-After", ""), date),
            body=await _read(response.content),
            date=date,
        )


async def _read(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) >= ANSWER_BYTES_MAX:
            break
    return bytes(body[:ANSWER_BYTES_MAX])


def _seconds(retry_after: str, date: datetime | None) -> float:
    """Retry-After in seconds. The header is a number of seconds, or a date, which is compared with the answer's own date."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    until = _date(retry_after)
    return 0.0 if until is None or date is None else max((until - date).total_seconds(), 0.0)


def _date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    if date.year not in YEARS:
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
