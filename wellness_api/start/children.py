"""The processes of one start: each in a session of its own, so that Ctrl-C reaches them through us, in order."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from wellness_api.settings import Settings
from wellness_api.trouble import Trouble

STOP_SECONDS_MAX: Final = 10.0
WATCH_SECONDS: Final = 0.2
LOG_LINES_SHOWN: Final = 15


class ChildEnded(Trouble):
    """A process that should go on has ended; the message has the end of its log."""

    def __init__(self, name: str, code: int, log: Path) -> None:
        lines = log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
        super().__init__("\n".join([f"{name} ended with {code}:", *lines, f"({log})"]))


class Children:
    """Processes of our own program, their output in log files under the var folder."""

    def __init__(self, settings: Settings) -> None:
        self._logs = settings.var_dir.resolve() / "log"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._environment = _environment(settings)
        self._running: list[tuple[str, subprocess.Popen[bytes], IO[bytes]]] = []

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Starts `wellness ARGUMENTS`; its output goes to log/NAME.log."""
        log = (self._logs / f"{name}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "wellness_api", *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self._running.append((name, process, log))

    def check(self) -> None:
        """Raises ChildEnded if one of them has ended."""
        for name, process, log in self._running:
            code = process.poll()
            if code is not None:
                raise ChildEnded(name, code, Path(os.fsdecode(log.name)))

    def watch(self) -> None:
        """Goes on until one of them ends, then raises ChildEnded."""
        while True:
            self.check()
            time.sleep(WATCH_SECONDS)

    def stop(self) -> None:
        """Ends them, the last started first."""
        for _, process, log in reversed(self._running):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(STOP_SECONDS_MAX)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            log.close()
        self._running.clear()


@contextmanager
def children(settings: Settings) -> Iterator[Children]:
    """Children that are stopped at the end."""
    started = Children(settings)
    try:
        yield started
    finally:
        started.stop()


def _environment(settings: Settings) -> Mapping[str, str]:
    given = {
        f"WELLNESS_{name.upper()}": str(value)
        for name, value in settings.model_dump().items()
        if value is not None
    }
    return os.environ | given
