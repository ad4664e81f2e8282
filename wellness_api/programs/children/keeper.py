"""Keeps processes up: a process that ends is started again, up to a number of times within a number of minutes."""

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
"""A process that ends more often than this within RESTARTS_SECONDS ends the whole start, with the reason."""

RESTARTS_SECONDS: Final = 300.0
"""A process that ended more than RESTARTS_MAX times within this time ends the whole start, with the reason."""

PAUSE_SECONDS_FIRST: Final = 0.2
PAUSE_SECONDS_MAX: Final = 5.0
"""The pause before a new start. It doubles with each start within RESTARTS_SECONDS."""

OBSTACLE_LOOK_SECONDS: Final = 1.0
STOP_SECONDS_MAX: Final = 10.0
"""A child that has not ended by then is killed."""

Say = Callable[[str], None]


class ChildEnded(Trouble):
    """A process ended that should go on. The message has the end of its log."""

    def __init__(self, name: str, how: str, log: Path) -> None:
        super().__init__("\n".join([f"{name} ended {how}:", *end_of(log), f"({log})"]))


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A process to keep up.

    `start` starts it. `obstacle` says what would keep it from working, such as a full disk, and returns None when
    nothing does. While there is an obstacle, the keeper waits for it to go, and does not count the process's end.
    """

    name: str
    log: Path
    start: Callable[[], Process]
    obstacle: Callable[[], str | None]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds_max: float = STOP_SECONDS_MAX


class Keeper:
    """The processes of one start. Until `keep_up`, a process that ends raises an error; from then on it is started
    again, within the bounds.
    """

    def __init__(self, say: Say) -> None:
        self._say = say
        self._kept: list[_Kept] = []
        self._keeping = False
        self._failed = threading.Event()
        self._trouble: Exception | None = None

    def start(self, part: Part) -> Process:
        """Starts a process, and keeps it up if `keep_up` was called."""
        kept = _Kept(part, self._say, self._fail)
        self._kept.append(kept)
        if self._keeping:
            kept.keep_up()
        return kept.process

    def keep_up(self) -> None:
        """From now on, starts processes again that end."""
        self._keeping = True
        for kept in self._kept:
            kept.keep_up()

    def check(self) -> None:
        """Raises ChildEnded if a process has ended and is not started again."""
        if self._trouble is not None:
            raise self._trouble
        if not self._keeping:
            for kept in self._kept:
                kept.check()

    def watch(self) -> None:
        """Goes on until a process ends for good, then raises ChildEnded."""
        self._failed.wait()
        self.check()

    def stop(self) -> None:
        """Ends the processes, the one started last first."""
        for kept in reversed(self._kept):
            kept.stop()
        self._kept.clear()

    def _fail(self, trouble: Exception) -> None:
        self._trouble = self._trouble or trouble
        self._failed.set()


class _Kept:
    """The present process of a part, and the thread that waits for its end and starts the next one."""

    def __init__(self, part: Part, say: Say, fail: Callable[[Exception], None]) -> None:
        self.process = part.start()
        self._part = part
        self._say = say
        self._fail = fail
        self._restarts: deque[float] = deque()
        self._lock = threading.Lock()  # While the keeper stops, it starts nothing.
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
        except Exception as error:  # Whatever the error is, nobody keeps this process up any more, so the whole start ends.
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
        """Returns when there is no obstacle; True if there was one."""
        said = None
        while obstacle := self._part.obstacle():
            if obstacle != said:
                self._say(f"{self._part.name} ended {how}; it starts again when it can: {obstacle}")
                said = obstacle
            if self._stopping.wait(OBSTACLE_LOOK_SECONDS):
                break
        return said is not None

    def _may_start_again(self, how: str) -> bool:
        """Counts a start and waits for its pause. False beyond the bounds, and while the keeper stops."""
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
    """Yields a keeper, and ends its processes when the context ends."""
    started = Keeper(say)
    try:
        yield started
    finally:
        started.stop()
