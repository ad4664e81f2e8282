"""The part of FIT's profile that is read: which messages, which of their fields, and the names of their values.

Numbers, scales and names are those of fitdecode's profile for every decoder, so that all read the same from a file.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from fitdecode.profile import FIELD_TYPES, MESSAGE_TYPES
from fitdecode.types import BASE_TYPES

READ: Final[Mapping[str, tuple[str, ...]]] = {
    "file_id": ("type", "manufacturer", "product", "serial_number"),
    "record": ("heart_rate",),
    "monitoring": (
        "heart_rate",
        "activity_type",
        "current_activity_type_intensity",
        "cycles",
        "cycles_16",
        "timestamp_16",
    ),
    "monitoring_hr_data": ("resting_heart_rate", "current_day_resting_heart_rate"),
    "weight_scale": ("weight", "percent_fat", "bmi"),
    "blood_pressure": ("systolic_pressure", "diastolic_pressure", "heart_rate", "status"),
    "spo2_data": ("reading_spo2",),
    "respiration_rate": ("respiration_rate",),
    "sleep_level": ("sleep_level",),
    "session": (
        "start_time",
        "total_elapsed_time",
        "total_timer_time",
        "total_distance",
        "sport",
        "sub_sport",
    ),
}
"""The fields that are read, by kind of message. Other messages are read only for their time, which is `timestamp`."""

TIMESTAMP: Final = 253
"""The number of the field that holds the time, in every message."""

NEWER_NAMES: Final[Mapping[str, Mapping[int, str]]] = {
    "manufacturer": {339: "zepp", 348: "huawei"},
    "sport": {56: "shooting", 63: "video_gaming", 81: "motor_sports", 86: "mobility"},
}
"""Names that matter here and that fitdecode's profile does not have yet."""

TYPE_OF_WORD: Final[Mapping[str, str]] = {
    "type": "file",
    "manufacturer": "manufacturer",
    "activity_type": "activity_type",
    "status": "bp_status",
    "sleep_level": "sleep_level",
    "sport": "sport",
    "sub_sport": "sub_sport",
}
"""The fields whose values have names, with the profile's type of each."""

WORDS: Final[Mapping[str, Mapping[int, str]]] = {
    field: {**FIELD_TYPES[kind].enum, **NEWER_NAMES.get(field, {})}
    for field, kind in TYPE_OF_WORD.items()
}


class BaseType(NamedTuple):
    """How a number is written: the byte that says so, and the number of bytes that it takes."""

    identifier: int
    size: int


BASE_TYPE_MASK: Final = 0x1F
BASE: Final[Mapping[int, BaseType]] = {
    number & BASE_TYPE_MASK: BaseType(number, base.size) for number, base in BASE_TYPES.items()
}
"""By the byte without the bit for byte order, which some devices leave out."""

UINT32: Final = 0x86


class Kind(NamedTuple):
    """A kind of message that is read: its name, and the numbers of its fields that are read."""

    name: str
    fields: frozenset[int]


KIND: Final[Mapping[int, Kind]] = {
    number: Kind(
        message.name,
        frozenset(
            field.def_num for field in message.fields.values() if field.name in READ[message.name]
        ),
    )
    for number, message in MESSAGE_TYPES.items()
    if message.name in READ
}
"""By the number of the message."""

assert len(KIND) == len(READ), "fitdecode's profile has every message that is read"
assert all(len(kind.fields) == len(READ[kind.name]) for kind in KIND.values()), (
    "fitdecode's profile has every field that is read"
)
