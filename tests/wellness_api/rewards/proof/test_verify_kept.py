"""Totals and day summaries are verified too, and a redemption that does not exist is found from either side."""

import asyncio
from datetime import timedelta

import click.testing
import pytest

from tests.town import NOON, Person, Town, local_morning, steps
from tests.wellness_api.rewards.redemptions.shop import give_points, offer, redeem
from wellness_api.rewards.awards.totals import add_award_changes
from wellness_api.rewards.proof import nightly, summaries
from wellness_api.rewards.proof.commands import ledger
from wellness_api.rewards.proof.summaries import SummariesVerified, verify_summaries
from wellness_api.rewards.proof.verify import Verification, verify_ledger

TODAY = NOON.date()


async def verify(town: Town) -> Verification:
    async with town.owner.transaction():
        return await verify_ledger(town.owner, on_step=lambda *_: None)


async def verify_days(town: Town) -> SummariesVerified:
    async with town.owner.transaction():
        return await verify_summaries(town.owner, on_step=lambda *_: None)


async def walk(town: Town, person: Person, minutes: int, *, back: int = 0) -> None:
    morning = local_morning(TODAY - timedelta(days=back))
    pulse = steps([61.5, 70.25], start=morning) | {"metric": "heart_rate"}
    await town.upload(person, steps([100] * minutes, start=morning), pulse)
    await town.settle()


@pytest.fixture
async def people(town: Town) -> list[Person]:
    """Three who walked on three days, one of them with a correction and a day of two devices."""
    await town.put_in_force()
    people = await town.residents(3)
    for place, person in enumerate(people):
        for back in range(3):
            await walk(town, person, 40 + 10 * place + back, back=back)
    await town.upload(people[0], steps([None] * 10, revision=1))
    await town.upload(people[1], steps([90] * 70, source="watch:w"))
    await town.settle()
    return people


# redemptions


async def test_points_that_were_redeemed_without_a_redemption_are_found(town: Town) -> None:
    (hanako,) = await town.residents(1)
    await give_points(town, hanako, points=100)
    assert (await verify(town)).is_sound
    for debit, credit in (("wallet", "held"), ("held", "redeemed")):
        await town.owner.execute(
            "SELECT rewards.append_transfer($1, $2, $3, $4, $5, 30, NULL, '{}')",
            *(hanako.principal_id, NOON, TODAY, debit, credit),
        )
    verification = await verify(town)
    assert verification.redemptions == [(hanako.principal_id, None, "unnamed")]
    assert (verification.balances, verification.chains) == ([], [])


async def test_a_redemption_that_no_transfer_names_is_found(town: Town) -> None:
    (hanako,) = await town.residents(1)
    await give_points(town, hanako, points=1_000)
    donation = await offer(town, "donation")
    assert (await redeem(town, hanako, donation)).status == 201
    assert (await verify(town)).is_sound
    await town.owner.execute(
        "INSERT INTO rewards.redemption (resident_id, redemption_id, idempotency_key, content_digest, item, version,"
        " points, state, day, begun_at, held_until, ended_at, confirmed_on)"
        " SELECT resident_id, 4711, gen_random_uuid(), gen_random_uuid(), item, version, points, state, day, begun_at,"
        " held_until, ended_at, confirmed_on FROM rewards.redemption"
    )
    assert (await verify(town)).redemptions == [(hanako.principal_id, 4711, "unmoved")]


# totals


@pytest.mark.parametrize("are_added", [False, True])
async def test_totals_are_the_sums_of_the_transfers_before_and_after_they_are_added_up(
    town: Town, people: list[Person], are_added: object
) -> None:
    if are_added:
        await add_award_changes(town.owner)
    assert people
    assert (await verify(town)).totals == []


@pytest.mark.parametrize(
    ("statement", "totals"),
    [
        ("UPDATE rewards.programme_total SET points_awarded = points_awarded + 7", ["points"]),
        ("UPDATE rewards.programme_total SET residents_awarded = 99", ["residents"]),
        ("DELETE FROM rewards.programme_total", ["points", "residents"]),
        (
            "INSERT INTO rewards.award_change (programme, version, points, residents) VALUES ('yokohama', 1, 5, 0)",
            ["points"],
        ),
        (
            "INSERT INTO rewards.programme_total VALUES ('nowhere', 1, 5, 1, now())",
            ["points", "residents"],
        ),
    ],
)
async def test_a_total_that_somebody_changed_is_found_and_mended_by_the_nightly_check(
    town: Town, people: list[Person], statement: str, totals: list[str]
) -> None:
    assert people
    await add_award_changes(town.owner)
    await town.owner.execute(statement)
    verification = await verify(town)
    assert [total.total for total in verification.totals] == totals
    assert not verification.is_sound
    await town.worker.turn_day()
    await town.worker.check_ledger()
    kept = await town.owner.fetchval("SELECT totals_differing FROM rewards.ledger_check")
    assert kept == len(totals)
    if "nowhere" not in statement:
        assert (await verify(town)).totals == []


# day summaries


async def test_summaries_are_what_their_samples_come_to(town: Town, people: list[Person]) -> None:
    assert people
    verified = await verify_days(town)
    assert (verified.differences, verified.failed, verified.days) == ([], [], 9)


@pytest.mark.parametrize(
    ("statement", "figures"),
    [
        ("UPDATE health.day_summary SET value = value + 1 WHERE figure = {steps}", ["steps"]),
        ("UPDATE health.day_summary SET value = 999 WHERE figure = 2", ["heart_rate"]),
        ("UPDATE health.day_summary SET sample_count = 1 WHERE figure = {steps}", ["steps"]),
        (
            "UPDATE health.day_summary SET measured_at = measured_at - interval '1 min' WHERE figure = {steps}",
            ["steps"],
        ),
        ("DELETE FROM health.day_summary WHERE figure = {steps}", ["steps"]),
        ("DELETE FROM health.segment WHERE metric = {steps}", ["steps"]),
        (
            (
                "INSERT INTO health.day_summary SELECT resident_id, day - 40, figure, value,"
                " sample_count, measured_at FROM health.day_summary WHERE figure = {steps}"
            ),
            ["steps"],
        ),
    ],
)
async def test_a_summary_or_a_sample_that_somebody_changed_is_found(
    town: Town, people: list[Person], statement: str, figures: list[str]
) -> None:
    number = await town.owner.fetchval(
        "SELECT min(figure) FROM health.day_summary WHERE value > 500"
    )
    whose = f" AND resident_id = {people[2].principal_id}"
    await town.owner.execute(statement.format(steps=number) + whose)
    verified = await verify_days(town)
    assert sorted({difference.figure for difference in verified.differences}) == figures
    assert {difference.resident_id for difference in verified.differences} == {
        people[2].principal_id
    }
    assert len(verified.differences) == 3 * len(figures)


async def test_days_that_wait_for_the_worker_or_are_set_aside_are_not_judged(
    town: Town, people: list[Person]
) -> None:
    await town.upload(people[0], steps([300] * 60, source="watch:w"))
    await town.owner.execute(
        "UPDATE health.day_summary SET value = 1 WHERE resident_id = $1 AND day = $2",
        *(people[1].principal_id, TODAY),
    )
    await town.owner.execute(
        "INSERT INTO work.set_aside (resident_id, kind, item, reason, since, last_at, tries)"
        " VALUES ($1, 'day', $2, 'test', $3, $3, 1)",
        *(people[1].principal_id, str(TODAY), NOON),
    )
    verified = await verify_days(town)
    assert (verified.differences, verified.days) == ([], 7)
    await town.settle()
    assert (await verify_days(town)).days == 8


async def test_each_night_goes_on_where_the_last_one_ended_and_comes_round(
    town: Town, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "RESIDENTS_PER_STEP", 1)
    monkeypatch.setattr(nightly, "SUMMARY_DAYS_MAX", 4)
    await town.owner.execute(
        "UPDATE health.day_summary SET value = value + 1 WHERE resident_id = $1 AND figure < 1001",
        people[2].principal_id,
    )
    nights = []
    for _ in range(4):
        assert await town.worker.turn_day()
        await town.worker.check_ledger()
        nights.append(
            await town.owner.fetchval(
                "SELECT summaries_differing FROM rewards.ledger_check ORDER BY day DESC LIMIT 1"
            )
        )
        town.clock.advance(timedelta(days=1))
    # Six days of two residents, then three of the third and to the end; and from the first again.
    assert nights == [0, 6, 0, 6]
    metrics = (await town.get("/metrics")).body.decode()
    assert 'wellness_ledger_differences{what="summaries"} 6.0' in metrics


async def test_a_resident_of_whom_it_breaks_off_keeps_nobody_elses_days_unverified(
    town: Town, people: list[Person]
) -> None:
    await town.owner.execute(
        "UPDATE health.segment SET times = '\\x00' WHERE resident_id = $1", people[0].principal_id
    )
    verified = await verify_days(town)
    assert [who for who, _ in verified.failed] == [people[0].principal_id]
    assert (verified.days, verified.differences) == (6, [])


async def test_the_command_says_which_total_and_which_day(town: Town, people: list[Person]) -> None:
    await add_award_changes(town.owner)
    assert town.settings.database_url is not None
    runner = click.testing.CliRunner(env={"WELLNESS_DATABASE_URL": town.settings.database_url})
    said = await asyncio.to_thread(runner.invoke, ledger, ["verify"])
    assert said.exit_code == 0, said.output
    assert "and 9 days' summaries as their samples" in said.output
    await town.owner.execute("UPDATE rewards.programme_total SET residents_awarded = 99")
    await town.owner.execute(
        "UPDATE health.day_summary SET value = 1 WHERE resident_id = $1 AND day = $2 AND figure = 1",
        *(people[0].principal_id, TODAY),
    )
    said = await asyncio.to_thread(runner.invoke, ledger, ["verify"])
    assert "programme yokohama version 1: the total of residents is 99, by the transfers 3" in (
        said.output
    )
    assert f"resident {people[0].principal_id}, {TODAY}: the summary of steps is not" in said.output
    assert "1 totals, 1 summaries of days" in str(said.exception)
