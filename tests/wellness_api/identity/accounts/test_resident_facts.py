"""What rules ask for about residents besides samples."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.town import JOINED_BEFORE, NOON, Person, Town
from wellness_api.identity.accounts.enrolment import NewResident, enrol_residents
from wellness_api.identity.accounts.resident_facts import (
    ConsentSpan,
    Membership,
    ResidentFacts,
    consent_spans,
    residents_of,
)

TODAY = NOON.date()
DAY = timedelta(days=1)


async def facts(town: Town, *ids: int) -> list[ResidentFacts]:
    """As the worker reads them."""
    async with town.worker_pool.acquire() as connection:
        return await residents_of(connection, ids)


async def say(town: Town, person: Person, *, given: bool) -> None:
    await town.call(
        "PUT",
        "/v1/me/consents/research",
        json={"given": given, "version": 1},
        headers=person.headers,
    )


async def test_everything_about_a_resident_comes_at_once(town: Town) -> None:
    hanako = await town.resident(birth_year=1948, zone="kita")
    body = {"name": "朝の散歩", "size_max": 2}
    await town.call("POST", "/v1/me/team", json=body, headers=hanako.headers)
    await say(town, hanako, given=True)
    town.clock.advance(2 * DAY)
    await say(town, hanako, given=False)
    await town.call("DELETE", "/v1/me/team", headers=hanako.headers)
    await town.call("POST", "/v1/me/team", json=body, headers=hanako.headers)
    team_ids = [
        row["team_id"]
        for row in await town.owner.fetch("SELECT team_id FROM rewards.team ORDER BY team_id")
    ]
    assert await facts(town, hanako.principal_id) == [
        ResidentFacts(
            resident_id=hanako.principal_id,
            birth_year=1948,
            time_zone="Asia/Tokyo",
            joined_day=TODAY - JOINED_BEFORE,
            zone="kita",
            channel="phone",
            memberships=[
                Membership(team_ids[0], TODAY + DAY, TODAY + 2 * DAY),
                Membership(team_ids[1], TODAY + 3 * DAY, None),
            ],
            consents=[ConsentSpan("research", TODAY, TODAY + 2 * DAY)],
            consent_entries=2,
        )
    ]


async def test_the_order_is_the_one_asked_for_and_who_is_not_enrolled_is_left_out(
    town: Town,
) -> None:
    hanako, taro = await town.residents(2)
    staff = await town.staff("health_staff")
    residents = await facts(town, taro.principal_id, staff.principal_id, 10**9, hanako.principal_id)
    assert [resident.resident_id for resident in residents] == [
        taro.principal_id,
        hanako.principal_id,
    ]


async def test_the_day_of_joining_is_the_residents_own(town: Town) -> None:
    (resident_id,) = await enrol_residents(
        town.owner,
        [NewResident("花子", 1950, "female", "chuo", "paper")],
        time_zone="Asia/Tokyo",
        enrolled_at=datetime(2026, 11, 1, 15, 0, tzinfo=UTC),
    )
    (resident,) = await facts(town, resident_id)
    assert (resident.joined_day, resident.channel) == (date(2026, 11, 2), "paper")


ONE, TWO, THREE = date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3)


@pytest.mark.parametrize(
    ("said", "spans"),
    [
        ([], []),
        ([("a", True, ONE)], [("a", ONE, None)]),
        ([("a", True, ONE), ("a", True, TWO)], [("a", ONE, None)]),
        ([("a", True, ONE), ("a", False, TWO)], [("a", ONE, TWO)]),
        ([("a", True, ONE), ("a", False, ONE)], [("a", ONE, ONE)]),
        (
            [("a", True, ONE), ("b", True, ONE), ("a", False, TWO), ("a", True, THREE)],
            [("a", ONE, TWO), ("b", ONE, None), ("a", THREE, None)],
        ),
        ([("a", False, ONE)], []),
    ],
)
def test_consents_are_in_force_from_the_yes_to_the_day_of_the_no(
    said: list[tuple[str, bool, date]], spans: list[tuple[str, date, date | None]]
) -> None:
    assert consent_spans(said) == [ConsentSpan(*span) for span in spans]
