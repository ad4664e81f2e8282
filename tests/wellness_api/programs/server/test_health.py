"""For load balancers and dashboards."""

from tests.town import Town, steps


async def test_a_server_with_its_databases_is_alive_and_ready(town: Town) -> None:
    assert (await town.get("/healthz")).json == {"status": "ok"}
    ready = {"status": "ready", "database": "ok", "redis": "ok", "clock": "ok", "schema": "ok"}
    assert (await town.get("/readyz")).json == ready


async def test_uploads_and_samples_are_counted_for_prometheus(town: Town) -> None:
    hanako = await town.resident()

    async def count(line: str) -> float:
        text = (await town.get("/metrics")).body.decode()
        return sum(float(row.split()[-1]) for row in text.splitlines() if row.startswith(line))

    uploads, samples = 'wellness_uploads_total{outcome="stored"}', "wellness_samples_total"
    before = await count(uploads), await count(samples)
    await town.upload(hanako, steps([100, 100, 401]))
    assert (await count(uploads), await count(samples)) == (before[0] + 1, before[1] + 3)


async def test_an_unknown_address_is_a_problem_report(town: Town) -> None:
    answer = await town.get("/v1/nothing-here")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json["type"] == "urn:wellness:not_found"


async def test_every_metric_is_listed_with_its_codes(town: Town) -> None:
    items = (await town.get("/v1/metrics")).json["items"]
    assert {"steps", "heart_rate", "body_weight"} <= {item["code"] for item in items}
    assert all(item["unit"] and item["name"]["ja"] and item["name"]["en"] for item in items)
