"""The description of the API says what the API does."""

import importlib
import pkgutil
from collections import defaultdict
from pathlib import Path

import msgspec

import device_bridge.wire
import wellness_api

OPENAPI = Path(wellness_api.__file__).parent / "web" / "openapi.json"


def structs_of_the_api() -> set[type[msgspec.Struct]]:
    for module in pkgutil.walk_packages(wellness_api.__path__, "wellness_api."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    structs, waiting = set[type[msgspec.Struct]](), [msgspec.Struct]
    while waiting:
        for struct in waiting.pop().__subclasses__():
            if struct not in structs:
                structs.add(struct)
                waiting.append(struct)
    return {
        struct
        for struct in structs
        if struct.__module__.startswith("wellness_api.")
        or struct.__module__ == device_bridge.wire.__name__
    }


def test_no_two_structs_have_one_name_in_the_description() -> None:
    """The framework tells two of one name apart by neither: the second gets the first one's schema."""
    described = set(msgspec.json.decode(OPENAPI.read_bytes())["components"]["schemas"])
    by_name = defaultdict(set)
    for struct in structs_of_the_api():
        by_name[struct.__name__].add(f"{struct.__module__}.{struct.__qualname__}")
    twice = {name: sorted(places) for name, places in by_name.items() if len(places) > 1}
    assert {name: places for name, places in twice.items() if name in described} == {}
    assert not [name for name in described if "." in name or "_wellness" in name]
