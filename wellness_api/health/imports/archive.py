"""Finds the one XML file in a zip that somebody sent, with bounds on what the search can cost.

A zip says how long each file is and what its check sum is, and both can only be compared at the file's end. So this
module goes through the file once for that before anybody reads it: a wrong byte can turn one value into another one.
"""

import errno
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Final, NamedTuple

from wellness_api.health.imports.problems import FileRefused

CENTRAL_DIRECTORY_BYTES_MAX: Final = 8 * 1024 * 1024
"""The zip's list of files is read at once. This is room for 60,000 routes of workouts."""

CONTENT_BYTES_MAX: Final = 16 * 1024**3
"""A zip that holds a larger export is refused as too large."""

RATIO_MAX: Final = 200
"""Exports of measurements compress to about a twentieth; deflate compresses pure repetition to a thousandth."""

RATIO_FREE_BYTES: Final = 64 * 1024 * 1024
"""Smaller content may have any ratio."""

COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED: Final = 0x1
BLOCK_BYTES: Final = 16 * 1024
CHECKED_AT_ONCE_BYTES: Final = 4 * 1024 * 1024
"""How much is checked between two pauses, some ten milliseconds."""

BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)
"""What zipfile raises for files that are no zip, cut short, damaged, or more than it can read."""


class Member(NamedTuple):
    """A file of the zip that can be read. `size`: its uncompressed bytes."""

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        """How many bytes `blocks` gives in all."""
        return self.info.file_size

    def check(self) -> Iterator[None]:
        """Goes through the whole file, a block at each step, and keeps nothing. Raises FileRefused where the zip is
        damaged.

        The file is whole when its length and its check sum are those in the zip's list of files, whatever the file's own
        header says. Other files of the zip may be damaged: nothing of them is read.
        """
        length = 0
        for block in self._read(CHECKED_AT_ONCE_BYTES):
            length += len(block)
            yield
        if length != self.size:
            raise _damaged()

    def blocks(self) -> Iterator[bytes]:
        """The content. Raises FileRefused where the zip is damaged."""
        return self._read(BLOCK_BYTES)

    def _read(self, block_bytes: int) -> Iterator[bytes]:
        try:
            with self.archive.open(self.info) as content:
                while block := content.read(block_bytes):
                    yield block
        except BROKEN as error:
            raise _damaged() from error
        except OSError as error:
            raise _unless_ours(error, _damaged()) from error


def xml_member(file: IO[bytes], *, named: str, not_named: str) -> Member:
    """The zip's XML file: the one with the name `named`, or else the only one, whatever its name is; never `not_named`.

    Raises FileRefused.
    """
    try:
        archive = zipfile.ZipFile(_BoundedReads(file))
    except BROKEN as error:
        raise _no_zip() from error
    except OSError as error:
        raise _unless_ours(error, _no_zip()) from error
    candidates = [info for info in archive.infolist() if _is_xml(info, not_named)]
    exact = [info for info in candidates if PurePosixPath(info.filename).name == named]
    match exact or candidates:
        case [info]:
            _check(info)
            return Member(archive, info)
        case []:
            raise FileRefused("no_export", f"There is no {named} in the zip; send it as exported.")
        case _:
            which = f"are called {named}" if exact else f"are there and none is called {named}"
            raise FileRefused(
                "no_export", f"Several XML files of the zip {which}; send it as exported."
            )


def _no_zip() -> FileRefused:
    return FileRefused(
        "not_a_zip", "The file is no zip, or was cut short; send the zip as it was exported."
    )


def _damaged() -> FileRefused:
    return FileRefused(
        "broken_zip",
        "The zip was damaged on its way: what it holds is not what was put into it. Nothing of it was kept; send it anew,"
        " or export it again.",
    )


def _unless_ours(error: OSError, refused: FileRefused) -> Exception:
    """A place in the file that cannot exist is the zip's fault. All other errors of the system are not."""
    return refused if error.errno in (errno.EINVAL, errno.EOVERFLOW) else error


class _BoundedReads:
    """A file that is only read in pieces, and never whole by mistake."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """Reads like a file. Raises FileRefused for more than the bound."""
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
    # Files that a Mac adds when somebody zips a folder again.
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
