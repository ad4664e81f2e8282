"""Redeeming stays as quick when most of a large stock is taken, with fresh statistics and without any."""

import pytest

from tests.town import Town
from tests.wellness_api.rewards.redemptions.shop import offer

FREE_UNIT = (
    "EXPLAIN SELECT unit FROM rewards.item_unit WHERE item = 'voucher-code' AND NOT is_taken"
    " ORDER BY unit LIMIT 1 FOR UPDATE SKIP LOCKED"
)


@pytest.mark.parametrize("statistics", ["none", "fresh"])
async def test_a_free_unit_is_found_without_reading_those_that_are_taken(
    town: Town, statistics: str
) -> None:
    await offer(town, "voucher_code")
    await town.owner.execute(
        "INSERT INTO rewards.item_unit (item, unit, code, is_taken)"
        " SELECT 'voucher-code', unit, 'C-' || unit, unit < 19_000 FROM generate_series(1, 20_000) AS unit"
    )
    if statistics == "fresh":
        await town.owner.execute("ANALYZE rewards.item_unit")
    plan = "\n".join(row[0] for row in await town.owner.fetch(FREE_UNIT))
    assert "using item_unit_free" in plan, plan
    assert "Sort" not in plan, plan
    assert await town.owner.fetchval("SELECT rewards.free_unit('voucher-code')") == 19_000
