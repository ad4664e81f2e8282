"""Whoever follows a document sends the keys that calls want, and is told which calls these are."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from wellness_api.http.idempotency import KEY_PATTERN

ROOT: Final = Path(__file__).parents[4]
DOCUMENTS: Final = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "formats").glob("*.md")),
]
DESCRIPTION: Final = json.loads((ROOT / "wellness_api/web/openapi.json").read_text())

SHELL: Final = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
METHOD: Final = re.compile(r"(?:-X|--request) ([A-Z]+)")
SENDS: Final = re.compile(r" (?:-d|--data\S*|-F|-T) ")
KEY: Final = re.compile(r"Idempotency-Key: ([A-Za-z0-9._$-]+)")
TAKES_NONE: Final = frozenset({"closeSession", "eraseMe"})
UNSAFE: Final = frozenset({"post", "put", "patch", "delete"})


def calls_of(document: Path) -> Iterator[str]:
    """Each curl of the document's examples, in one line."""
    for block in SHELL.findall(document.read_text()):
        for line in block.replace("\\\n", " ").split("\n"):
            if "curl " in line:
                yield line[line.index("curl ") :]


def is_unsafe(call: str) -> bool:
    method = METHOD.search(call)
    if method is not None:
        return method[1] not in ("GET", "HEAD")
    return SENDS.search(call) is not None and " -G " not in call


UNSAFE_CALLS: Final = [
    pytest.param(call, id=f"{document.name}-{number}")
    for document in DOCUMENTS
    for number, call in enumerate(calls_of(document))
    if is_unsafe(call)
]


@pytest.mark.parametrize("call", UNSAFE_CALLS)
def test_every_example_that_changes_something_shows_its_key(call: str) -> None:
    key = KEY.search(call)
    assert key is not None, call
    assert re.match(KEY_PATTERN, key[1].replace("$NUMBER", "0"))


def test_deleting_is_among_the_examples() -> None:
    calls = [str(call.values[0]) for call in UNSAFE_CALLS]
    for address in ("/v1/me/samples ", "/v1/me/sources/phone:example", "/v1/me/samples/shift"):
        assert any(address in call and ("DELETE" in call or "shift" in call) for call in calls)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            if method in UNSAFE:
                yield f"{method.upper()} {path}", operation["operationId"], operation


def key_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    parameters = operation.get("parameters", [])
    return next(
        (parameter for parameter in parameters if parameter["name"] == "Idempotency-Key"), None
    )


def test_the_document_of_keys_names_every_call_that_wants_one() -> None:
    section = (
        (ROOT / "docs/api.md").read_text().split("### Idempotency keys\n")[1].split("\n### ")[0]
    )
    wanted = {
        re.sub(r"(/v1/uploads)/.+", r"\1/{format}", call)
        for call, _, operation in operations()
        if (key := key_of(operation)) is not None and key.get("required")
    }
    assert wanted - {"POST /v1/sessions"} == set(re.findall(r"`([A-Z]+ /v1/[^`]+)`", section))


def test_the_description_shows_a_key_of_every_call_that_changes_something() -> None:
    for call, name, operation in operations():
        key = key_of(operation)
        assert (key is None) == (name in TAKES_NONE), call
        if key is not None:
            shown = key.get("example") or next(iter(key["examples"].values()))["value"]
            assert re.match(KEY_PATTERN, shown), call
