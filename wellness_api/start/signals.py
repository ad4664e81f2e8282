"""Being told to stop, in whatever way, is Ctrl-C: what was started is then stopped in order."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Within it SIGINT, SIGTERM and SIGHUP raise KeyboardInterrupt.

    SIGINT is named too: a shell that starts us in the background has it ignored.
    """
    before = {
        name: signal.signal(name, signal.default_int_handler)
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
