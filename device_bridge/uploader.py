"""Sends what is in the outbox, in order, until the server has receipted it."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Final, assert_never

import aiohttp
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_bridge.backoff import Backoff
from device_bridge.intake import unix_ms
from device_bridge.outbox import Outbox, StoredUpload
from device_bridge.requests import Answer, Request, send_signed
from device_bridge.wire import MESSAGEPACK, Receipt

UPLOADS_PATH: Final = "/v1/uploads"
OFFLINE: Final = Backoff(first_seconds=1.0, max_seconds=300.0)
# Readings come in bursts (two pressures and a pulse); a short wait makes one upload of a burst.
GATHER_SECONDS: Final = 1.0
# These are about the gateway or the moment, not about the upload: its clock, its registration, the server's load.
TRY_AGAIN: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)

log = structlog.get_logger()


class Delivered(msgspec.Struct, frozen=True):
    """The server has it on disk."""

    receipt: Receipt


class Refused(msgspec.Struct, frozen=True):
    """The server will never take it as it is."""

    status: int
    problem: bytes


class Later(msgspec.Struct, frozen=True):
    """Not now: the network, the server or the gateway's registration must change first."""

    reason: str
    asked_seconds: float = 0.0


def judge(answer: Answer) -> Delivered | Refused | Later:
    """What an answer to an upload means."""
    status = answer.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        try:
            return Delivered(msgspec.json.decode(answer.body, type=Receipt))
        except msgspec.MsgspecError:
            # A captive portal answers 200 to anything; only a receipt is the server's word.
            return Later(f"answered {status} without a receipt", answer.retry_after_seconds)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and (
        status not in TRY_AGAIN
    ):
        return Refused(status, answer.body)
    return Later(f"answered {status}", answer.retry_after_seconds)


class Uploader:
    """The one sender of an outbox: an upload at a time, so that what came later arrives later."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        session: aiohttp.ClientSession,
        base_url: str,
        key: Ed25519PrivateKey,
        clock: Callable[[], datetime],
        offline: Backoff = OFFLINE,
        gather_seconds: float = GATHER_SECONDS,
    ) -> None:
        self._outbox = outbox
        self._session = session
        self._base_url = base_url
        self._key = key
        self._clock = clock
        self._offline = offline
        self._gather_seconds = gather_seconds
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Something new is in the outbox."""
        self._news.set()

    async def run(self) -> None:
        """Sends until cancelled; cancelling at any point loses nothing."""
        failures = 0
        while True:
            self._news.clear()
            upload = self._outbox.next_upload(now_ms=unix_ms(self._clock()))
            if upload is None:
                await self._news.wait()
                await asyncio.sleep(self._gather_seconds)
                continue
            wait_seconds = self._settle(upload, await self._try(upload), failures)
            failures = failures + 1 if wait_seconds else 0
            await asyncio.sleep(wait_seconds)

    async def _try(self, upload: StoredUpload) -> Delivered | Refused | Later:
        request = Request(
            method="POST",
            path=UPLOADS_PATH,
            content_type=MESSAGEPACK,
            idempotency_key=upload.idempotency_key,
            body=upload.body,
        )
        try:
            answer = await send_signed(
                self._session, request, base_url=self._base_url, key=self._key, now=self._clock()
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Later(f"no answer: {type(error).__name__}")
        return judge(answer)

    def _settle(
        self, upload: StoredUpload, outcome: Delivered | Refused | Later, failures: int
    ) -> float:
        about = {"idempotency_key": upload.idempotency_key, "samples": upload.samples}
        match outcome:
            case Delivered(receipt):
                self._outbox.delivered(upload)
                log.info("upload receipted", **about, upload_id=receipt.upload_id)
                return 0.0
            case Refused(status, problem):
                now_ms = unix_ms(self._clock())
                self._outbox.refused(upload, status=status, problem=problem, now_ms=now_ms)
                log.error("upload refused and put aside", **about, status=status)
                return 0.0
            case Later(reason, asked_seconds):
                wait = self._offline.seconds(failures + 1, asked_seconds=asked_seconds)
                log.warning(
                    "upload will be tried again",
                    **about,
                    reason=reason,
                    wait_seconds=round(wait, 1),
                )
                return wait
            case _:
                assert_never(outcome)
