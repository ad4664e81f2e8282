"""Which device or app an Observation came from, as a source."""

import re
from typing import Final

from device_bridge.wire import SOURCE_PATTERN
from wellness_api.health.formats.fhir.resources import (
    SOURCE_SYSTEM,
    Contained,
    Observation,
    Reference,
)
from wellness_api.health.formats.naming import Kind, source_name

UNNAMED: Final = "fhir"
OWN_SOURCE: Final = re.compile(SOURCE_PATTERN)
KIND_WORDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("watch", "watch"),
    ("ウォッチ", "watch"),
    ("phone", "phone"),
    ("スマートフォン", "phone"),
)


def source_of(observation: Observation) -> str:
    """The source that we gave it ourselves, or else one named after the device. A device is a station unless its name
    says otherwise.
    """
    device = observation.device
    if device is None:
        return source_name("phone", UNNAMED)
    identifier = device.identifier
    if (
        identifier is not None
        and identifier.system == SOURCE_SYSTEM
        and identifier.value is not None
        and OWN_SOURCE.fullmatch(identifier.value)
    ):
        return identifier.value
    parts = _device_name(device, observation.contained)
    return source_name(kind_of(" ".join(parts), "station"), *(parts or [UNNAMED]))


def kind_of(name: str, otherwise: Kind) -> Kind:
    """The kind of device that the name speaks of."""
    words = name.casefold()
    return next((kind for word, kind in KIND_WORDS if word in words), otherwise)


def _device_name(device: Reference, contained: list[Contained]) -> list[str]:
    if device.display:
        return [device.display]
    if device.identifier is not None and device.identifier.value:
        return [device.identifier.value]
    reference = device.reference or ""
    for resource in contained:
        if resource.id and reference == f"#{resource.id}":
            names = [
                resource.manufacturer,
                resource.model_number,
                *(name.name for name in resource.device_name),
            ]
            return [name for name in names if name]
    return [reference] if reference else []
