"""A resident who used everything that the product has, so that an erasure has something to find in every table."""

from typing import Any
from uuid import UUID

import numpy as np

from tests.town import NOON, Person, Town, local_morning, steps
from tests.wellness_api.rewards.redemptions.shop import give_points, offer, redeem
from wellness_api.identity.accounts.enrolment import give_card, print_code

CARD = "card-of-someone-who-leaves"
SOURCE = "watch:leaves-no-trace-5f1e"
RECORD = UUID("9b2f4c1e-75aa-4c0d-8e6f-13d7a2b4c6e8")
"""Of a sender's id, as the database keeps it."""


async def use_everything(town: Town, name: str) -> Person:
    """Enrols the resident with a card; they send samples, records and a file, choose and delete sources, get points."""
    person = await town.resident(name)
    who = person.principal_id
    await give_card(town.owner, who, CARD)
    await print_code(town.owner, who, now=town.clock())
    for sent in (
        await town.upload(person, steps([100] * 60, source=SOURCE)),
        await town.upload(person, heart_rates()),
        await town.upload(person, steps([1] * 3, source="phone:deleted")),
    ):
        assert sent.status == 201, sent.json
    chosen = await town.call(
        "PUT", "/v1/me/sources/steps", json={"sources": [SOURCE]}, headers=person.headers
    )
    assert chosen.status == 204, chosen.json
    await town.settle()
    await redeem_something(town, person)
    await town.owner.execute(
        "INSERT INTO health.deleted_source (resident_id, source, sequence) VALUES ($1, 'phone:deleted', 1)",
        who,
    )
    await town.owner.execute(
        "INSERT INTO health.record (resident_id, record, revision, sequence, last_day, source, times)"
        " VALUES ($1, $2, 0, 1, $3, $4, '\\x00')",
        *(who, RECORD, NOON.date(), SOURCE),
    )
    await town.owner.execute("INSERT INTO health.record_turn VALUES ($1, 1)", who)
    await town.owner.execute(
        "INSERT INTO health.whole_state (resident_id, metric, source, sequence, last_day, spans)"
        " VALUES ($1, 1, $2, 1, $3, '\\x90')",
        *(who, SOURCE, NOON.date()),
    )
    await town.owner.execute(
        "WITH import AS (INSERT INTO health.import (resident_id, idempotency_key, form, file_bytes, part_bytes, created_at)"
        " VALUES ($1, gen_random_uuid(), 'apple-health', 10, 10, $2) RETURNING import_id)"
        " INSERT INTO health.import_part (resident_id, import_id, number, digest, content)"
        " SELECT $1, import_id, 0, gen_random_uuid(), 'a file of someone who leaves' FROM import",
        who,
        town.clock(),
    )
    await town.owner.execute(
        "INSERT INTO rewards.draw_entrant (resident_id, draw, person) VALUES ($1, 'closed', 'someone')",
        who,
    )
    await town.owner.execute(
        "INSERT INTO rewards.day_in_time (resident_id, programme, version, day, figure, value)"
        " VALUES ($1, 'yokohama', 1, $2, 1, 5000)",
        *(who, NOON.date()),
    )
    await town.owner.execute(
        "INSERT INTO rewards.group_award (resident_id, programme, rule, period_start, period_end, points, facts)"
        " VALUES ($1, 'yokohama', 'city', $2, $2, 0, '{}')",
        *(who, NOON.date()),
    )
    await town.owner.execute(
        "INSERT INTO rewards.missed_prize (resident_id, day, programme, rule, version, facts)"
        " VALUES ($1, $2, 'yokohama', 'lucky', 1, '{}')",
        *(who, NOON.date()),
    )
    await town.owner.execute(
        "INSERT INTO work.set_aside (resident_id, kind, item, reason, since, last_at, tries)"
        " VALUES ($1, 'day', '2026-11-01', 'a reason', $2, $2, 1)",
        *(who, town.clock()),
    )
    await town.owner.execute(
        "INSERT INTO work.programme_day VALUES ($1, '2026-11-01', 'yokohama version 1')", who
    )
    await town.owner.execute(
        "INSERT INTO health.correction (resident_id, key, kind, asked_at, sequence, from_ms, until_ms, by_ms)"
        " VALUES ($1, gen_random_uuid(), 'deletion', $2, 1, 0, 1, 0)",
        *(who, town.clock()),
    )
    await take_part(town, person)
    # One more, that the worker has not taken in yet.
    await town.upload(person, steps([7], start=local_morning(NOON.date().replace(day=15))))
    return person


async def redeem_something(town: Town, person: Person) -> None:
    """A donation that is settled with its recipient."""
    await give_points(town, person, points=100)
    redeemed = await redeem(town, person, await offer(town, "donation"))
    assert redeemed.status == 201, redeemed.json
    number = await town.owner.fetchval(
        "SELECT rewards.settle('furano-market', $1::date, $1::date, $2)", NOON.date(), town.clock()
    )
    await town.owner.execute(
        "INSERT INTO rewards.settled_redemption (resident_id, redemption_id, settlement)"
        " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        *(person.principal_id, redeemed.json["redemption_id"], number),
    )


async def take_part(town: Town, person: Person) -> None:
    """Consents, makes a team and tries a code."""
    for method, path, body, status in (
        ("PUT", "/v1/me/consents/research", {"given": True, "version": 1}, 200),
        ("POST", "/v1/me/team", {"name": "去る人の会", "size_max": 2}, 201),
        ("POST", "/v1/me/check-ins", {"code": "00000000"}, 422),
    ):
        headers = person.headers | {"Idempotency-Key": f"leaves-{method}-{status}"}
        answer = await town.call(method, path, json=body, headers=headers)
        assert answer.status == status, answer.json


def heart_rates() -> dict[str, Any]:
    """So many and so irregular that their compressed columns are long, and like no others."""
    draws = np.random.default_rng(20261118)
    first = round(local_morning(NOON.date()).timestamp() * 1000)
    times = first + np.cumsum(draws.integers(1_000, 9_000, 1_500))
    return {
        "metric": "heart_rate",
        "source": SOURCE,
        "times_ms": times.tolist(),
        "values": draws.integers(50, 160, 1_500).tolist(),
    }


async def leave(town: Town, person: Person, body: Any = None) -> Any:
    """The resident's own request."""
    return await town.call(
        "DELETE", "/v1/me", json=body or {"confirm": "erase"}, headers=person.headers
    )
