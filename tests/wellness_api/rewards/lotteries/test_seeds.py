"""The seeds of daily lotteries: chosen before the day, out after it, and all of them fixed by one anchor."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from tests.town import LATE_WINDOW_DAYS, NOON, Town
from wellness_api.rewards.lotteries.seeds import CHAIN_DAYS, day_seeds

TODAY = NOON.date()


async def test_revealed_seeds_lead_to_the_anchor_that_was_published_before(town: Town) -> None:
    await town.put_in_force()
    await town.worker.draw()
    (chain,) = (await town.get("/v1/lotteries/yokohama")).json["chains"]
    town.clock.advance(timedelta(days=3 + LATE_WINDOW_DAYS))
    await town.worker.draw()
    after = (await town.get("/v1/lotteries/yokohama")).json
    assert chain in after["chains"]
    newest = after["seeds"][0]
    assert newest["day"] == str(TODAY + timedelta(days=1))
    seed, day = bytes.fromhex(newest["seed"]), date.fromisoformat(newest["day"])
    while day >= date.fromisoformat(chain["first_day"]):
        seed, day = sha256(seed).digest(), day - timedelta(days=1)
    assert seed.hex() == chain["anchor"]


async def test_the_next_chain_is_made_sixty_days_before_its_first_day(town: Town) -> None:
    await town.put_in_force()
    town.clock.now = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    await town.worker.draw()
    ahead, now = (await town.get("/v1/lotteries/yokohama")).json["chains"]
    assert (ahead["first_day"], now["first_day"]) == ("2027-01-19", "2024-11-10")
    assert ahead["made_at"].startswith("2026-11-20")


async def test_the_worker_draws_by_the_seeds_that_are_revealed_later(town: Town) -> None:
    await town.put_in_force()
    days = [TODAY, TODAY + timedelta(days=1)]
    async with town.worker_pool.acquire() as connection:
        used = await day_seeds(connection, "yokohama", days, now=town.clock())
        again = await day_seeds(connection, "yokohama", days, now=town.clock())
    assert used == again
    town.clock.advance(timedelta(days=3 + LATE_WINDOW_DAYS))
    await town.worker.draw()
    shown = (await town.get("/v1/lotteries/yokohama")).json["seeds"]
    revealed = {date.fromisoformat(seed["day"]): seed["seed"] for seed in shown}
    assert {day: revealed[day] for day in days} == {day: used[day].hex() for day in days}


async def test_a_seed_is_not_out_before_its_day_is_over_everywhere_and_late_data_too(
    town: Town,
) -> None:
    await town.put_in_force()
    await town.worker.draw()
    shown = (await town.get("/v1/lotteries/yokohama")).json["seeds"]
    assert shown[0]["day"] == str(TODAY - timedelta(days=2 + LATE_WINDOW_DAYS))
    assert len(shown) == 100


async def test_a_worker_that_was_away_reveals_what_it_missed_also_over_two_chains(
    town: Town,
) -> None:
    await town.put_in_force()
    await town.worker.draw()
    town.clock.advance(timedelta(days=CHAIN_DAYS))
    await town.worker.draw()
    await town.worker.draw()
    days = await town.owner.fetch("SELECT day FROM rewards.lottery_seed ORDER BY day")
    revealed_days = [row["day"] for row in days]
    assert revealed_days[-1] == town.clock().date() - timedelta(days=2 + LATE_WINDOW_DAYS)
    assert revealed_days == [
        revealed_days[0] + timedelta(days=day) for day in range(len(revealed_days))
    ]
    assert len((await town.get("/v1/lotteries/yokohama")).json["chains"]) == 2


async def test_a_programme_that_is_not_there_has_no_lottery(town: Town) -> None:
    answer = await town.get("/v1/lotteries/nowhere")
    assert (answer.status, answer.json["type"]) == (404, "urn:wellness:no_such_lottery")
