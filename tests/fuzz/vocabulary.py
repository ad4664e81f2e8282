"""The names and values that a decoder looks for: from its seeds, its JSON Schema and the tables of its module."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any

import msgspec

from tests.fuzz.target import NOW

NOW_MS = round(NOW.timestamp() * 1000)
WORDS_MAX = 1_000
DECODERS = ("wellness_api.health.formats.", "wellness_api.health.imports.")
WORD_LENGTH_MAX = 80
DEPTH_MAX = 6

TIMES = (
    "2026-11-18T11:00:00+09:00",
    "2026-11-17T23:59:59.999Z",
    "2026-11-18T12:02:01+09:00",
    "2026-11-18T01:00:00",
    "2024-03-31T02:30:00.5-11:59",
    "2000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:60-12:00",
    "2026-11-18 11:00:00 +0900",
    "2026-11-18",
    NOW_MS - 60_000,
    NOW_MS * 1_000_000 - 10**12,
    NOW_MS // 1000 - 3600,
    str(NOW_MS * 1_000_000),
)
AMOUNTS = (1, 60, 0.97, 36.6, 98.6, 120, 10_000)
EDGES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    59_999,
    -0.0,
    0.1,
    1e-300,
    1.7e308,
    -1e300,
    2**31,
    2**53 + 1,
    2**62,
    2**63 - 1,
    2**63,
    2**64,
    -(2**63) - 1,
    10**400,
    "",
    " ",
    "0",
    "1e999",
    "NaN",
    "-Infinity",
    "\x00",
    "体重",
    "\ud800",
    "é" * 70,
    [],
    {},
)


class Vocabulary:
    """Draws names and values; `schema` is a JSON Schema with `$defs`, `trees` are decoded seeds."""

    def __init__(
        self, *, trees: Sequence[Any], words: Sequence[str], schema: Mapping[str, Any] | None = None
    ) -> None:
        self._words: list[str] = [*words, *(value for value in EDGES if isinstance(value, str))]
        self._defs: Mapping[str, Any] = (schema or {}).get("$defs", {})
        self._seen: defaultdict[Any, list[Any]] = defaultdict(list)
        self._schemas: defaultdict[Any, list[Any]] = defaultdict(list)
        for tree in trees:
            self._learn(tree)
        for definition in self._defs.values():
            for name, of in definition.get("properties", {}).items():
                self._schemas[name].append(of)
        self._names = sorted({*self._seen, *self._schemas}) or self._words

    def word(self, random: Random) -> str:
        """Something that the decoder's tables hold, or a strange text."""
        return random.choice(self._words)

    def name(self, random: Random) -> str:
        """The name of a field."""
        return random.choice(self._names)

    def value(self, name: Any, random: Random) -> Any:
        """Something to stand under the name, often what belongs there."""
        kind = random.random()
        if kind < 0.35 and self._seen.get(name):
            return deepcopy(random.choice(self._seen[name]))
        if kind < 0.7 and self._schemas.get(name):
            return self._generated(random.choice(self._schemas[name]), random, 0)
        return deepcopy(random.choice(random.choice((TIMES, EDGES, self._words))))

    def _learn(self, tree: Any) -> None:
        if isinstance(tree, dict):
            for name, value in tree.items():
                self._seen[name].append(value)
                self._learn(value)
        elif isinstance(tree, list):
            for value in tree:
                self._learn(value)

    def _generated(self, schema: Mapping[str, Any], random: Random, depth: int) -> Any:
        if "$ref" in schema:
            schema = self._defs[schema["$ref"].rpartition("/")[2]]
        for choice in ("anyOf", "oneOf", "enum"):
            if choice in schema:
                drawn = random.choice(schema[choice])
                return drawn if choice == "enum" else self._generated(drawn, random, depth)
        match schema.get("type"):
            case "object" if depth < DEPTH_MAX:
                required = schema.get("required", ())
                return {
                    name: self._generated(of, random, depth + 1)
                    for name, of in schema.get("properties", {}).items()
                    if name in required or random.random() < 0.5
                }
            case "array" if depth < DEPTH_MAX and isinstance(schema.get("items"), dict):
                count = random.randint(schema.get("minItems", 0), 2)
                return [self._generated(schema["items"], random, depth + 1) for _ in range(count)]
            case kind:
                return self._scalar(kind, schema, random)

    def _scalar(self, kind: str | None, schema: Mapping[str, Any], random: Random) -> Any:
        match kind:
            case "number" | "integer":
                # A copy: the lists among them would else be changed for good, and come to hold themselves.
                return deepcopy(random.choice((*AMOUNTS, *EDGES)))
            case "string" if schema.get("format") in {"date-time", "date"}:
                return random.choice(TIMES)
            case "string":
                return self.word(random)
            case _:
                return deepcopy(random.choice(EDGES))


def words_of(module_name: str) -> list[str]:
    """The strings in the tables of a decoder's modules: names of types, units and fields that it knows."""
    words = dict.fromkeys(
        word
        for used_name in _with_those_used(module_name)
        for name, table in vars(sys.modules[used_name]).items()
        if not name.startswith("__")
        for word in _strings(table, 0)
        if 0 < len(word) <= WORD_LENGTH_MAX
    )
    return list(words)[:WORDS_MAX]


def _with_those_used(module_name: str) -> list[str]:
    """The module, and those of the decoders from which it has functions or classes, directly or not."""
    module_names = [module_name]
    for used_name in module_names:  # Grows as it is walked.
        for value in vars(sys.modules[used_name]).values():
            used = getattr(value, "__module__", None)
            if isinstance(used, str) and used.startswith(DECODERS) and used not in module_names:
                module_names.append(used)
    return module_names


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < DEPTH_MAX and isinstance(value, Mapping):
        for key, below in value.items():
            yield from _strings(key, depth + 1)
            yield from _strings(below, depth + 1)
    elif depth < DEPTH_MAX and isinstance(value, tuple | list | set | frozenset):
        for below in value:
            yield from _strings(below, depth + 1)


def schema_of(shape: type[msgspec.Struct] | None) -> Mapping[str, Any] | None:
    """The JSON Schema of a body."""
    return None if shape is None else msgspec.json.schema(shape)


def trees_of(seeds: Sequence[bytes]) -> list[Any]:
    """Those seeds that are JSON, decoded."""
    trees = []
    for seed in seeds:
        try:
            trees.append(json.loads(seed))
        except ValueError:
            continue
    return trees
