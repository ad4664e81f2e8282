"""A library's panic is an error of what was being done, and of nothing else."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

ENDS: Final = (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit)
"""What ends a task, a generator or the process on purpose, and must reach whoever asked for it."""


class LibraryPanicked(Exception):
    """A library raised what no `except Exception` catches; a panic of Rust comes as such. The cause is what it raised."""

    def __init__(self, panic: BaseException) -> None:
        super().__init__(f"{type(panic).__name__}: {panic}")


@contextmanager
def panics_as_errors() -> Iterator[None]:
    """Raises LibraryPanicked for whatever is neither an Exception nor an end on purpose.

    So whoever tries one thing after the other needs no more than `except Exception`.
    """
    try:
        yield
    except (Exception, *ENDS):
        raise
    except BaseException as panic:
        raise LibraryPanicked(panic) from panic
