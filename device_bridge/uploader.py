"""Sends what is in the outbox, in order, until the server has sent a receipt for it."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Final, Protocol, assert_never

import aiohttp
import msgspec
import structlog

from device_bridge.backoff import Backoff
from device_bridge.clock import BoxClock
from device_bridge.keeping import unix_ms
from device_bridge.outbox import Outbox, StoredUpload
from device_bridge.outbox_file import OutboxUnwritable
from device_bridge.requests import Answer, Request
from device_bridge.status import Status
from device_bridge.untimed import waits_for_a_time
from device_bridge.verdicts import (
    Delivered,
    Faulty,
    Held,
    Later,
    Refused,
    Verdict,
    judge,
    parts_of,
    with_times_brought,
)
from device_bridge.wire import JSON, MESSAGEPACK

UPLOADS_PATH: Final = "/v1/uploads"
WHO_AM_I_PATH: Final = "/v1/me"
FAULTY_TRIES_MAX: Final = 4
"""An upload on which the server fails is tried this often as it is. Then it is halved, and what is left alone is put aside."""

LOOK_SECONDS: Final = 30.0
"""The uploader also looks by itself: a held card may be free again, or `gateway resend` has put something back."""

FAULTY_AGAIN_SECONDS: Final = 6 * 60 * 60.0
"""Uploads that were put aside because the server failed on them are tried again this often: servers get mended."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How long the uploader waits. `offline`: while nothing can be sent; `held`: for one card; `gather_seconds`: for a
    burst.

    Readings come in bursts (two pressures and a pulse); a short wait makes one upload of a burst.
    """

    offline: Backoff = Backoff(first_seconds=1.0, max_seconds=300.0)
    held: Backoff = Backoff(first_seconds=30.0, max_seconds=3600.0)
    gather_seconds: float = 1.0


class Sender(Protocol):
    """Sends one signed request."""

    def __call__(self, request: Request, /, *, now: datetime) -> Coroutine[None, None, Answer]:
        """Raises aiohttp.ClientError, TimeoutError or OSError when there is no answer."""
        ...


log = structlog.get_logger()


class Uploader:
    """The only sender of an outbox. It sends one upload at a time, so that later readings of a card arrive later."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        send: Sender,
        clock: BoxClock,
        status: Status,
        settle_times: Callable[[], None],
        pace: Pace,
    ) -> None:
        self._outbox = outbox
        self._send_signed = send
        self._clock = clock
        self._status = status
        self._settle_times = settle_times
        self._pace = pace
        self._news = asyncio.Event()
        # By card: until when it is held, in the loop's time, and how often in a row it was.
        self._held: dict[str, tuple[float, int]] = {}
        self._faulty_again_at = 0.0

    def wake(self) -> None:
        """Says that something new is in the outbox."""
        self._news.set()

    async def run(self) -> None:
        """Sends until cancelled. A cancellation loses nothing at any point."""
        failures = 0
        while True:
            try:
                wait_seconds = await self._turn(failures)
            except OutboxUnwritable as error:
                wait_seconds = self._pace.offline.seconds(failures + 1)
                self._status.say("disk takes nothing, sending waits", reason=str(error))
            failures = failures + 1 if wait_seconds else 0
            await asyncio.sleep(wait_seconds)

    async def _turn(self, failures: int) -> float:
        """Sends one upload, or waits for one. Returns for how many seconds nothing is to be tried."""
        self._news.clear()
        self._settle_times()
        self._try_faulty_again()
        upload = self._outbox.next_upload(now_ms=self._best_ms(), cards_held=self._cards_held_now())
        if upload is None and (
            self._clock.wants_a_second_word() or self._outbox.read(waits_for_a_time)
        ):
            return await self._ask_for_the_time(failures)
        if upload is None:
            await self._wait_for_news()
            return 0.0
        request = Request(
            method="POST",
            path=UPLOADS_PATH,
            content_type=MESSAGEPACK,
            idempotency_key=upload.idempotency_key,
            body=upload.body,
        )
        answer = await self._send(request)
        verdict = answer if isinstance(answer, Later) else judge(answer)
        return self._settle(upload, verdict, failures)

    async def _wait_for_news(self) -> None:
        loop = asyncio.get_running_loop()
        soonest = min(
            (until for until, _ in self._held.values()), default=loop.time() + LOOK_SECONDS
        )
        try:
            async with asyncio.timeout(min(max(soonest - loop.time(), 0.0), LOOK_SECONDS)):
                await self._news.wait()
        except TimeoutError:
            return
        await asyncio.sleep(self._pace.gather_seconds)

    async def _send(self, request: Request) -> Answer | Later:
        """The answer, after the clock has learned from it; Later when there is none."""
        asked = self._clock.now()
        try:
            answer = await self._send_signed(request, now=self._clock.best_utc())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Later(f"no answer: {type(error).__name__}")
        # The page of a captive portal says nothing about our server's time.
        from_our_server = answer.content_type == JSON or answer.content_type.endswith("+json")
        if (
            answer.date is not None
            and from_our_server
            and self._clock.learn(answer.date, asked=asked)
        ):
            self._status.say("time learned from the server")
        return answer

    async def _ask_for_the_time(self, failures: int) -> float:
        """Asks the server for the time, which any answer tells. This answer also says whether the box is enrolled."""
        answer = await self._send(
            Request(
                method="GET",
                path=WHO_AM_I_PATH,
                content_type=JSON,
                idempotency_key="time-of-day",
                body=b"",
            )
        )
        if self._clock.offset_ms() is not None and not self._clock.wants_a_second_word():
            return 0.0
        reason = answer.reason if isinstance(answer, Later) else f"answered {answer.status}"
        wait = self._pace.offline.seconds(failures + 1)
        log.warning("time not learned", reason=reason, wait_seconds=round(wait, 1))
        return wait

    def _settle(self, upload: StoredUpload, verdict: Verdict, failures: int) -> float:
        about = {"idempotency_key": upload.idempotency_key, "samples": upload.samples}
        match verdict:
            case Delivered(receipt):
                self._outbox.delivered(upload)
                self._held.pop(upload.card, None)
                log.info("upload receipted", **about, upload_id=receipt.upload_id)
                return 0.0
            case Refused(status, problem, field):
                self._take_apart(upload, status, problem, field)
                return 0.0
            case Held(reason, asked_seconds):
                self._hold(upload, reason, asked_seconds)
                return 0.0
            case Faulty(status, problem):
                self._outbox.failed(upload)
                if upload.tries + 1 >= FAULTY_TRIES_MAX:
                    self._take_apart(upload, status, problem, "")
                return self._pace.offline.seconds(min(upload.tries, failures) + 1)
            case Later(reason, asked_seconds):
                wait = self._pace.offline.seconds(failures + 1, asked_seconds=asked_seconds)
                log.warning(
                    "upload will be tried again",
                    **about,
                    reason=reason,
                    wait_seconds=round(wait, 1),
                )
                return wait
            case _:
                assert_never(verdict)

    def _take_apart(self, upload: StoredUpload, status: int, problem: bytes, field: str) -> None:
        """Mends times that a wrong clock made; or else separates the odd part; or else puts the upload aside."""
        about = {
            "idempotency_key": upload.idempotency_key,
            "samples": upload.samples,
            "status": status,
            "field": field,
        }
        now_ms = self._best_ms()
        content = upload.content()
        mended, brought = with_times_brought(content, now_ms=now_ms)
        if field.partition("[")[2].partition(".")[2].startswith("times_ms") and brought:
            self._outbox.replace(upload, [mended], now_ms=now_ms)
            self._status.say("times of a wrong clock brought to now", **about, brought=brought)
            return
        parts = parts_of(content, field)
        if len(parts) > 1:
            self._outbox.replace(upload, parts, now_ms=now_ms)
            self._status.say("upload refused and taken apart", **about)
            return
        self._outbox.refused(upload, status=status, problem=problem, now_ms=now_ms)
        self._status.say("upload refused and put aside", **about)

    def _hold(self, upload: StoredUpload, reason: str, asked_seconds: float) -> None:
        _, before = self._held.get(upload.card, (0.0, 0))
        wait = self._pace.held.seconds(before + 1, asked_seconds=asked_seconds)
        self._held[upload.card] = asyncio.get_running_loop().time() + wait, before + 1
        self._status.say(
            "card held, others go on",
            idempotency_key=upload.idempotency_key,
            samples=upload.samples,
            reason=reason,
            wait_seconds=round(wait, 1),
        )

    def _cards_held_now(self) -> list[str]:
        now = asyncio.get_running_loop().time()
        return [card for card, (until, _) in self._held.items() if until > now]

    def _try_faulty_again(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._faulty_again_at:
            return
        self._faulty_again_at = now + FAULTY_AGAIN_SECONDS
        again = self._outbox.send_refused_again(status_min=500)
        if again:
            self._status.say("uploads that the server failed on go again", uploads=again)

    def _best_ms(self) -> int:
        return unix_ms(self._clock.best_utc())
