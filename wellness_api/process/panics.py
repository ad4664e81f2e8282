"""A library's panic is an error of what was being done, and of nothing else."""

import asyncio
from types import TracebackType
from typing import Final

ENDS: Final = (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit)
"""What ends a task, a generator or the process on purpose, and must reach whoever asked for it."""


class LibraryPanicked(Exception):
    """A library raised what no `except Exception` catches; a panic of Rust comes as such. The cause is what it raised."""

    def __init__(self, panic: BaseException) -> None:
        super().__init__(f"{type(panic).__name__}: {panic}")


class panics_as_errors:  # noqa: N801 - it reads as what a `with` statement does
    """Raises LibraryPanicked for whatever is neither an Exception nor an end on purpose.

    So whoever tries one thing after the other needs no more than `except Exception`. Each upload passes through it, and
    a generator would cost it five times as much.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        panic: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if panic is not None and not isinstance(panic, (Exception, *ENDS)):
            raise LibraryPanicked(panic) from panic
