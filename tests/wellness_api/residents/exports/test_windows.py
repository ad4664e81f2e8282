"""A page of an export reads what it needs and no more, and never where everybody else is answered."""

import threading
from typing import Any

import pytest

from tests.town import Person, Town
from tests.wellness_api.residents.exports.exported import batch, everything, read
from wellness_api.health.samples import own_living
from wellness_api.health.samples.merging import Layer, stored_layer
from wellness_api.residents.exports import stored


class Decoded:
    """What was decoded: how many samples, and in which threads."""

    def __init__(self) -> None:
        self.samples = 0
        self.threads: set[int] = set()

    def __call__(self, row: Any) -> Layer:
        layer = stored_layer(row)
        self.samples += len(layer.times)
        self.threads.add(threading.get_ident())
        return layer


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> Decoded:
    noting = Decoded()
    monkeypatch.setattr(own_living, "stored_layer", noting)
    return noting


async def pages(town: Town, person: Person, limit: int) -> list[Any]:
    answer = await read(town, person, "/v1/me/open-mhealth", limit=limit)
    points: list[Any] = []
    while True:
        assert answer.status == 200, answer.body
        points += answer.json["items"]
        if answer.json["next"] is None:
            return points
        path = answer.json["next"].removeprefix(town.base_url)
        answer = await town.call("GET", path, headers=person.headers)


@pytest.mark.parametrize("window_ms", [7_000, 60_000, 3_600_000])
async def test_short_windows_hold_what_a_long_one_does(
    town: Town, monkeypatch: pytest.MonkeyPatch, window_ms: int
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *everything())
    gone = batch("body_weight", 62.4, source="watch:b", minutes=1)
    await town.upload(hanako, gone | {"values": [None]})
    at_once = await pages(town, hanako, 1000)
    monkeypatch.setattr(stored, "FIRST_WINDOW_MS", window_ms)
    monkeypatch.setattr(stored, "SEGMENTS_OF_A_LONG_WINDOW", 3)
    assert await pages(town, hanako, 40) == at_once


async def test_a_page_decodes_only_the_days_that_it_needs(town: Town, decoded: Decoded) -> None:
    """A day from noon on touches two days at home; what was measured on the third is left alone."""
    hanako = await town.resident()
    for days_ago in (2, 1, 0):
        weights = batch("body_weight", *[62.4] * 10, minutes=-24 * 60 * days_ago + 30)
        assert (await town.upload(hanako, weights)).status == 201
    answer = await read(town, hanako, "/v1/me/fhir", limit=1)
    assert len(answer.json["entry"]) == 1
    assert decoded.samples == 20
    assert threading.get_ident() not in decoded.threads
