"""Being told to stop, in whatever way: what was started is stopped in order, and that is a good end."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

import psutil

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
AT_ONCE_CODE: Final = 130


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """A block that SIGINT, SIGTERM and SIGHUP end, through its `finally` clauses; a second signal ends it at once.

    SIGINT is named too, since a shell that starts a program in the background makes it ignore SIGINT.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        for name in SIGNALS:
            signal.signal(name, _end_at_once)
        raise KeyboardInterrupt

    before = {name: signal.signal(name, stop) for name in SIGNALS}
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _end_at_once(_number: int, _frame: FrameType | None) -> None:
    """Kills every process that was started, and ends. All of them can be killed at any moment without loss."""
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            child.kill()
    os._exit(AT_ONCE_CODE)
