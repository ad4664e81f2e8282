"""Keeps processes up: one that ends is started again, so many times in so many minutes."""

import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from wellness_api.process.trouble import Trouble
from wellness_api.programs.children.child import Process, end_child, end_of, how_it_ended

RESTARTS_MAX: Final = 10
"""A process that ends as often within the time beside it ends the whole start, with the reason."""

RESTARTS_SECONDS: Final = 300.0
"""A process that ended more than RESTARTS_MAX times in so long ends the whole start, with the reason."""

PAUSE_SECONDS_FIRST: Final = 0.2
PAUSE_SECONDS_MAX: Final = 5.0
"""The pause before a new start; it doubles with each one that the window has seen."""

OBSTACLE_LOOK_SECONDS: Final = 1.0
STOP_SECONDS_MAX: Final = 10.0
"""A child that has not ended by then is killed."""

Say = Callable[[str], None]


class ChildEnded(Trouble):
    """A process that should go on has ended; the message has the end of its log."""

    def __init__(self, name: str, how: str, log: Path) -> None:
        super().__init__("\n".join([f"{name} ended {how}:", *end_of(log), f"({log})"]))


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A process to keep up.

    `start` starts it. `obstacle` says what would keep it from working, such as a full disk, and None when nothing does:
    while there is something, it is waited for, and an end is not counted.
    """

    name: str
    log: Path
    start: Callable[[], Process]
    obstacle: Callable[[], str | None]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds_max: float = STOP_SECONDS_MAX


class Keeper:
    """Processes of one start. Until `keep_up` an end is trouble; from then on it is mended as far as the bounds allow."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._kept: list[_Kept] = []
        self._keeping = False
        self._failed = threading.Event()
        self._trouble: Exception | None = None

    def start(self, part: Part) -> Process:
        """Starts a process, and keeps it up if that is what is done already."""
        kept = _Kept(part, self._say, self._fail)
        self._kept.append(kept)
        if self._keeping:
            kept.keep_up()
        return kept.process

    def keep_up(self) -> None:
        """Starts again from now on what ends."""
        self._keeping = True
        for kept in self._kept:
            kept.keep_up()

    def check(self) -> None:
        """Raises ChildEnded if one has ended and is not started again."""
        if self._trouble is not None:
            raise self._trouble
        if not self._keeping:
            for kept in self._kept:
                kept.check()

    def watch(self) -> None:
        """Goes on until one ends for good, then raises ChildEnded."""
        self._failed.wait()
        self.check()

    def stop(self) -> None:
        """Ends them, the last started first."""
        for kept in reversed(self._kept):
            kept.stop()
        self._kept.clear()

    def _fail(self, trouble: Exception) -> None:
        self._trouble = self._trouble or trouble
        self._failed.set()


class _Kept:
    """A part's process of the moment, and the thread that waits for its end and starts the next."""

    def __init__(self, part: Part, say: Say, fail: Callable[[Exception], None]) -> None:
        self.process = part.start()
        self._part = part
        self._say = say
        self._fail = fail
        self._restarts: deque[float] = deque()
        self._lock = threading.Lock()  # Nothing is started once we are stopping.
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"keeper of {part.name}")

    def keep_up(self) -> None:
        self._thread.daemon = True
        self._thread.start()

    def check(self) -> None:
        code = self.process.poll()
        if code is not None:
            raise ChildEnded(self._part.name, how_it_ended(code), self._part.log)

    def stop(self) -> None:
        with self._lock:
            self._stopping.set()
        end_child(self.process, self._part.stop_signal, seconds_max=self._part.stop_seconds_max)
        if self._thread.is_alive():
            self._thread.join(self._part.stop_seconds_max)

    def _run(self) -> None:
        try:
            self._keep()
        except Exception as error:  # Whatever it is, nobody keeps this process up any more: the whole start ends of it.
            self._fail(error)
            raise

    def _keep(self) -> None:
        while not self._stopping.is_set():
            how = how_it_ended(self.process.wait())
            while not self._stopping.is_set():
                waited = self._wait_for_obstacle(how)
                if not waited and not self._may_start_again(how):
                    return
                try:
                    self._start_again(how)
                    break
                except (OSError, Trouble) as error:
                    how = f"before it began: {error}"

    def _wait_for_obstacle(self, how: str) -> bool:
        """Returns when nothing stands in the way; whether something did."""
        said = None
        while obstacle := self._part.obstacle():
            if obstacle != said:
                self._say(f"{self._part.name} ended {how}; it starts again when it can: {obstacle}")
                said = obstacle
            if self._stopping.wait(OBSTACLE_LOOK_SECONDS):
                break
        return said is not None

    def _may_start_again(self, how: str) -> bool:
        """Counts a start and waits its pause; no more than the bounds allow, and none once we are stopping."""
        now = time.monotonic()
        while self._restarts and self._restarts[0] < now - RESTARTS_SECONDS:
            self._restarts.popleft()
        if len(self._restarts) >= RESTARTS_MAX:
            often = f"{len(self._restarts) + 1} times in {RESTARTS_SECONDS / 60:g} minutes, the last time {how}"
            self._fail(ChildEnded(self._part.name, often, self._part.log))
            return False
        pause = min(PAUSE_SECONDS_FIRST * 2 ** len(self._restarts), PAUSE_SECONDS_MAX)
        self._restarts.append(now)
        return not self._stopping.wait(pause)

    def _start_again(self, how: str) -> None:
        with self._lock:
            if not self._stopping.is_set():
                self.process = self._part.start()
                self._say(f"{self._part.name} ended {how}; started again ({self._part.log})")


@contextmanager
def keeper(say: Say) -> Iterator[Keeper]:
    """A keeper whose processes are ended at the end."""
    started = Keeper(say)
    try:
        yield started
    finally:
        started.stop()
