"""What a resident's samples are read in: of more than a few never the loop, in which everybody else is answered."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from tests.town import NOON, Person, Town, local_morning, steps
from wellness_api.health.days import uncountable
from wellness_api.health.samples import own_living
from wellness_api.residents.view import samples

SPAN = f"from={NOON - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}&to={NOON:%Y-%m-%dT%H:%M:%SZ}"


def threads_of(monkeypatch: pytest.MonkeyPatch, module: Any) -> list[bool]:
    """Of each segment that the module decodes whether it did so in the loop."""
    in_the_loop: list[bool] = []
    decode, loop = module.stored_layer, threading.get_ident()

    def noted(row: Any) -> Any:
        in_the_loop.append(threading.get_ident() == loop)
        return decode(row)

    monkeypatch.setattr(module, "stored_layer", noted)
    return in_the_loop


async def walked(town: Town, *, uploads: int) -> Person:
    hanako = await town.resident()
    for number in range(uploads):
        morning = local_morning(NOON.date()) + timedelta(minutes=10 * number)
        await town.upload(hanako, steps([10, 20, 30], start=morning))
    return hanako


async def test_flagged_samples_are_looked_for_beside_the_loop(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako = await walked(town, uploads=3)
    in_the_loop = threads_of(monkeypatch, own_living)
    assert (await town.get("/v1/me/flagged-samples", hanako)).status == 200
    assert in_the_loop == [False] * 3


@pytest.mark.parametrize(("at_once", "in_the_loop"), [(9, [True] * 3), (5, [True, True, False])])
async def test_more_samples_than_a_few_are_read_beside_the_loop(
    town: Town, monkeypatch: pytest.MonkeyPatch, at_once: int, in_the_loop: list[bool]
) -> None:
    hanako = await walked(town, uploads=3)
    monkeypatch.setattr(samples, "SAMPLES_AT_ONCE_MAX", at_once)
    decoded = threads_of(monkeypatch, samples)
    answer = await town.get(f"/v1/me/samples?metric=steps&{SPAN}", hanako)
    assert answer.json["values"] == [10, 20, 30] * 3
    assert decoded == in_the_loop


async def test_a_span_in_which_too_much_is_stored_is_refused_before_all_of_it_is_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako = await walked(town, uploads=3)
    monkeypatch.setattr(samples, "SAMPLES_AT_ONCE_MAX", 2)
    monkeypatch.setattr(samples, "SAMPLES_READ_MAX", 5)
    decoded = threads_of(monkeypatch, samples)
    answer = await town.get(f"/v1/me/samples?metric=steps&points=4&{SPAN}", hanako)
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == "to"
    assert len(decoded) == 2


async def test_records_that_overlap_are_counted_beside_the_loop_however_few(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([10, 20, 30]) | {"lengths_ms": [15 * 60_000] * 3})
    in_the_loop: list[bool] = []
    count, loop = samples.counted_day, threading.get_ident()

    def noted(*of: Any) -> Any:
        in_the_loop.append(threading.get_ident() == loop)
        return count(*of)

    monkeypatch.setattr(samples, "counted_day", noted)
    answer = await town.get(f"/v1/me/samples?metric=steps&{SPAN}", hanako)
    assert answer.status == 200
    assert in_the_loop
    assert not any(in_the_loop)


@pytest.mark.parametrize(
    ("module", "limit", "field"),
    [(uncountable, "PARTS_OF_A_DAY_MAX", "source"), (samples, "PARTS_READ_MAX", "to")],
)
async def test_more_overlap_than_is_counted_is_refused_with_the_limit(
    town: Town, monkeypatch: pytest.MonkeyPatch, module: Any, limit: str, field: str
) -> None:
    monkeypatch.setattr(module, limit, 1)
    hanako = await town.resident()
    await town.upload(hanako, steps([10, 20, 30]) | {"lengths_ms": [15 * 60_000] * 3})
    answer = await town.get(f"/v1/me/samples?metric=steps&{SPAN}", hanako)
    assert (answer.status, answer.json["type"]) == (422, "urn:wellness:invalid_span")
    assert answer.json["errors"][0]["field"] == field
