"""Carries the schedule out on the processes of a start."""

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from tests.chaos.recorder import Recorder
from tests.chaos.schedule import Blow, PartName

OF_TITLE: dict[str, PartName] = {"postgres": "postgres", "valkey-server": "redis"}
OF_COMMAND: dict[str, PartName] = {"serve": "api", "work": "worker"}
BACKENDS = "[local]"
"""What PostgreSQL calls a backend that somebody's connection is served by."""


class Parts:
    """The processes as they are at the moment; the starts that they belong to keep them up."""

    def __init__(self, server_pid: int) -> None:
        self._starts = (psutil.Process(server_pid), psutil.Process())

    def of(self, name: PartName) -> psutil.Process | None:
        """The part's process; None while there is none."""
        for start in self._starts:
            for child in start.children():
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    if _name(child) == name:
                        return child
        return None

    def backends(self) -> list[psutil.Process]:
        """The processes by which PostgreSQL serves connections."""
        postgres = self.of("postgres")
        if postgres is None:
            return []
        backends = []
        for child in postgres.children():
            with suppress(psutil.NoSuchProcess):
                if BACKENDS in " ".join(child.cmdline()):
                    backends.append(child)
        return sorted(backends, key=lambda child: child.pid)


def _name(process: psutil.Process) -> PartName | None:
    command = process.cmdline()
    if process.name() in OF_TITLE:
        return OF_TITLE[process.name()]
    if "gateway" in command and "run" in command:
        return "gateway"
    return OF_COMMAND.get(command[-1]) if command else None


async def strike(
    blows: list[Blow], parts: Parts, recorder: Recorder, *, check: Callable[[], None]
) -> None:
    """Does to the parts what the schedule says, when it says; whatever is paused goes on in the end."""
    began = time.monotonic()
    paused: list[tuple[float, psutil.Process]] = []
    try:
        for blow in blows:
            while (now := time.monotonic() - began) < blow.second:
                check()
                paused = [pause for pause in paused if not _goes_on(pause, now)]
                await asyncio.sleep(min(0.05, blow.second - now))
            recorder.note(
                f"{blow.kind} {blow.part} at {blow.second} s: {_hit(blow, parts, paused)}"
            )
        while paused:
            paused = [pause for pause in paused if not _goes_on(pause, time.monotonic() - began)]
            await asyncio.sleep(0.05)
    finally:
        for _, process in paused:
            with suppress(psutil.NoSuchProcess):
                process.resume()


def _goes_on(pause: tuple[float, psutil.Process], now: float) -> bool:
    until, process = pause
    if now < until:
        return False
    with suppress(psutil.NoSuchProcess):
        process.resume()
    return True


def _hit(blow: Blow, parts: Parts, paused: list[tuple[float, psutil.Process]]) -> str:
    """Deals one blow; says to whom, or that nobody was there."""
    if blow.kind in {"terminate_backend", "kill_backend"}:
        backends = parts.backends()
        target = backends[int(blow.choice * len(backends))] if backends else None
    else:
        target = parts.of(blow.part)
    if target is None:
        return "nobody there"
    with suppress(psutil.NoSuchProcess):
        if blow.kind == "pause":
            target.suspend()
            paused.append((blow.second + blow.seconds, target))
        else:
            target.send_signal(
                signal.SIGTERM if blow.kind == "terminate_backend" else signal.SIGKILL
            )
    return f"process {target.pid}"
