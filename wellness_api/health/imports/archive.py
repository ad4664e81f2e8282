"""Finding the one XML file in a zip that somebody sent, with bounds on what looking into it can cost."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Final, NamedTuple

from wellness_api.health.imports.problems import FileRefused

CENTRAL_DIRECTORY_BYTES_MAX: Final = 8 * 1024 * 1024
"""The zip's list of files is read at once: this is room for 60,000 routes of workouts."""

CONTENT_BYTES_MAX: Final = 16 * 1024**3
"""A zip that holds a larger export is refused as too large."""

RATIO_MAX: Final = 200
"""Exports of measurements compress to a twentieth or so; deflate of nothing but repetition to a thousandth."""

RATIO_FREE_BYTES: Final = 64 * 1024 * 1024
"""Smaller content may compress as it likes."""

COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED: Final = 0x1
BLOCK_BYTES: Final = 16 * 1024

BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)
"""What zipfile raises for files that are none, cut short, damaged, or beyond it."""


class Member(NamedTuple):
    """A file of the zip that can be read: `size` is its uncompressed bytes."""

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        """How many bytes `blocks` gives in all."""
        return self.info.file_size

    def blocks(self) -> Iterator[bytes]:
        """The content; raises FileRefused where the zip is damaged."""
        try:
            with self.archive.open(self.info) as content:
                while block := content.read(BLOCK_BYTES):
                    yield block
        except BROKEN as error:
            raise FileRefused(
                "broken_zip",
                "The zip is damaged or was cut short; export it again and send it whole.",
            ) from error


def xml_member(file: IO[bytes], *, named: str, not_named: str) -> Member:
    """The zip's XML file: the one called `named`, else the only one, whatever it is called; never `not_named`.

    Raises FileRefused.
    """
    try:
        archive = zipfile.ZipFile(_BoundedReads(file))
    except BROKEN as error:
        raise FileRefused(
            "not_a_zip", "The file is no zip, or was cut short; send the zip as it was exported."
        ) from error
    candidates = [info for info in archive.infolist() if _is_xml(info, not_named)]
    exact = [info for info in candidates if PurePosixPath(info.filename).name == named]
    match exact or candidates:
        case [info]:
            _check(info)
            return Member(archive, info)
        case []:
            raise FileRefused("no_export", f"There is no {named} in the zip; send it as exported.")
        case _:
            raise FileRefused(
                "no_export",
                f"There are several XML files in the zip and none is called {named}; send it as exported.",
            )


class _BoundedReads:
    """A file that is never read whole by mistake, only in pieces."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """As a file's; raises FileRefused for more than the bound."""
        bound = CENTRAL_DIRECTORY_BYTES_MAX + 1
        content = self._file.read(bound if size < 0 else min(size, bound))
        if len(content) == bound:
            raise FileRefused(
                "too_large",
                f"The zip's list of files takes more than {CENTRAL_DIRECTORY_BYTES_MAX} bytes.",
            )
        return content


def _is_xml(info: zipfile.ZipInfo, not_named: str) -> bool:
    path = PurePosixPath(info.filename)
    # What a Mac adds when it zips a folder anew.
    from_finder = "__MACOSX" in path.parts or path.name.startswith("._")
    return path.suffix.lower() == ".xml" and path.name != not_named and not from_finder


def _check(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & ENCRYPTED or info.compress_type not in COMPRESSIONS:
        raise FileRefused(
            "not_a_zip", "The zip is encrypted or packed in a rare way; send it as exported."
        )
    if info.file_size > CONTENT_BYTES_MAX:
        raise FileRefused(
            "too_large",
            f"The export holds {info.file_size} bytes; at most {CONTENT_BYTES_MAX} are read.",
        )
    if info.file_size > max(RATIO_FREE_BYTES, RATIO_MAX * info.compress_size):
        raise FileRefused(
            "too_compressed",
            f"The export is more than {RATIO_MAX} times its compressed size, which no measurements are.",
        )
