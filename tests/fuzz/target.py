"""What a fuzz target is: a decoder, the errors it may raise, and what must hold of all else that it gives."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
"""Time stands still, so that an input that was kept does the same in any year."""

TIME_ZONE = "Asia/Tokyo"


class Mutator(Protocol):
    """Makes an input of another one; see `tests.fuzz.structures`."""

    def __call__(
        self, data: bytes, size_max: int, seed: int, change_bytes: Callable[[bytes, int], bytes]
    ) -> bytes: ...


class Target(NamedTuple):
    """A decoder of outside data.

    `read` may raise only `allowed`. `check` asserts what must hold of whatever was read. `bytes_max` bounds an input.
    `seeds`: good inputs to start from. `words`: what the decoder looks for, so that chance need not find it.
    """

    name: str
    read: Callable[[bytes], Any]
    allowed: tuple[type[Exception], ...]
    check: Callable[[Any], None]
    seeds: Sequence[bytes]
    bytes_max: int
    words: Sequence[str] = ()
    mutator: Mutator | None = None

    def try_input(self, data: bytes) -> None:
        """Reads one input; what it raises is a finding."""
        try:
            read = self.read(data)
        except self.allowed:
            return
        self.check(read)
