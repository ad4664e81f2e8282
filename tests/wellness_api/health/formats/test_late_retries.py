"""The same request gets the same answer again, however late: a key stands for what was sent, not for what is made of it."""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import pytest

from tests.town import NOON, Answer, Person, Town
from tests.wellness_api.health.formats.fit_files import MORNING
from tests.wellness_api.health.formats.stores import DATA
from wellness_api.health.formats.table import FORMATS
from wellness_api.http.zstd import zstd
from wellness_api.identity.accounts.enrolment import give_tokens

EIGHT: Final = datetime(2026, 11, 17, 23, 0, tzinfo=UTC)
"""In the middle of what the fixtures tell, so that some of it lies ahead when it is sent first."""


class Sync(NamedTuple):
    """A request of which a part cannot be taken yet at `at`; then all of it can."""

    form: str
    body: bytes
    content_type: str = "application/json"
    query: Mapping[str, str] = {}
    at: datetime = EIGHT


def row(time: str, value: int) -> dict[str, Any]:
    return {"metric": "steps", "source": "phone:a", "time": time, "value": value}


def changed(at: str) -> dict[str, Any]:
    """A record of the morning whose edit is taken for none while its time lies ahead."""
    return {
        "type": "StepsRecord",
        "metadata": {"id": "a", "dataOrigin": "a.b", "lastModifiedTime": at},
        "startTime": "2026-11-17T22:00:00Z",
        "endTime": "2026-11-17T22:10:00Z",
        "count": 500,
    }


SYNCS: Final = {
    "a row ahead of its time": Sync(
        "rows",
        json.dumps(
            {
                "samples": [
                    row("2026-11-18T07:00:00+09:00", 50),
                    row("2026-11-18T08:04:00+09:00", 60),
                ]
            }
        ).encode(),
    ),
    "a table with the total of today": Sync(
        "csv",
        b"d,s\n2026-11-17,5000\n2026-11-18,3000\n",
        "text/csv",
        {"date": "d", "value": "steps_day_total:s", "source": "phone:a"},
    ),
    "an edit ahead of its time": Sync(
        "health-connect", json.dumps({"records": [changed("2026-11-17T23:04:00Z")]}).encode()
    ),
    "Health Connect in the middle of its day": Sync(
        "health-connect", (DATA / "health_connect_day.json").read_bytes()
    ),
    "HealthKit in the middle of its day": Sync(
        "healthkit", (DATA / "healthkit_day.json").read_bytes()
    ),
    "FHIR in the middle of its morning": Sync(
        "fhir", (DATA / "fhir_morning.json").read_bytes(), "application/fhir+json"
    ),
    "Open mHealth in the middle of its day": Sync(
        "open-mhealth", (DATA / "open_mhealth_day.json").read_bytes()
    ),
    "a watch's file in the middle of its morning": Sync(
        "fit", MORNING, "application/vnd.ant.fit", at=EIGHT - timedelta(minutes=110)
    ),
}

every_sync = pytest.mark.parametrize("sync", SYNCS.values(), ids=SYNCS)


def test_every_format_is_among_them() -> None:
    assert {sync.form for sync in SYNCS.values()} == {form.name for form in FORMATS}


async def ask(
    town: Town, person: Person, sync: Sync, *, encoding: str = "identity", key: str = "late-retry"
) -> Answer:
    headers = {
        "Idempotency-Key": key,
        "Content-Type": sync.content_type,
        "Content-Encoding": encoding,
    }
    encoded = {"identity": bytes, "gzip": gzip.compress, "zstd": zstd.compress}[encoding]
    return await town.call(
        "POST",
        f"/v1/uploads/{sync.form}",
        params=sync.query,
        data=encoded(sync.body),
        headers=person.headers | headers,
    )


async def abroad(town: Town, person: Person) -> Person:
    """The same, in Los Angeles from now on; under a new token, since the old one's zone is remembered for a moment."""
    await town.move_to(person, "America/Los_Angeles")
    (token,) = await give_tokens(
        town.owner, [person.principal_id], expires_at=NOON + timedelta(days=36_500)
    )
    return Person(person.principal_id, token)


@every_sync
async def test_a_retry_gets_the_same_answer_however_late(town: Town, sync: Sync) -> None:
    hanako = await town.resident()
    town.clock.now = sync.at
    first = await ask(town, hanako, sync)
    assert first.status == 201, first.body
    stored = await town.owner.fetchval("SELECT count(*) FROM health.segment")
    town.clock.now = sync.at + timedelta(minutes=5)
    assert await again(town, hanako, sync, encoding="gzip") == first.json
    # Another zone, another day, and months after the last sample of it is kept.
    hanako = await abroad(town, hanako)
    for later, encoding in ((1, "zstd"), (800, "identity")):
        town.clock.now = NOON + timedelta(days=later)
        assert await again(town, hanako, sync, encoding=encoding) == first.json
    assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == stored


async def again(town: Town, person: Person, sync: Sync, *, encoding: str) -> Any:
    answer = await ask(town, person, sync, encoding=encoding)
    assert answer.status == 200, answer.body
    return answer.json


@every_sync
async def test_another_body_or_query_under_the_key_is_refused(town: Town, sync: Sync) -> None:
    hanako = await town.resident()
    assert (await ask(town, hanako, sync)).status == 201
    # A file of a watch may hold several, one behind the other.
    other_body = sync.body * 2 if sync.form == "fit" else sync.body.replace(b"5", b"6")
    others = [sync._replace(body=other_body)]
    if sync.query:
        others.append(sync._replace(query=sync.query | {"source": "phone:b"}))
    for other in others:
        answer = await ask(town, hanako, other)
        assert answer.status == 422, answer.body
        assert answer.json["type"] == "urn:wellness:idempotency_key_reused"


async def test_what_was_taken_is_answered_when_nothing_of_it_could_be_taken_now(
    town: Town,
) -> None:
    """A table's day that was over where its sender lived is not over where she lives now."""
    hanako = await town.resident()
    sync = SYNCS["a table with the total of today"]
    sync = sync._replace(body=b"d,s\n2026-11-17,5000\n")
    town.clock.now = datetime(2026, 11, 17, 15, 1, tzinfo=UTC)
    first = await ask(town, hanako, sync)
    assert first.status == 201, first.body
    hanako = await abroad(town, hanako)
    assert (await ask(town, hanako, sync, key="another-key")).status == 422
    assert (await ask(town, hanako, sync)).json["receipt"] == first.json["receipt"]
