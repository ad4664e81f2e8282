"""Uploads by an enrolled gateway: signed on the box, for the resident whose card was shown."""

from datetime import timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_bridge.keys import key_id
from device_bridge.signing import sign
from tests.town import NOON, Answer, Person, Town, ms
from wellness_api.identity.accounts.enrolment import enrol_gateway, give_card

CARD = "card-0001"


async def centre(town: Town) -> tuple[Ed25519PrivateKey, Person]:
    """A gateway's key, and a resident with a card."""
    key = Ed25519PrivateKey.generate()
    public_key = key.public_key()
    await enrol_gateway(
        town.owner, "中央", key_id=key_id(public_key), public_key=public_key.public_bytes_raw()
    )
    hanako = await town.resident()
    await give_card(town.owner, hanako.principal_id, CARD)
    return key, hanako


def body(*, card: str | None = CARD, weight: float = 62.4) -> bytes:
    batch = {
        "metric": "body_weight",
        "source": "station:scale-1",
        "times_ms": [ms(NOON)],
        "values": [weight],
    }
    return msgspec.json.encode({"batches": [batch], "card": card} if card else {"batches": [batch]})


def signed(town: Town, key: Ed25519PrivateKey, content: bytes, number: int = 1) -> dict[str, str]:
    return sign(
        key=key,
        method="POST",
        path="/v1/uploads",
        content_type="application/json",
        idempotency_key=f"gateway-{number:04}",
        body=content,
        now=town.clock(),
    )


async def post(town: Town, content: bytes, headers: dict[str, str]) -> Answer:
    return await town.call("POST", "/v1/uploads", data=content, headers=headers)


def reason(answer: Answer) -> tuple[int, Any]:
    return answer.status, answer.json["type"].removeprefix("urn:wellness:")


async def test_a_signed_upload_is_the_card_holders(town: Town) -> None:
    key, hanako = await centre(town)
    answer = await post(town, body(), signed(town, key, body()))
    assert (answer.status, answer.json["accepted"]) == (201, 1)
    await town.settle()
    (weight,) = (await town.get("/v1/me/today", hanako)).json["measures"]
    assert (weight["metric"], weight["value"], weight["unit"]) == ("body_weight", 62.4, "kg")


async def test_a_retry_signed_anew_gets_the_same_receipt(town: Town) -> None:
    key, _ = await centre(town)
    first = await post(town, body(), signed(town, key, body()))
    again = await post(town, body(), signed(town, key, body()))
    assert (again.status, again.json) == (200, first.json)


async def test_a_captured_request_sent_again_is_refused(town: Town) -> None:
    key, _ = await centre(town)
    headers = signed(town, key, body())
    assert (await post(town, body(), headers)).status == 201
    assert reason(await post(town, body(), headers)) == (401, "signature_replayed")


async def test_another_body_under_a_good_signature_is_refused(town: Town) -> None:
    key, _ = await centre(town)
    headers = signed(town, key, body(weight=62.4))
    answer = await post(town, body(weight=82.4), headers)
    assert reason(answer) == (401, "signature_digest_mismatch")
    assert await town.owner.fetchval("SELECT count(*) FROM health.upload") == 0


async def test_an_old_signature_is_refused(town: Town) -> None:
    key, _ = await centre(town)
    headers = signed(town, key, body())
    town.clock.advance(timedelta(minutes=6))
    assert reason(await post(town, body(), headers)) == (401, "signature_expired")


async def test_a_key_that_is_not_enrolled_is_refused(town: Town) -> None:
    await centre(town)
    stranger = Ed25519PrivateKey.generate()
    answer = await post(town, body(), signed(town, stranger, body()))
    assert reason(answer) == (401, "signature_unknown_key")


async def test_a_revoked_key_is_refused_from_the_next_request_on(town: Town) -> None:
    key, _ = await centre(town)
    assert (await post(town, body(), signed(town, key, body()))).status == 201
    await town.owner.execute("UPDATE identity.gateway_key SET revoked_at = now()")
    answer = await post(town, body(), signed(town, key, body(), number=2))
    assert answer.status == 401


async def test_an_unknown_card_is_refused_with_what_to_do(town: Town) -> None:
    key, _ = await centre(town)
    content = body(card="card-9999")
    answer = await post(town, content, signed(town, key, content))
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "card")
    assert "counter" in answer.json["detail"]


async def test_a_gateway_must_say_whose_measurement_it_is(town: Town) -> None:
    key, _ = await centre(town)
    content = body(card=None)
    answer = await post(town, content, signed(town, key, content))
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "card")


async def test_one_cuff_whose_clock_is_ahead_spoils_nothing_of_an_upload(town: Town) -> None:
    key, _ = await centre(town)
    ahead = ms(NOON + timedelta(minutes=4))
    content = msgspec.json.encode(
        {
            "batches": [
                {
                    "metric": metric,
                    "source": f"station:{metric}",
                    "times_ms": [time_ms],
                    "values": [value],
                }
                for metric, time_ms, value in (
                    ("body_weight", ms(NOON), 62.4),
                    ("systolic_pressure", ahead, 128.0),
                )
            ],
            "card": CARD,
        }
    )
    answer = await post(town, content, signed(town, key, content))
    assert (answer.status, answer.json["accepted"], answer.json["refused"]) == (201, 2, 0)
    assert [batch["from_clock_ahead"] for batch in answer.json["batches"]] == [0, 1]
    town.clock.advance(timedelta(minutes=5))
    again = await post(town, content, signed(town, key, content))
    assert (again.status, again.json) == (200, answer.json)
