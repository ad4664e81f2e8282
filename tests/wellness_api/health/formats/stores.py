"""What the tests of phones' health stores share: sending, and reading back what became of it."""

import json
import random
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from tests.town import NOON, Answer, Person, Town
from wellness_api.health.formats.format import Context, ReadItems
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Records
from wellness_api.health.samples.problems import InvalidUpload

DATA = Path(__file__).parent / "data"
DOCS = Path(__file__).parents[4] / "docs" / "formats"
CONTEXT = Context(NOON, "Asia/Tokyo", {})

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)
ODD_NUMBERS: Sequence[Any] = (
    0,
    -1,
    10**30,
    -(10**400),
    1e300,
    -1e308,
    5e-324,
    0.1,
    True,
    None,
    "12",
)


def load(name: str) -> Any:
    """A fixture, as an app sends it."""
    return msgspec.json.decode((DATA / name).read_bytes())


def curl_body(document: str) -> Any:
    """What the document's curl example posts."""
    text = (DOCS / document).read_text()
    (body,) = re.findall(r"^  -d '(.*?)'$", text, re.DOTALL | re.MULTILINE)
    return msgspec.json.decode(body)


async def send(
    town: Town, person: Person, store: str, body: Any, *, key: str | None = None
) -> Answer:
    """One sync, with a key of its own unless one is named."""
    return await town.call(
        "POST",
        f"/v1/uploads/{store}",
        json=body,
        headers=person.headers | {"Idempotency-Key": key or f"{store}-{next(town.keys):08}"},
    )


async def samples(
    town: Town, person: Person, metric: str, source: str | None = None
) -> list[tuple[int, float]]:
    """The metric's samples of two days that count, as (minute after midnight UTC of the first day, value)."""
    first = NOON.replace(hour=0) - timedelta(days=1)
    query = {
        "metric": metric,
        "from": first.isoformat(),
        "to": (first + timedelta(days=2)).isoformat(),
    } | ({"source": source} if source else {})
    answer = await town.call("GET", "/v1/me/samples", params=query, headers=person.headers)
    assert answer.status == 200, answer.body
    start_ms = int(first.timestamp() * 1000)
    return [
        ((time_ms - start_ms) // 60_000, value)
        for time_ms, value in zip(answer.json["times_ms"], answer.json["values"], strict=True)
    ]


async def total(town: Town, person: Person, metric: str) -> float:
    """The sum of the metric's samples of two days."""
    return round(sum(value for _, value in await samples(town, person, metric)), 3)


def reads_or_refuses(read: Callable[[bytes, Context], ReadItems], body: bytes) -> ReadItems | None:
    """What is read, which the store then takes; None where the body is refused in one of the ways that a format may."""
    try:
        items = read(body, CONTEXT)
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidUpload):
        return None
    Records(items.taken, Arrival(CONTEXT.now, CONTEXT.time_zone, date.min)).read({})
    return items


def encoded(value: Any) -> bytes:
    """JSON that may also hold what JSON has no words for, as a careless sender writes it."""
    return json.dumps(value).encode("utf-8", "surrogatepass")


def damaged(value: Any, other: Any, chance: random.Random) -> Any:
    """The structure with one place of it, anywhere, replaced by the other value."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        return value | {key: damaged(value[key], other, chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        return [*value[:place], damaged(value[place], other, chance), *value[place + 1 :]]
    return other
