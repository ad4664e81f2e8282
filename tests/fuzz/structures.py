"""Changes structured inputs value by value, so that they stay readable and come past the parser to the decoder."""

import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any, NamedTuple

import msgspec

from tests.fuzz.vocabulary import Vocabulary

CHANGES_MAX = 4
BYTES_SHARE = 0.15
"""Of the inputs, changed as plain bytes: parsers have to be tried too."""

NESTED_SHARE = 0.005
NESTED_LEVELS = (1, 2, 40, 1_500)
NESTED_HERE = "nested here"

Place = tuple[Any, Any]
"""A container and the key or index of a value in it."""


class Codec(NamedTuple):
    """A structured form; `decode` and `encode` raise ValueError and the like for what it has no form for.

    `nested`: null in so many lists. Written as bytes, for Python's own encoders do not go as deep as is wanted.
    """

    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]
    nested: Callable[[int], bytes]


# Python's own JSON knows what msgspec would not write: numbers without bound and halves of surrogate pairs.
JSON = Codec(
    json.loads,
    lambda value: json.dumps(value).encode(),
    lambda levels: b"[" * levels + b"null" + b"]" * levels,
)
MESSAGEPACK = Codec(
    msgspec.msgpack.decode, msgspec.msgpack.encode, lambda levels: b"\x91" * levels + b"\xc0"
)
_UNFIT = (ValueError, TypeError, OverflowError, RecursionError, msgspec.MsgspecError)


class StructureMutator:
    """A mutator of one codec; `vocabulary` knows which values belong to which names."""

    def __init__(self, codec: Codec, vocabulary: Vocabulary, seeds: Sequence[bytes]) -> None:
        self._codec = codec
        self._vocabulary = vocabulary
        self._seeds = seeds

    def __call__(
        self, data: bytes, size_max: int, seed: int, change_bytes: Callable[[bytes, int], bytes]
    ) -> bytes:
        """The same for the same seed."""
        random = Random(seed)
        if random.random() < BYTES_SHARE:
            return change_bytes(data, size_max)
        try:
            changed = self._changed(data, random)
        except _UNFIT:
            return change_bytes(data, size_max)
        return changed if len(changed) <= size_max else random.choice(self._seeds)

    def _changed(self, data: bytes, random: Random) -> bytes:
        root = [self._codec.decode(data)]
        for _ in range(random.randint(1, CHANGES_MAX)):
            self._change(root, random)
        if random.random() >= NESTED_SHARE:
            return self._codec.encode(root[0])
        container, key = random.choice(_places(root))
        container[key] = NESTED_HERE
        return self._codec.encode(root[0]).replace(
            self._codec.encode(NESTED_HERE), self._codec.nested(random.choice(NESTED_LEVELS))
        )

    def _change(self, root: list[Any], random: Random) -> None:
        places = _places(root)
        container, key = random.choice(places)
        match random.randrange(8):
            case 0 | 1:
                container[key] = self._vocabulary.value(key, random)
            case 2:
                container[key] = _tweaked(container[key], random)
            case 3:
                other, other_key = random.choice(places)
                container[key] = deepcopy(other[other_key])
            case 4:
                if container is not root:
                    del container[key]
            case 5:
                self._enlarge(container[key], random)
            case 6:
                if isinstance(container, list) and container is not root:
                    container.insert(random.randint(0, len(container)), deepcopy(container[key]))
            case _:
                container[key] = self._vocabulary.word(random)

    def _enlarge(self, value: Any, random: Random) -> None:
        if isinstance(value, dict):
            name = self._vocabulary.name(random)
            value[name] = self._vocabulary.value(name, random)
        elif isinstance(value, list):
            value.append(self._vocabulary.value("", random))


def _places(root: list[Any]) -> list[Place]:
    """Every value of the tree; `root` holds the tree as its only member, which thereby has a place too."""
    places: list[Place] = []
    unseen: list[Any] = [root]
    while unseen:
        container = unseen.pop()
        keys = list(container) if isinstance(container, Mapping) else range(len(container))
        for key in keys:
            places.append((container, key))
            if isinstance(container[key], dict | list):
                unseen.append(container[key])
    return places


def _tweaked(value: Any, random: Random) -> Any:
    """The value a little changed."""
    match value:
        case bool():
            return not value
        case int():
            return random.choice(
                [value + 1, value - 1, -value, value * 1000, value // 1000, str(value)]
            )
        case float():
            return random.choice([-value, value * 1e300, value / 7, value // 1, str(value)])
        case str() | bytes() if value:
            place = random.randrange(len(value))
            return random.choice([value[:place], value[place:], value * 2])
        case list():
            return random.sample(value, len(value))
        case _:
            return [value]
