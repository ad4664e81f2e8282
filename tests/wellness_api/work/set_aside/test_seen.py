"""Staff and Prometheus see what is set aside, without a person; the operator's command line says whom."""

from tests.processes import environment, run
from tests.town import NOON, Town, steps

DAY = NOON.date().isoformat()


async def damaged_day(town: Town) -> int:
    """A resident whose day cannot be worked out, and is set aside."""
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 25))
    await town.owner.execute("UPDATE health.segment SET values = '\\x0bad'")
    await town.settle()
    return hanako.principal_id


async def test_staff_see_what_is_set_aside_and_release_it(town: Town) -> None:
    await damaged_day(town)
    for role in ("health_staff", "programme_officer"):
        staff = await town.staff(role)
        seen = (await town.get("/v1/set-aside", staff)).json
        (kind,), (item,) = seen["kinds"], seen["items"]
        assert (kind["kind"], kind["items"]) == ("day", 1)
        assert (item["kind"], item["item"], item["tries"], item["retry_at"]) == (
            "day",
            DAY,
            1,
            None,
        )
        assert " at wellness_api." in item["reason"]
        assert not any("resident" in name for name in item)
    path = f"/v1/set-aside/{item['set_aside_id']}/release"
    assert (await town.call("POST", path, headers=staff.headers)).status == 204
    assert (await town.call("POST", path, headers=staff.headers)).status == 204
    await town.settle()
    (item,) = (await town.get("/v1/set-aside", staff)).json["items"]
    assert item["tries"] == 2, "it was tried again, and is damaged still"
    gone = await town.call("POST", "/v1/set-aside/99/release", headers=staff.headers)
    assert (gone.status, gone.json["type"]) == (404, "urn:wellness:not_found")


async def test_residents_see_nothing_of_it(town: Town) -> None:
    hanako = await town.resident()
    assert (await town.get("/v1/set-aside", hanako)).status == 403
    answer = await town.call("POST", "/v1/set-aside/1/release", headers=hanako.headers)
    assert answer.status == 403


async def test_the_numbers_are_in_the_metrics_by_kind(town: Town) -> None:
    await damaged_day(town)
    text = (await town.get("/metrics")).body.decode()
    assert 'wellness_set_aside{kind="day"} 1.0' in text
    assert 'wellness_set_aside{kind="erasure"} 0.0' in text
    assert "wellness_database_up 1.0" in text


async def test_the_operator_sees_whom_it_is_about_and_releases_a_kind(town: Town) -> None:
    who = await damaged_day(town)
    assert town.settings.database_url is not None
    settings = environment(town.settings.var_dir, 1) | {
        "WELLNESS_DATABASE_URL": town.settings.database_url
    }
    listed = run("set-aside", "list", settings=settings).stdout
    assert f"day {DAY} resident {who} | " in listed
    assert run("set-aside", "release", settings=settings).returncode == 2
    released = run("set-aside", "release", "--kind", "day", settings=settings)
    assert released.stdout == "1\n"
    unknown = run("set-aside", "release", "99", settings=settings)
    assert (unknown.returncode, "number 99" in unknown.stderr) == (1, True)


async def test_what_can_be_tried_no_more_is_forgotten(town: Town) -> None:
    who = await damaged_day(town)
    await town.owner.execute(
        "INSERT INTO work.set_aside (resident_id, kind, item, reason, since, last_at, tries) VALUES"
        " ($1, 'import', gen_random_uuid()::text, 'x', $2, $2, 1),"
        " ($1, 'upload', '/v1/uploads', 'x', $2::timestamptz - interval '31 days', $2::timestamptz - interval '31 days', 1),"
        " ($1, 'upload', '/v1/fhir', 'x', $2, $2, 1)",
        *(who, town.clock()),
    )
    await town.worker.keep_house()
    left = await town.owner.fetch("SELECT kind, item FROM work.set_aside ORDER BY 1, 2")
    assert [tuple(row) for row in left] == [("day", DAY), ("upload", "/v1/fhir")]
