"""The demo's hall: a class whose screen shows a code all day, and a team that anybody can join."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Final

from wellness_api.database.pool import Connection
from wellness_api.health.formats.naming import source_name
from wellness_api.http.examples import DEMO_TEAM_CODE
from wellness_api.identity.accounts.secrets import digest_of_code
from wellness_api.rewards.check_ins.rotating import SECRET_BYTES

DAYS_OPEN: Final = 730
TEAM_SIZE: Final = 20

PLACE: Final = "中央公民館"

ADD_CLASS: Final = """
WITH venue AS (
    INSERT INTO health.venue (source, name) VALUES ($2, $7)
), made AS (
    INSERT INTO rewards.class (name, source, secret) VALUES ($1, $2, $3) RETURNING class_id
)
INSERT INTO rewards.class_session (class_id, opens_at, closes_at)
SELECT class_id, (day + time '00:00') AT TIME ZONE $4, (day + 1 + time '00:00') AT TIME ZONE $4
FROM made, LATERAL (SELECT $5::date + number AS day FROM generate_series(0, $6) AS number) AS days
"""


async def open_hall(
    connection: Connection, members: Sequence[int], *, today: date, time_zone: str
) -> None:
    """Makes the class, and the team with `members`."""
    await connection.execute(
        ADD_CLASS,
        "いきいき体操",
        source_name("station", PLACE),
        secrets.token_bytes(SECRET_BYTES),
        time_zone,
        today,
        DAYS_OPEN,
        PLACE,
    )
    code = digest_of_code(DEMO_TEAM_CODE)
    for resident_id in members[:1]:
        await connection.execute(
            "SELECT rewards.make_team($1, '中央の朝歩き', $2, $3, $4)",
            *(resident_id, TEAM_SIZE, code, today),
        )
    for resident_id in members[1:]:
        await connection.execute("SELECT rewards.join_team($1, $2, $3)", resident_id, code, today)
