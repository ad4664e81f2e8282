"""Treats a library's panic as an error of the work that was being done, and of nothing else."""

import asyncio
from types import TracebackType
from typing import Final

ENDS: Final = (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit)
"""Exceptions that end a task, a generator or the process on purpose, and must reach whoever asked for that."""


class LibraryPanicked(Exception):
    """A library raised what no `except Exception` catches, as a panic of Rust does. The cause is what it raised."""

    def __init__(self, panic: BaseException) -> None:
        super().__init__(f"{type(panic).__name__}: {panic}")


class panics_as_errors:  # noqa: N801 - it reads as what a `with` statement does
    """Raises LibraryPanicked for whatever is neither an Exception nor an end on purpose.

    So code that tries one item after the other needs only `except Exception`. Each upload passes through this class; a
    generator would cost five times as much.
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
