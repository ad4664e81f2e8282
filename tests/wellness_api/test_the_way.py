"""The whole way, from an upload to points, a wallet and an indicator."""

from datetime import timedelta

from tests.town import NOON, Town, local_morning, steps


async def test_steps_become_points_with_their_reason(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    receipt = await town.upload(hanako, steps([100] * 45))
    assert receipt.status == 201
    assert receipt.json["accepted"] == 45
    await town.settle()

    today = (await town.get("/v1/me/today", hanako)).json
    assert today["steps"] == 4_500
    assert today["points_today"] == 2
    wallet = (await town.get("/v1/me/wallet", hanako)).json
    assert (wallet["pending"], wallet["balance"]) == (2, 0)
    # The late window's fourteen days after the day, and the points are there to spend.
    assert wallet["next_spendable"] == {"points": 2, "from_day": "2026-12-03"}
    (entry,) = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert entry["points"] == 2
    assert entry["rule"] == "walk"
    assert entry["kind"] == "award"
    assert "4,500" in entry["reason"]["en"]

    town.clock.advance(timedelta(days=15))
    await town.worker.turn_day()
    wallet = (await town.get("/v1/me/wallet", hanako)).json
    assert (wallet["pending"], wallet["balance"]) == (0, 2)
    newest, _ = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert (newest["kind"], newest["points"]) == ("spendable", 2)


async def test_an_upload_of_yesterday_counts_for_yesterday(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    yesterday = local_morning(NOON.date()).replace(day=17)
    await town.upload(hanako, steps([100] * 30, start=yesterday))
    await town.settle()
    assert [(rule, day.day, points) for _, rule, day, points in await town.awards()] == [
        ("walk", 17 if yesterday.hour < 15 else 18, 1)
    ]
