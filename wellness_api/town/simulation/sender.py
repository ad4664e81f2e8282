"""Sends uploads as the residents' phones would: many at once, each resident's in order, again when the server says to
wait.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

import aiohttp
import msgspec

from device_bridge.wire import MESSAGEPACK, Receipt
from wellness_api.process.trouble import Trouble
from wellness_api.town.simulation.city import FILL_DAYS, SYNCED_DAYS, SimulatedCity
from wellness_api.town.simulation.uploads import PlannedUpload

# Requests under way at once. The server works on one core beside us: more only wait in its queue.
LANES = 8
# Uploads waiting in a lane. When a lane is full, no more are made until its server catches up.
LANE_UPLOADS_MAX = 16
ATTEMPTS_MAX = 8
WAIT_SECONDS_FIRST = 0.2
WAIT_SECONDS_MAX = 5.0
REQUEST_SECONDS_MAX = 30.0
PROGRESS_SECONDS = 0.5

_RETRIED = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_receipts = msgspec.json.Decoder(Receipt)

# The length of an answer that is no problem report.
TEXT_SHOWN_MAX = 200


class _Said(msgspec.Struct):
    title: str
    detail: str = ""


def _said(status: int, body: bytes) -> str:
    """What the server answered, in words."""
    try:
        problem = msgspec.json.decode(body, type=_Said)
    except msgspec.DecodeError:
        return f"{status} {body.decode(errors='replace')[:TEXT_SHOWN_MAX]}".strip()
    return f"{status} {problem.title}. {problem.detail}".strip()


class SendingError(Trouble):
    """An upload that did not get through; the message says which and what to look at."""


class UploadRefusedError(SendingError):
    """The server answered that the upload as such is wrong, so sending it again would not help."""

    def __init__(self, upload: PlannedUpload, status: int, said: str) -> None:
        super().__init__(f"upload {upload.idempotency_key} of resident {upload.resident}: {said}")
        self.upload = upload
        self.status = status


class ServerUnavailableError(SendingError):
    """The server could not take an upload in any of ATTEMPTS_MAX attempts."""

    def __init__(self, upload: PlannedUpload, reason: str) -> None:
        super().__init__(
            f"upload {upload.idempotency_key} was tried {ATTEMPTS_MAX} times; last: {reason}. "
            "Is the server up and its database reachable?"
        )
        self.upload = upload


@dataclass(slots=True)
class Tally:
    """What has been sent so far. Samples are counted from receipts, once for each idempotency key."""

    uploads: int = 0
    replayed: int = 0
    retries: int = 0
    sent_bytes: int = 0
    accepted: int = 0
    duplicate: int = 0
    refused: int = 0


Progress = Callable[[Tally], None]


@dataclass(frozen=True, slots=True)
class Sender:
    """An HTTP session with the server and the residents' bearer tokens, by resident number.

    `counted`: each resident's last idempotency key in the tally. One is enough, since repeats follow each other.
    """

    session: aiohttp.ClientSession
    url: str
    tokens: Mapping[int, str]
    tally: Tally
    counted: dict[int, str] = field(default_factory=dict)

    async def send(self, upload: PlannedUpload) -> Receipt:
        """Sends one upload until the server has taken it. Raises a SendingError when it never will."""
        wait_seconds = WAIT_SECONDS_FIRST
        reason = ""
        for attempt in range(ATTEMPTS_MAX):
            if attempt:
                self.tally.retries += 1
                await asyncio.sleep(wait_seconds)
                wait_seconds = min(2 * wait_seconds, WAIT_SECONDS_MAX)
            try:
                answer = await self._once(upload)
            except (
                aiohttp.ClientConnectionError,
                aiohttp.ClientPayloadError,
                TimeoutError,
            ) as error:
                reason = f"{type(error).__name__}: {error}"
                continue
            if isinstance(answer, Receipt):
                return answer
            reason, asked_seconds = answer
            wait_seconds = min(max(wait_seconds, asked_seconds), WAIT_SECONDS_MAX)
        raise ServerUnavailableError(upload, reason)

    async def _once(self, upload: PlannedUpload) -> Receipt | tuple[str, float]:
        """The receipt, or why the server wants the client to wait and for how many seconds."""
        headers = {
            "Authorization": f"Bearer {self.tokens[upload.resident]}",
            "Idempotency-Key": upload.idempotency_key,
            "Content-Type": MESSAGEPACK,
        }
        async with self.session.post(self.url, data=upload.body, headers=headers) as response:
            body = await response.read()
            if response.status in _RETRIED:
                asked = response.headers.get("Retry-After", "")
                # The header may also be a date, which our server never sends.
                return _said(response.status, body), float(asked) if asked.isdecimal() else 0.0
            if response.status not in {HTTPStatus.CREATED, HTTPStatus.OK}:
                raise UploadRefusedError(upload, response.status, _said(response.status, body))
            receipt = _receipts.decode(body)
            self._count(upload, receipt, replayed=response.status == HTTPStatus.OK)
            return receipt

    def _count(self, upload: PlannedUpload, receipt: Receipt, *, replayed: bool) -> None:
        self.tally.uploads += 1
        self.tally.sent_bytes += len(upload.body)
        self.tally.replayed += replayed
        if self.counted.get(upload.resident) == upload.idempotency_key:
            return
        # A replayed receipt may be the first that arrives: the answer before it was lost.
        self.counted[upload.resident] = upload.idempotency_key
        self.tally.accepted += receipt.accepted
        self.tally.duplicate += receipt.duplicate
        self.tally.refused += receipt.refused


def open_session() -> aiohttp.ClientSession:
    """A session sized for the lanes; close it, or use it as a context manager."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=LANES),
        timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS_MAX),
    )


async def send_all(
    sender: Sender, uploads: Iterable[PlannedUpload], *, progress: Progress | None = None
) -> Tally:
    """Sends a stream of uploads, LANES at once, each resident's in order.

    A resident's uploads share a lane, which sends one at a time. The first error stops the others and is raised. The
    tally returned is the sender's own.
    """
    try:
        await _send_in_lanes(sender, uploads, progress)
    except ExceptionGroup as group:
        # Lanes that failed at the same moment failed for the same reason; the group stays as the cause.
        raise group.exceptions[0] from group
    if progress:
        progress(sender.tally)
    return sender.tally


async def _send_in_lanes(
    sender: Sender, uploads: Iterable[PlannedUpload], progress: Progress | None
) -> None:
    lanes: list[asyncio.Queue[PlannedUpload | None]] = [
        asyncio.Queue(LANE_UPLOADS_MAX) for _ in range(LANES)
    ]

    async def drain(lane: asyncio.Queue[PlannedUpload | None]) -> None:
        while (upload := await lane.get()) is not None:
            await sender.send(upload)

    async with asyncio.TaskGroup() as group:
        for lane in lanes:
            group.create_task(drain(lane))
        reported = time.monotonic()
        for upload in uploads:
            await lanes[upload.resident % LANES].put(upload)
            # Making uploads keeps the loop busy: without this turn, answers would wait until a lane is full.
            await asyncio.sleep(0)
            if progress and time.monotonic() - reported >= PROGRESS_SECONDS:
                reported = time.monotonic()
                progress(sender.tally)
        for lane in lanes:
            await lane.put(None)


async def send_history(
    city: SimulatedCity,
    *,
    base_url: str,
    tokens: Mapping[int, str],
    days: int = FILL_DAYS,
    synced_days: int = SYNCED_DAYS,
    progress: Progress | None = None,
) -> Tally:
    """Fills a server with what the residents in `tokens` have recorded in the last `days` days, up to now.

    `tokens`: bearer token by resident number. Raises SendingError when an upload is refused as such or the server stays
    away.
    """
    uploads = city.uploads(
        datetime.now(UTC), days=days, synced_days=synced_days, residents=sorted(tokens)
    )
    async with open_session() as session:
        sender = Sender(session, f"{base_url.rstrip('/')}/v1/uploads", tokens, Tally())
        return await send_all(sender, uploads, progress=progress)
