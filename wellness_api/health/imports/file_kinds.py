"""What can be imported. A new form is one class that reads its file, and one row here."""

from collections.abc import Callable, Iterator, Mapping
from typing import IO, Final, Protocol

from wellness_api.health.imports.apple_health import AppleHealthFile
from wellness_api.health.imports.shapes import FileKind, Report
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Columns


class FileBeingRead(Protocol):
    """A file while it is read, see `AppleHealthFile`."""

    @property
    def bytes_read(self) -> int:
        """How much of the content has been read."""
        ...

    @property
    def bytes_total(self) -> int:
        """How much content there is."""
        ...

    @property
    def report(self) -> Report:
        """What was taken and left out so far."""
        ...

    def steps(self) -> Iterator[Columns | None]:
        """The samples in pieces, the same each time; None after a step without a piece. Raises FileRefused."""
        ...


FILE_KINDS: Final[Mapping[FileKind, Callable[[IO[bytes], Arrival], FileBeingRead]]] = {
    "apple-health": AppleHealthFile,
}
