"""What a format is, and what reading one gives."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec

from device_bridge.wire import Batch


class ItemRefusal(msgspec.Struct, kw_only=True):
    """Why one item of the body was not taken: its place from 0, the field at fault, and what would do."""

    item: int
    field: str
    limit: str
    detail: str


class ReadItems(NamedTuple):
    """The batches that the good items make, and why the others were refused."""

    batches: list[Batch]
    refused: list[ItemRefusal]


class Format(NamedTuple):
    """A form of the body: its name in the address, its media type, and how it is read.

    `read`, given the time of arrival too, raises msgspec's errors for a body that is none of it as a whole, and
    refuses a single bad item alone.
    """

    name: str
    media_type: str
    read: Callable[[bytes, datetime], ReadItems]
    shape: type[msgspec.Struct]
