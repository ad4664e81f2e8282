"""Checks whether a disk has enough room for a process on it to start."""

import shutil
from pathlib import Path
from typing import Final

ROOM_BYTES_MIN: Final = 64 * 1024 * 1024
"""PostgreSQL needs some of its 16 MiB files to recover, and every process needs room for a few lines of log. With less
than this, a process that has ended is not started again, since it would end again at once. It starts when there is
more."""


def no_room(folder: Path) -> str | None:
    """Says that the disk of `folder` is full, or that the folder is gone; None while there is room."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return str(error)
    if free >= ROOM_BYTES_MIN:
        return None
    return (
        f"the disk of {folder} is full ({free >> 20} MiB free, {ROOM_BYTES_MIN >> 20} are needed)"
    )
