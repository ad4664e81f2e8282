"""Residents whose phones send, again and again, until they have a receipt; and some that send what is wrong."""

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import aiohttp

from tests.chaos.recorder import Recorder, Sent

DAYS = 10
MINUTES_A_DAY = 24 * 60
REQUEST_SECONDS_MAX = 20.0
PAUSE_SECONDS_MAX = 0.1
AGAIN_SECONDS = 0.2
TWICE_AT_ONCE, ONCE_MORE, WRONG = 0.1, 0.1, 0.03
"""How often an upload is sent twice at the same moment, once more after its receipt, and one that must be refused."""

TAKEN = {200, 201}
REFUSED = {400, 422}
LATER = 503


@dataclass(frozen=True)
class Resident:
    """Who sends."""

    resident_id: int
    token: str


def planned(resident: Resident, *, today: date, zone_midnight: datetime) -> Iterator[Sent]:
    """A minute after the other of the days that are over; the steps tell the minutes apart."""
    for day_before in range(1, DAYS + 1):
        midnight = zone_midnight - timedelta(days=day_before)
        for minute in range(MINUTES_A_DAY):
            yield Sent(
                key=f"chaos-{resident.resident_id}-{day_before}-{minute:04}",
                resident_id=resident.resident_id,
                day=today - timedelta(days=day_before),
                time_ms=int((midnight + timedelta(minutes=minute)).timestamp() * 1000),
                steps=1 + (minute * 7 + day_before) % 120,
            )


@dataclass
class Phone:
    """One resident's phone."""

    http: aiohttp.ClientSession
    base_url: str
    resident: Resident
    recorder: Recorder
    draw: random.Random

    async def live(self, uploads: Iterator[Sent]) -> None:
        """Sends one upload after the other until cancelled, or until there are no more minutes."""
        for sent in uploads:
            self.recorder.sending(sent)
            copies = 2 if self.draw.random() < TWICE_AT_ONCE else 1
            await asyncio.gather(*(self.deliver(sent) for _ in range(copies)))
            if self.draw.random() < ONCE_MORE:
                await self.deliver(sent)
            if self.draw.random() < WRONG:
                await self.send_what_is_wrong()
            await self.look()
            await asyncio.sleep(PAUSE_SECONDS_MAX * self.draw.random())

    async def deliver(self, sent: Sent) -> None:
        """Sends it until it has its receipt."""
        while True:
            status, content = await self._call("POST", "/v1/uploads", sent.body, sent.key)
            if status in TAKEN:
                self.recorder.acknowledged(sent, status, content)
                return
            if status not in {None, LATER}:
                self.recorder.note_finding(f"{sent.key} was answered {status}: {content}")
            await asyncio.sleep(AGAIN_SECONDS)

    async def send_what_is_wrong(self) -> None:
        """An upload that must be refused, or come again."""
        status, content = await self._call("POST", "/v1/uploads", b'{"batches": []}', "chaos-wrong")
        if status not in {None, LATER, *REFUSED}:
            self.recorder.note_finding(f"an upload of nothing was answered {status}: {content}")

    async def look(self) -> None:
        """What the resident sees: a balance, or that it is to come again."""
        status, content = await self._call("GET", "/v1/me/wallet", None, "")
        if status not in {None, 200, LATER}:
            self.recorder.note_finding(f"the wallet was answered {status}: {content}")

    async def _call(
        self, method: str, path: str, body: bytes | None, key: str
    ) -> tuple[int | None, Any]:
        """Status and content; None without an answer."""
        headers = {
            "Authorization": f"Bearer {self.resident.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            async with self.http.request(
                method, self.base_url + path, data=body, headers=headers
            ) as response:
                content = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.recorder.answered(f"no answer ({type(error).__name__})")
            return None, None
        self.recorder.answered(f"{method} {response.status}")
        if response.status == LATER and "Retry-After" not in response.headers:
            self.recorder.note_finding(f"{method} {path} was 503 without Retry-After: {content!r}")
        try:
            return response.status, json.loads(content)
        except ValueError:
            self.recorder.note_finding(
                f"{method} {path} was {response.status} without JSON: {content!r}"
            )
            return None, None
