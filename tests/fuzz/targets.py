"""Every target. What reads bytes from outside and is in a table has its target by that; the rest have a row here."""

import math
from typing import Final

import msgspec

from device_bridge.profiles.reading import Decoded, DecodeError, Profile
from device_bridge.profiles.table import PROFILES
from device_bridge.virtual.devices.blood_pressure import blood_pressure_bytes
from device_bridge.virtual.devices.scale import weight_bytes
from device_bridge.virtual.devices.wristband import heart_rate_bytes, step_count_bytes
from points.presets import preset_names, preset_text
from points.programme import InvalidProgramme, Programme, read_programme
from tests.fuzz.imports import import_targets
from tests.fuzz.signatures import signature_target
from tests.fuzz.structures import JSON, StructureMutator
from tests.fuzz.target import NOW, TIME_ZONE, Target
from tests.fuzz.texts import TextMutator
from tests.fuzz.uploads import body_targets, column_targets, format_targets
from tests.fuzz.vocabulary import Vocabulary, schema_of
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.indicators.zones import InvalidZones, Zones, read_zones
from wellness_api.rewards.check_ins.csv_list import EXAMPLE as CHECK_IN_LIST
from wellness_api.rewards.check_ins.csv_list import HEADINGS, KIND_OF_WORD, read_list
from wellness_api.rewards.check_ins.entries import KINDS, ReadEntries

PAYLOAD_BYTES_MAX: Final = 64
PAYLOADS: Final = (
    blood_pressure_bytes(
        systolic=120, diastolic=80, pulse=60, measured_at=NOW.replace(tzinfo=None)
    ),
    weight_bytes(weight_kg=62.4, measured_at=NOW.replace(tzinfo=None)),
    heart_rate_bytes(rate=72),
    step_count_bytes(total=4_321),
)
ZONE: Final = {
    "type": "Feature",
    "geometry": {"type": "Polygon", "coordinates": [[[142.3, 43.3], [142.4, 43.3], [142.3, 43.3]]]},
    "properties": {"zone": "north", "name": {"ja": "北", "en": "North"}, "population": 4_000},
}


def all_targets() -> dict[str, Target]:
    """By name."""
    targets = [
        *format_targets(),
        *column_targets(),
        *body_targets(),
        *import_targets(),
        *(_profile_target(profile) for profile in PROFILES.values()),
        signature_target(),
        _programme_target(),
        _zones_target(),
        _check_in_list_target(),
    ]
    by_name = {target.name: target for target in targets}
    assert len(by_name) == len(targets), "each target has a name of its own"
    return by_name


def profile_target_name(profile: Profile) -> str:
    """What the target of a gateway's profile is called."""
    return f"gateway-{profile.name.replace(' ', '-')}"


def _profile_target(profile: Profile) -> Target:
    def check(decoded: Decoded) -> None:
        for reading in decoded.readings:
            assert reading.metric in METRIC_BY_CODE
            assert math.isfinite(reading.value)
            assert reading.measured_at is None or reading.measured_at.tzinfo is None

    return Target(
        name=profile_target_name(profile),
        read=profile.decode,
        allowed=(DecodeError,),
        check=check,
        seeds=PAYLOADS,
        bytes_max=PAYLOAD_BYTES_MAX,
    )


def _programme_target() -> Target:
    words = ("code", "version", "name", "in_force_from", "late_window_days", "rules", "kind")

    def check(programme: Programme) -> None:
        assert msgspec.convert(msgspec.to_builtins(programme), Programme) == programme
        assert programme.in_force_on(programme.in_force_from)

    return Target(
        name="programme",
        read=lambda data: read_programme(data.decode()),
        allowed=(InvalidProgramme, UnicodeDecodeError),
        check=check,
        seeds=[preset_text(name).encode() for name in preset_names()],
        bytes_max=8_192,
        words=words,
        mutator=TextMutator(words),
    )


def _zones_target() -> Target:
    example = {"type": "FeatureCollection", "features": [ZONE]}
    seeds = [JSON.encode(example)]
    words = ("Feature", "FeatureCollection", "Polygon", "north", "city")

    def check(zones: Zones) -> None:
        codes = [feature.properties.zone for feature in zones.features]
        assert len(set(codes)) == len(codes)
        msgspec.json.encode(zones)

    return Target(
        name="zones",
        read=read_zones,
        allowed=(InvalidZones,),
        check=check,
        seeds=seeds,
        bytes_max=8_192,
        words=words,
        mutator=StructureMutator(
            JSON, Vocabulary(trees=[example], words=words, schema=schema_of(Zones)), seeds
        ),
    )


def _check_in_list_target() -> Target:
    words = (*(word for words in HEADINGS.values() for word in words), *KIND_OF_WORD)

    def check(read: ReadEntries) -> None:
        places = [listed.item for listed in read.good] + [refusal.item for refusal in read.refused]
        assert sorted(places) == list(range(len(read.lines)))
        assert all(listed.entry.kind in KINDS and listed.entry.place for listed in read.good)
        assert all(refusal.field and refusal.limit and refusal.detail for refusal in read.refused)

    return Target(
        name="check-in-list",
        read=lambda data: read_list(data, {}, time_zone=TIME_ZONE),
        allowed=(InvalidUpload,),
        check=check,
        seeds=[CHECK_IN_LIST.encode(), CHECK_IN_LIST.encode("cp932")],
        bytes_max=8_192,
        words=words,
        mutator=TextMutator(words),
    )
