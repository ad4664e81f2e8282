from tests.conftest import *
from tests.town import Town
from tests.wellness_api.redemptions.shop import *
import time
async def test_plan(town: Town):
    code = await offer(town, "voucher_code")
    await town.owner.execute("INSERT INTO rewards.item_unit (item, unit, code, is_taken) SELECT 'voucher-code', n, 'c' || n, n < 190000 FROM generate_series(1, 200000) n")
    for analyse in (False, True):
        if analyse: await town.owner.execute("ANALYZE rewards.item_unit")
        rows = await town.owner.fetch("EXPLAIN ANALYZE SELECT unit FROM rewards.item_unit WHERE item = 'voucher-code' AND NOT is_taken ORDER BY unit LIMIT 1 FOR UPDATE SKIP LOCKED")
        print("\n".join(r[0] for r in rows))
    hanako = await rich_resident(town, points=100000)
    for _ in range(3):
        t=time.perf_counter()
        for _ in range(100):
            assert (await redeem(town, hanako, code)).status == 201
        print("ms each", (time.perf_counter()-t)*10)
