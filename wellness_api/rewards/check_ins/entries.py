"""A list of check-ins as it arrives: who came where, when, and to what. Each entry is read alone."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import msgspec

from points.said import said
from wellness_api.health.formats.format import RefusedItem
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.metrics.attended import ATTENDED
from wellness_api.health.metrics.metric import Metric
from wellness_api.http.examples import DEMO_CARD

CHECK_INS_EXAMPLE: Final[dict[str, Any]] = {
    "items": [
        {
            "card": DEMO_CARD,
            "kind": "class_attended",
            "place": "中央公民館",
            "time": "2026-09-21T10:00:00+09:00",
        }
    ]
}


ENTRIES_MAX: Final = 1_000
"""A list of more entries is refused with 422; none of it is kept."""

PLACE_CHARACTERS_MAX: Final = 64
"""A longer name of a place is refused with 422."""

RESIDENT_NUMBER_MAX: Final = 2**63 - 1
"""The largest resident number of the database; a higher number is refused with 422."""

KINDS: Final = {metric.code: metric for metric in ATTENDED}

Raw = TypeVar("Raw")


class Entry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One check-in. The resident is named by `card`, or by `resident`, the number that enrolment printed.

    `kind`: checkup_attended, class_attended or paper_card_days. `day`, or `time` with its offset where the list has it.
    """

    kind: str
    place: Annotated[str, msgspec.Meta(min_length=1, max_length=PLACE_CHARACTERS_MAX)]
    card: Annotated[str, msgspec.Meta(min_length=4, max_length=64)] | None = None
    resident: Annotated[int, msgspec.Meta(ge=1, le=RESIDENT_NUMBER_MAX)] | None = None
    day: date | None = None
    time: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Entries(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A list of check-ins."""

    items: Annotated[list[Entry], msgspec.Meta(min_length=1, max_length=ENTRIES_MAX)]


class _Unread(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    items: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=ENTRIES_MAX)]


class Listed(NamedTuple):
    """A good entry and its place in the list, from 0."""

    item: int
    entry: Entry

    @property
    def metric(self) -> Metric:
        """The metric of the sample that the entry becomes."""
        return KINDS[self.entry.kind]


class ReadEntries(NamedTuple):
    """The entries that could be read, and the refusals of the others. `lines`: the line of each item of a CSV list."""

    good: Sequence[Listed]
    refused: Sequence[RefusedItem]
    lines: Sequence[int] = ()


_list: Final = msgspec.json.Decoder(_Unread)
_entry: Final = msgspec.json.Decoder(Entry)


def read_json(body: bytes) -> ReadEntries:
    """Raises msgspec's errors for a body that is no list."""
    return read_entries(_list.decode(body).items, _entry.decode)


def read_entries(raws: Sequence[Raw], read: Callable[[Raw], Entry]) -> ReadEntries:
    """Reads every entry with `read`, which raises ItemRefused or msgspec's errors for an entry that cannot be taken."""
    good: list[Listed] = []
    refused: list[RefusedItem] = []
    for item, raw in enumerate(raws):
        try:
            good.append(Listed(item, _checked(read(raw))))
        except ItemRefused as error:
            refused.append(RefusedItem(item, error.field, error.limit, error.detail))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            fault, _, path = str(error).partition(" - at `$.")
            refused.append(
                RefusedItem(item, path.rstrip("`") or "item", "the schema of an entry", fault)
            )
    return ReadEntries(good, refused)


def _checked(entry: Entry) -> Entry:
    if entry.kind not in KINDS:
        raise ItemRefused(
            field="kind",
            limit=" or ".join(KINDS),
            detail=said("list_problem.no_kind", kind=repr(entry.kind[:PLACE_CHARACTERS_MAX])),
        )
    if (entry.card is None) == (entry.resident is None):
        raise ItemRefused(
            field="card",
            limit="card or resident",
            detail=said("list_problem.who"),
        )
    if (entry.day is None) == (entry.time is None):
        raise ItemRefused(
            field="day",
            limit="day or time",
            detail=said("list_problem.when"),
        )
    return entry
