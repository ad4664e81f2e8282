"""The time, where it enters the program. All code behind the process's edge takes the time as an argument."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of a real server."""
    return datetime.now(UTC)
