"""Days that were kept metric by metric become figures: nothing is lost, and what comes besides is asked for."""

from datetime import date

import asyncpg

from tests.conftest import Servers
from tests.wellness_api.database.test_ledger_migration import database_of
from wellness_api.database.migrate import migrate
from wellness_api.health.figures.catalogue import FIGURE_BY_NUMBER

BEFORE_FIGURES = "0030"

DAYS = """
INSERT INTO identity.principal (principal_id, role, display_name, enrolled_at) OVERRIDING SYSTEM VALUE
VALUES (7, 'resident', '花子', '2026-01-01');
INSERT INTO identity.resident (resident_id, birth_year, sex, zone, time_zone) VALUES (7, 1950, 'female', 'chuo', 'Asia/Tokyo');
UPDATE health.retention SET first_day = '2026-11-01';
INSERT INTO health.day_summary (resident_id, day, metric, value, minimum, maximum, sample_count, measured_at) VALUES
    (7, '2026-10-01', 1, 5000, 0, 120, 60, '2026-10-01 03:00Z'),
    (7, '2026-10-01', 3, 128.5, 121, 136, 2, '2026-10-01 03:00Z'),
    (7, '2026-10-01', 4, 80, 76, 84, 2, '2026-10-01 03:00Z'),
    (7, '2026-11-02', 1, 4000, 0, 110, 50, '2026-11-02 03:00Z'),
    (7, '2026-11-03', 3, 130, 130, 130, 1, '2026-11-03 03:00Z');
INSERT INTO rewards.day_in_time (resident_id, programme, version, day, metric, value, left_out, waits_until) VALUES
    (7, 'yokohama', 1, '2026-11-02', 1, 3000, '[["file", "waits", 1000]]', '2026-11-05');
CREATE TABLE health.segment_202611 PARTITION OF health.segment FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
INSERT INTO health.segment (resident_id, sequence, received_at, revision, day, metric, source, time_first, time_last, times, "values")
SELECT 7, sequence, now(), 0, day, metric, 'phone:p', 0, 0, '', ''
FROM (VALUES (1, date '2026-11-02', 1), (2, '2026-11-03', 3), (3, '2026-11-04', 21), (4, '2026-11-05', 20))
    AS sent (sequence, day, metric);
INSERT INTO work.set_aside (resident_id, kind, item, reason, since, last_at, tries)
VALUES (7, 'day', '2026-11-05', 'test', now(), now(), 1);
"""


async def test_figures_take_the_place_of_metrics_and_pressures_keep_their_extremes(
    servers: Servers,
) -> None:
    url = await database_of(servers, BEFORE_FIGURES, DAYS)
    await migrate(url)
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT day, figure, value FROM health.day_summary")
    kept = {(row["day"], FIGURE_BY_NUMBER[row["figure"]].code): row["value"] for row in rows}
    october = date(2026, 10, 1)
    assert kept == {
        (october, "steps"): 5_000,
        (october, "systolic_pressure"): 128.5,
        (october, "systolic_highest"): 136,
        (october, "systolic_lowest"): 121,
        (october, "diastolic_pressure"): 80,
        (october, "diastolic_highest"): 84,
        (october, "diastolic_lowest"): 76,
        (date(2026, 11, 2), "steps"): 4_000,
        # Its samples are there, and so its extremes come as it is worked out anew.
        (date(2026, 11, 3), "systolic_pressure"): 130,
    }
    in_time = await connection.fetchrow("SELECT * FROM rewards.day_in_time WHERE figure = 1")
    assert (in_time["value"], in_time["waits_until"]) == (3_000, date(2026, 11, 5))
    assert in_time["left_out"] == '[["file", "waits", 1000]]'
    await connection.close()


async def test_days_of_which_further_figures_are_kept_wait_for_the_worker(
    servers: Servers,
) -> None:
    url = await database_of(servers, BEFORE_FIGURES, DAYS)
    await migrate(url)
    connection = await asyncpg.connect(url)
    waiting = await connection.fetch("SELECT day FROM health.pending_day ORDER BY day")
    assert [row["day"].day for row in waiting] == [3, 4], (
        "steps are as they were, and 5 is set aside"
    )
    await connection.close()
