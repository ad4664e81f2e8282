"""Logs: one JSON object a line, for people and machines alike. No measured value and no name is ever logged."""

from __future__ import annotations

import io
import logging
import os
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


STANDARD_ERROR: Final = 2


class LossyFile(io.RawIOBase):
    """A file of lines that nobody fails at: what cannot be written, since the disk is full, is dropped.

    A process that could not log its trouble would end of the trouble's log line. The next line that can be written says
    how many are missing.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._dropped = 0

    def writable(self) -> bool:
        """It is for writing."""
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
    """Everything from `level` on goes to standard error."""
    file = io.BufferedWriter(LossyFile(STANDARD_ERROR))
    lines = io.TextIOWrapper(file, encoding="utf-8", errors="replace")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(lines),
    )
