"""Hostile requests of every operation, made from the API's own description: one thing wrong at a time."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

LONG: Final = "あ" * 3_000

TEXTS: Final = (
    "%00",
    "a%00b",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "2147483648",
    "99999999999999999999999999999999999999",
    "-1",
    "0",
    "NaN",
    "1e999",
    "%FF%FE",
    "%ED%A0%80",
    "%C0%80",
    "%2e%2e%2f",
    "%0d%0aX:1",
    quote("'; DROP TABLE x; --"),
    quote(LONG[:1_000]),
    quote("１２３"),
    quote("²"),
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-13-01",
    "0001-01-01T00:00:00%2B14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-01-01T00:00:00",
    "",
)
"""As they stand in a path or a query."""

HEADERS: Final = ("", "é", "a" * 3_000, "9223372036854775808", "a b", "\t", "'")

FRAGMENTS: Final = (
    r'"\u0000"',
    r'"a\u0000b"',
    r'"\ud800"',
    json.dumps(LONG, ensure_ascii=False),
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "2147483648",
    "4294967296",
    "1" + "0" * 400,
    "1e999",
    "-1e999",
    "1e308",
    "-1",
    "0",
    "0.5",
    "NaN",
    "Infinity",
    "null",
    "true",
    "[]",
    "{}",
    '[{"a": [null]}]',
    '""',
    '"0000-01-01"',
    '"0001-01-01"',
    '"9999-12-31"',
    '"10000-01-01"',
    '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-12:00"',
    '"99999999-01-01T00:00:00Z"',
    "[" * 2_000 + "]" * 2_000,
)
"""Pieces of JSON, or of what is none, in the place of a value."""

BODIES: Final = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b'"\xff"',
    b"[" * 20_000,
    b'{"a":' * 5_000,
    b"null",
    b"[]",
    b"{}",
    b"\xc1",
    b"\x81\xa1a\xc1",
    b"\xdf\xff\xff\xff\xff",
    b"1e999",
)


@dataclass(frozen=True)
class Hostile:
    """A request that no well-behaved client sends. `path` is as it stands in the request line."""

    operation: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class _Well:
    """The operation's example, to be spoiled in one place."""

    operation: str
    method: str
    path: str
    in_path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    media_type: str | None

    def request(
        self,
        *,
        in_path: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Hostile:
        path = self.path
        for name, value in (self.in_path | (in_path or {})).items():
            path = path.replace("{" + name + "}", value)
        asked = "&".join(f"{name}={value}" for name, value in (self.query | (query or {})).items())
        said = self.headers | (headers or {})
        if self.media_type:
            said = {"Content-Type": self.media_type} | said
            body = _encoded(self.body) if body is None else body
        target = f"{path}?{asked}" if asked else path
        return Hostile(self.operation, self.method, target, said, body)


def hostile_requests(
    description: dict[str, Any], *, per_operation_max: int, seed: int
) -> Iterator[Hostile]:
    """Every parameter with every text, every value of a body with every fragment, and bodies that are none.

    Of each operation at most so many, drawn by `seed`: all would take minutes.
    """
    for path, of_path in description["paths"].items():
        for method, operation in of_path.items():
            well = _well(path, method, operation)
            requests = [*_parameters(well), *_bodies(well)]
            draw = random.Random(f"{seed} {well.operation}")
            yield from draw.sample(requests, min(per_operation_max, len(requests)))


def _well(path: str, method: str, operation: dict[str, Any]) -> _Well:
    places: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
    for parameter in operation.get("parameters", []):
        places[parameter["in"]][parameter["name"]] = _example(parameter)
    media_type, body = None, None
    if "requestBody" in operation:
        media_type, content = next(iter(operation["requestBody"]["content"].items()))
        body = content.get("example", b"")
    return _Well(
        operation=operation["operationId"],
        method=method.upper(),
        path=path,
        in_path={name: quote(value, safe="") for name, value in places["path"].items()},
        query={name: quote(value, safe="") for name, value in places["query"].items() if value},
        headers=places["header"],
        body=body,
        media_type=media_type,
    )


def _example(parameter: dict[str, Any]) -> str:
    if "example" in parameter:
        return str(parameter["example"])
    return str(next(iter(parameter["examples"].values()))["value"])


def _parameters(well: _Well) -> Iterator[Hostile]:
    for text in TEXTS:
        for name in well.in_path:
            yield well.request(in_path={name: text})
        for name in well.query:
            yield well.request(query={name: text})
    yield well.request(query={"nothing_we_know%00": "%FF"})
    for name in (*well.headers, "Accept", "Content-Encoding", "User-Agent"):
        for value in HEADERS:
            yield well.request(headers={name: value})


def _bodies(well: _Well) -> Iterator[Hostile]:
    if well.media_type is None:
        return
    for body in BODIES:
        yield well.request(body=body)
        yield well.request(body=body, headers={"Content-Type": "application/msgpack"})
    text = _encoded(well.body)
    yield well.request(body=text[: len(text) // 2])
    yield well.request(body=text + b"\x00")
    yield well.request(body=text.replace(b"a", b"\xff"))
    if isinstance(well.body, dict):
        for place in range(_places(well.body)):
            for fragment in FRAGMENTS:
                spoiled = json.dumps(_spoiled(well.body, place), ensure_ascii=False)
                yield well.request(body=spoiled.replace(f'"{MARK}"', fragment).encode())


MARK: Final = "the-spoiled-place"


def _places(value: Any) -> int:
    return _walk(value, -1)[1]


def _spoiled(value: Any, place: int) -> Any:
    return _walk(value, place)[0]


def _walk(value: Any, place: int, seen: int = 0) -> tuple[Any, int]:
    """The value with what stands at `place` replaced by MARK, and how many places there are; of a list the first two."""
    if seen == place:
        return MARK, seen + 1
    seen += 1
    if isinstance(value, dict):
        walked = {}
        for name, inner in value.items():
            walked[name], seen = _walk(inner, place, seen)
        return walked, seen
    if isinstance(value, list):
        items = []
        for number, inner in enumerate(value):
            if number < 2:
                changed, seen = _walk(inner, place, seen)
            else:
                changed = inner
            items.append(changed)
        return items, seen
    return value, seen


def _encoded(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body, ensure_ascii=False).encode()
