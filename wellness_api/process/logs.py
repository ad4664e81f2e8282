"""Logs: one JSON object a line, for people and machines. No measured value and no name is ever logged."""

from __future__ import annotations

import io
import logging
import os
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from structlog.typing import Processor


STANDARD_ERROR: Final = 2


class LossyFile(io.RawIOBase):
    """A file of lines that never fails: a line that cannot be written, because the disk is full, is dropped.

    Otherwise a process that could not log its trouble would end because of that log line. The next line that can be
    written says how many lines are missing.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._dropped = 0

    def writable(self) -> bool:
        """The file is for writing."""
        return True

    def write(self, line: ReadableBuffer, /) -> int:
        """Writes the line, or drops it."""
        content = bytes(line)
        missing = b'{"event": "log_lines_dropped", "count": %d}\n' % self._dropped
        try:
            os.write(self._descriptor, missing + content if self._dropped else content)
        except OSError:
            self._dropped += 1
        else:
            self._dropped = 0
        return len(content)


def configure_logs(level: str) -> None:
    """Sends everything from `level` on to standard error, and at least warnings of libraries."""
    file = io.BufferedWriter(LossyFile(STANDARD_ERROR))
    lines = io.TextIOWrapper(file, encoding="utf-8", errors="replace")
    level_number = logging.getLevelNamesMapping()[level.upper()]
    begun: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendered: list[Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(
        processors=[*begun, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level_number),
        logger_factory=structlog.WriteLoggerFactory(lines),
    )
    _take_in_libraries(lines, max(level_number, logging.WARNING), begun, rendered)


def _take_in_libraries(
    lines: io.TextIOWrapper, level: int, begun: list[Processor], rendered: list[Processor]
) -> None:
    """Turns what libraries log or warn into lines like ours; the web server's are among them."""
    handler = logging.StreamHandler(lines)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *begun],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
