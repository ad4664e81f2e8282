"""Decodes an item of JSON so that a field of no importance cannot cost the measurement.

Some of an item's fields only add information: which device, which edit, how somebody sat. A sender that writes one of
them in another way has still measured, so the decoder takes the item as if the field were missing. A field that says what
a value means, as its unit, its time or its metric, is never optional.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

import msgspec

from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.samples.times_in_words import WRITTEN_OUT, no_moment
from wellness_api.http.choices import with_choices

Shape = TypeVar("Shape", bound=msgspec.Struct)
Step = str | int
Raw = msgspec.Raw | bytes

LEFT_OUT_MAX: Final = 20
"""An item with more fields that cannot be read is refused for the next one."""

STEP: Final = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<place>\d+)\]")
PLACE_OF_MISFIT: Final = re.compile(r" - at `\$(?P<path>[^`]*)`$")
NO_DATETIME: Final = ("Invalid RFC3339 encoded datetime", "Expected `datetime")
NOTHING: Final = msgspec.Raw(b"{}")
"""Stands for an element of a list that was left out, so that the elements behind it keep their places."""


class _Misfit(NamedTuple):
    """What the decoder says, and where: the names and places that lead from the item to the field."""

    problem: str
    path: Sequence[Step]


class ItemDecoder(Generic[Shape]):
    """Decodes items of a shape. `optional`: the fields that may be left out, as `metadata.device` or `component[]`.

    `inside`: where the shape begins in the item that was sent, as `body.`. `times`: fields that the shape keeps as text and
    that are times.
    """

    def __init__(
        self, shape: type[Shape], *optional: str, inside: str = "", times: Sequence[str] = ()
    ) -> None:
        self._shape = shape
        self._decoder = msgspec.json.Decoder(shape)
        self._optional = [_pattern(field) for field in optional]
        self._inside = inside
        self._times = [_pattern(field) for field in times]

    def decode(self, raw: Raw) -> Shape:
        """The item. Raises ItemRefused for a time that cannot be read, and otherwise msgspec's errors."""
        for _ in range(LEFT_OUT_MAX):
            try:
                return self._decoder.decode(raw)
            except msgspec.ValidationError as error:
                misfit = _misfit(error)
                field = self._optional_at(misfit.path)
                if field is None:
                    self._check_time(raw, misfit)
                    raise with_choices(error, self._shape) from error
            except (msgspec.DecodeError, UnicodeDecodeError):
                # A text that cannot be decoded; the error does not say where it is.
                field = self._undecodable_in(raw)
                if field is None:
                    raise
            raw = _without(raw, field)
        return self._decoder.decode(raw)

    def _optional_at(self, path: Sequence[Step]) -> Sequence[Step] | None:
        """The optional field into which the path leads."""
        for pattern in self._optional:
            start = path[: len(pattern)]
            if [_kind(step) for step in start] == pattern:
                return start
        return None

    def _undecodable_in(self, raw: Raw) -> Sequence[Step] | None:
        paths = (_undecodable(raw, pattern) for pattern in self._optional)
        return next((path for path in paths if path is not None), None)

    def _check_time(self, raw: Raw, misfit: _Misfit) -> None:
        """Raises ItemRefused, which repeats the time, if the misfit is a time."""
        is_time = [_kind(step) for step in misfit.path] in self._times
        if is_time or misfit.problem.startswith(NO_DATETIME):
            raw_time = _raw_at(raw, misfit.path)
            raise ItemRefused(
                field=self._inside + _written(misfit.path),
                limit=WRITTEN_OUT,
                detail=no_moment(None if raw_time is None else _value(raw_time)),
            )


LIST_PLACE: Final = "[]"


def _pattern(field: str) -> list[str]:
    return [step for step in field.replace(LIST_PLACE, f".{LIST_PLACE}").split(".") if step]


def _kind(step: Step) -> str:
    return step if isinstance(step, str) else LIST_PLACE


def _misfit(error: msgspec.ValidationError) -> _Misfit:
    said = str(error)
    place = PLACE_OF_MISFIT.search(said)
    if place is None:
        return _Misfit(said, ())
    path = [match["name"] or int(match["place"]) for match in STEP.finditer(place["path"])]
    return _Misfit(said[: place.start()], path)


def _written(path: Sequence[Step]) -> str:
    return "".join(
        f".{step}" if isinstance(step, str) else f"[{step}]" for step in path
    ).removeprefix(".")


_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_elements: Final = msgspec.json.Decoder(list[msgspec.Raw])


def _raw_at(raw: Raw, path: Sequence[Step]) -> Raw | None:
    """The undecoded value at the path."""
    for step in path:
        try:
            raw = (
                _members.decode(raw)[step] if isinstance(step, str) else _elements.decode(raw)[step]
            )
        except (msgspec.DecodeError, UnicodeDecodeError, LookupError):
            return None
    return raw


def _undecodable(raw: Raw, pattern: Sequence[str]) -> list[Step] | None:
    """The path to the first text in the pattern that cannot be decoded; None where all can be."""
    if not pattern:
        return None if _is_decodable(raw) else []
    step, *further = pattern
    inside: Iterable[tuple[Step, msgspec.Raw]]
    try:
        if step == LIST_PLACE:
            inside = enumerate(_elements.decode(raw))
        else:
            inside = [(step, _members.decode(raw)[step])]
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError):
        return None
    for place, part in inside:
        path = _undecodable(part, further)
        if path is not None:
            return [place, *path]
    return None


def _without(raw: Raw, path: Sequence[Step]) -> bytes:
    """The item without the value at the path. A list keeps an empty element in its place."""
    step, *further = path
    if isinstance(step, int):
        elements = _elements.decode(raw)
        elements[step] = msgspec.Raw(_without(elements[step], further)) if further else NOTHING
        return msgspec.json.encode(elements)
    members = _members.decode(raw)
    if further:
        members[step] = msgspec.Raw(_without(members[step], further))
    else:
        del members[step]
    return msgspec.json.encode(members)


def _is_decodable(raw: Raw) -> bool:
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _value(raw: Raw) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return bytes(memoryview(raw))
