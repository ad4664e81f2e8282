"""What an operator should know about a gateway: logged, counted, and kept in a small file for `gateway status`."""

from collections import Counter
from pathlib import Path
from typing import Final

import msgspec
import structlog

from device_bridge.clock import BoxClock

KINDS_MAX: Final = 200
"""Kinds of events that are counted. They are words of this program, so nothing reaches this bound."""

log = structlog.get_logger()


class StatusFile(msgspec.Struct, kw_only=True):
    """The file: when it was written, whether the time is known, how much waits, and what happened how often.

    `last_heard`: of each configured device, by its address. `happened`: by event, since the gateway started.
    """

    written_at: str
    clock: str
    samples_kept: int | None
    samples_in_memory: int
    last_heard: dict[str, str]
    happened: dict[str, int]


class Status:
    """One process's account of what went wrong and what it heard."""

    def __init__(self, clock: BoxClock | None = None) -> None:
        self._happened: Counter[str] = Counter()
        self.last_heard: dict[str, str] = {}
        self._clock = clock or BoxClock()

    def say(self, event: str, /, **about: object) -> None:
        """Logs the event as a warning, and counts it."""
        self.say_many(1, event, **about)

    def say_many(self, times: int, event: str, /, **about: object) -> None:
        """Logs an event once that happened several times, and counts all of them."""
        log.warning(event, times=times, **about)
        if event in self._happened or len(self._happened) < KINDS_MAX:
            self._happened[event] += times

    def happened(self, event: str) -> int:
        """How often this event was said."""
        return self._happened[event]

    def heard(self, address: str) -> None:
        """Notes that a device sent something."""
        self.last_heard[address] = self._clock.best_utc().isoformat(timespec="seconds")

    def write(self, path: Path, *, samples_kept: int | None, samples_in_memory: int) -> None:
        """Replaces the file as a whole or not at all. Raises OSError."""
        content = StatusFile(
            written_at=self._clock.best_utc().isoformat(timespec="seconds"),
            clock="not known" if self._clock.offset_ms() is None else "known",
            samples_kept=samples_kept,
            samples_in_memory=samples_in_memory,
            last_heard=self.last_heard,
            happened=dict(self._happened),
        )
        beside = path.with_name(path.name + ".new")
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
        beside.replace(path)


def status_path(outbox_file: Path) -> Path:
    """The file in which the gateway with this outbox keeps its status."""
    return outbox_file.with_name(outbox_file.name + ".status.json")
