"""The whole way, from an upload to points, a wallet and an indicator."""

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
    assert (await town.get("/v1/me/wallet", hanako)).json["balance"] == 2
    (entry,) = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert entry["points"] == 2
    assert entry["rule"] == "walk"
    assert "4,500" in entry["reason"]["en"]


async def test_an_upload_of_yesterday_counts_for_yesterday(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    yesterday = local_morning(NOON.date()).replace(day=17)
    await town.upload(hanako, steps([100] * 30, start=yesterday))
    await town.settle()
    assert [(rule, day.day, points) for _, rule, day, points in await town.awards()] == [
        ("walk", 17 if yesterday.hour < 15 else 18, 1)
    ]
