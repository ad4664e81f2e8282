"""The time on a box that may have started in 1970: a monotonic clock, and what it means in real time.

A box without a battery starts somewhere in the past, and a box with a broken battery starts anywhere. So the gateway
notes events in the time since the box started, which only goes forward. That becomes a time of day once somebody
trustworthy tells it: the server, whose clock judges what is sent (its Date header), or the kernel, when it follows a time
server.
"""

import ctypes
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

AGREE_MS_MAX: Final = 2_000
"""A Date header has whole seconds and takes time to arrive. A wall clock that differs by no more than this is right."""

ROUND_TRIP_MS_MAX: Final = 10_000
"""An answer that took longer says too little about the time."""

ANSWERS_APART_MS_MIN: Final = 5_000
"""A server that was stopped for a while first sends its old date. Two answers this far apart come from two looks at the clock."""

YEARS: Final = range(2020, 2100)
"""The years that a trusted clock may say. Any other year means a broken clock, or bytes that broke on a disk."""

_BOOT_ID_FILE: Final = Path("/proc/sys/kernel/random/boot_id")
_TIMEX_BYTES: Final = (
    512  # More than any kernel's struct timex; all zeros, it asks and sets nothing.
)
_TIME_ERROR: Final = 5  # adjtimex(2): the clock follows no time server.
_HALF_SECOND_MS: Final = 500
_FIRST_MS: Final = round(datetime(YEARS.start, 1, 1, tzinfo=UTC).timestamp() * 1000)
_END_MS: Final = round(datetime(YEARS.stop, 1, 1, tzinfo=UTC).timestamp() * 1000)


class Instant(msgspec.Struct, frozen=True, kw_only=True):
    """A moment on this box: the id of the box's start, milliseconds since it, and Unix milliseconds if they were known then."""

    boot_id: str
    boot_ms: int
    utc_ms: int | None


class _Doubt(msgspec.Struct, frozen=True):
    """How far one answer was from the known time, and when it came."""

    offset_ms: int
    boot_ms: int


class BoxClock:
    """The box's clock, as one process knows it. The four sources are the machine's own, unless a test brings others."""

    def __init__(
        self,
        *,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        boot_ms: Callable[[], int] = lambda: (
            time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
        ),
        boot_id: str | None = None,
        kernel_follows: Callable[[], bool] | None = None,
    ) -> None:
        self._wall_ms = wall_ms
        self._boot_ms = boot_ms
        self._kernel_follows = kernel_follows or _kernel_follows_a_time_server
        self.boot_id = boot_id or _BOOT_ID_FILE.read_text().strip()
        self._server_offset_ms: int | None = None
        self._doubt: _Doubt | None = None

    def now(self) -> Instant:
        """The present moment. `utc_ms` is None while nobody trustworthy has told the time."""
        boot_ms = self._boot_ms()
        offset_ms = self.offset_ms()
        utc_ms = None if offset_ms is None else boot_ms + offset_ms
        return Instant(boot_id=self.boot_id, boot_ms=boot_ms, utc_ms=utc_ms)

    def offset_ms(self) -> int | None:
        """What to add to the milliseconds since this start of the box to get Unix time; None while nobody knows."""
        wall_ms, boot_ms = self._wall_ms(), self._boot_ms()
        wall_offset_ms = wall_ms - boot_ms
        if self._server_offset_ms is not None:
            agrees = _agree(wall_offset_ms, self._server_offset_ms)
            return wall_offset_ms if agrees else self._server_offset_ms
        return wall_offset_ms if can_be_true(wall_ms) and self._kernel_follows() else None

    def best_utc(self) -> datetime:
        """The best known time, for signatures and file names: the wall clock's where no trusted time is known."""
        utc_ms = self.now().utc_ms
        known_ms = self._wall_ms() if utc_ms is None else utc_ms
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=known_ms)

    def learn(self, said: datetime, *, asked: Instant) -> bool:
        """Learns from the server's Date header, in answer to a request sent at `asked`. Returns whether the clock was
        wrong or unknown.

        A known time is given up only when a second answer says the same as the first.
        """
        boot_ms = self._boot_ms()
        if boot_ms - asked.boot_ms > ROUND_TRIP_MS_MAX or said.year not in YEARS:
            return False
        before_ms = self.offset_ms()
        # The header cuts the second off, so the middle of the second is nearest to the truth.
        learned_ms = round(said.timestamp() * 1000) + _HALF_SECOND_MS - boot_ms
        if not self._is_to_be_believed(learned_ms, before_ms, boot_ms):
            return False
        self._doubt = None
        if self._server_offset_ms is None or not _agree(learned_ms, self._server_offset_ms):
            self._server_offset_ms = learned_ms
        after_ms = self.offset_ms()
        return before_ms is None or after_ms is None or not _agree(after_ms, before_ms)

    def wants_a_second_word(self) -> bool:
        """Whether one answer contradicted the known time, long enough ago for another answer to decide."""
        return (
            self._doubt is not None
            and self._boot_ms() - self._doubt.boot_ms >= ANSWERS_APART_MS_MIN
        )

    def remember(self, offset_ms: int) -> None:
        """Takes over what an earlier process learned in the same start of the box, unless it cannot be true."""
        if can_be_true(offset_ms + self._boot_ms()):
            self._server_offset_ms = offset_ms

    def _is_to_be_believed(self, learned_ms: int, before_ms: int | None, boot_ms: int) -> bool:
        if before_ms is None or _agree(learned_ms, before_ms):
            return True
        # Milliseconds since the start drift by some seconds a day, and the wall clock may not.
        if _agree(learned_ms, self._wall_ms() - boot_ms):
            return True
        if self._doubt is None or not _agree(learned_ms, self._doubt.offset_ms):
            self._doubt = _Doubt(learned_ms, boot_ms)
            return False
        return boot_ms - self._doubt.boot_ms >= ANSWERS_APART_MS_MIN


def can_be_true(utc_ms: int) -> bool:
    """Whether this Unix time in milliseconds is in one of YEARS."""
    return _FIRST_MS <= utc_ms < _END_MS


def _agree(one_ms: int, other_ms: int) -> bool:
    return abs(one_ms - other_ms) <= AGREE_MS_MAX


def _kernel_follows_a_time_server() -> bool:
    """Whether chrony, systemd-timesyncd or the like keeps the kernel's clock right, as adjtimex(2) tells."""
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return 0 <= int(state) < _TIME_ERROR
