"""Bounds on how much of a body one call of the decoder gets.

msgspec holds the interpreter's lock during each call, in a thread as anywhere else, and checks a list's length only after
it has made all of it. A body of a few kilobytes can hold millions of values. So values are counted first.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from device_bridge.wire import SAMPLES_PER_UPLOAD_MAX
from points.said import said
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.samples.problems import InvalidUpload

VALUES_PER_BODY_MAX: Final = 2_000_000
"""A body may hold a hundred values for each item that a form takes; in 16 MiB that is one for each 8 bytes. A body with more is refused with 422."""

OBJECTS_PER_ITEM_MAX: Final = 10_000
"""An item that is one measurement has some dozens at most. An item with more than this is refused alone."""

OBJECTS_PER_SERIES_MAX: Final = SAMPLES_PER_UPLOAD_MAX
"""An item may be a measurement for each object, and no upload may hold more measurements. An item with more is refused alone."""

MEMBERS_PER_OBJECT_MAX: Final = 10_000
"""An item with more members, whose names may be any, is refused alone."""

NOT_LISTED: Final = msgspec.Raw(b"[]")
"""Stands for a list that the body does not have."""

OBJECT_BYTES_MIN: Final = len("{},")
"""No object is shorter, so a body that is too short for so many objects is not counted."""

COUNTED_AT_ONCE_BYTES: Final = 256 * 1024

STEP_OF: Final = np.zeros(256, np.int8)
STEP_OF[list(b"[{")] = 1
STEP_OF[list(b"]}")] = -1
"""By byte, how much deeper the nesting is after it."""


def check_values(body: bytes) -> None:
    """Raises InvalidUpload for a JSON body with more values than the items of any form can have."""
    if body.count(b",") >= VALUES_PER_BODY_MAX:
        raise InvalidUpload(
            field="body",
            limit=f"at most {VALUES_PER_BODY_MAX} values in a body",
            detail=said("refusal.too_many_values", most=VALUES_PER_BODY_MAX),
        )


def items_of(
    raw: msgspec.Raw | bytes, *, items_max: int, path: str, items_min: int = 0
) -> Sequence[msgspec.Raw]:
    """The undecoded elements of a JSON array. `path`: its place in the body, as msgspec writes it.

    Raises the errors of msgspec that decoding it with the body would raise.
    """
    try:
        return _items_of(bytes(memoryview(raw)), items_min, items_max)
    except msgspec.ValidationError as error:
        if path == "$":
            raise
        problem, _, inside = str(error).partition(" - at `$")
        raise msgspec.ValidationError(f"{problem} - at `{path}{inside or '`'}") from error


def _items_of(array: bytes, items_min: int, items_max: int) -> Sequence[msgspec.Raw]:
    if array.count(b",") >= items_max and count_of(array) > items_max:
        raise msgspec.ValidationError(f"Expected `array` of length <= {items_max}")
    items = msgspec.json.decode(array, type=list[msgspec.Raw])
    if len(items) < items_min:
        raise msgspec.ValidationError(f"Expected `array` of length >= {items_min}")
    return items


def count_of(array: bytes) -> int:
    """The number of elements in a JSON array that has one or more: one more than the commas directly inside it."""
    # An escaped character, a quote above all, ends no string.
    plain = array.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    commas, depth, quoted = 0, 0, False
    for start in range(0, len(plain), COUNTED_AT_ONCE_BYTES):
        piece = np.frombuffer(plain[start : start + COUNTED_AT_ONCE_BYTES], np.uint8)
        inside = np.logical_xor.accumulate(piece == ord('"')) ^ quoted
        depths = depth + np.cumsum(np.where(inside, 0, STEP_OF[piece]), dtype=np.int32)
        commas += int(np.count_nonzero((piece == ord(",")) & (depths == 1) & ~inside))
        depth, quoted = int(depths[-1]), bool(inside[-1])
    return commas + 1


def check_item(raw: msgspec.Raw | bytes, *, objects_max: int = OBJECTS_PER_ITEM_MAX) -> None:
    """Raises ItemRefused for an item with more objects than it can need."""
    item = memoryview(raw)
    if item.nbytes <= objects_max * OBJECT_BYTES_MIN:
        return
    if bytes(item).count(b"{") > objects_max:
        raise ItemRefused(
            field="item",
            limit=f"at most {objects_max} objects in an item",
            detail=said("refusal.too_many_objects", most=objects_max),
        )


def check_members(raw: msgspec.Raw) -> None:
    """Raises ItemRefused for an object with too many members to look up quickly."""
    if bytes(memoryview(raw)).count(b",") > MEMBERS_PER_OBJECT_MAX:
        raise ItemRefused(
            field="item",
            limit=f"at most {MEMBERS_PER_OBJECT_MAX} members of an object",
            detail=said("refusal.too_many_members", most=MEMBERS_PER_OBJECT_MAX),
        )
