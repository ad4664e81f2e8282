"""The demo's draws: one that was held before the visitor came, and one that is open."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from wellness_api.database.pool import Connection
from wellness_api.http.examples import DEMO_DRAW, DEMO_PUBLIC_VALUE
from wellness_api.rewards.draws.definition import DRAW_EXAMPLE, NewDraw
from wellness_api.rewards.draws.handlers import MAKE_DRAW
from wellness_api.rewards.draws.public_value import ENTER_PUBLIC_VALUE
from wellness_api.rewards.draws.steps import close_draw, draw_winners
from wellness_api.rewards.lotteries.seeds import PROGRAMMES, prepare_and_reveal
from wellness_api.town.demo.city import DemoCity

POINTS_PER_ENTRY: Final = 10
CLOSED_DAYS_AGO: Final = 4
LIST_DAYS_AGO: Final = 3
VALUE_DAYS_AGO: Final = 2
DRAWN_DAYS_AGO: Final = 1
VALUE_WAITED_FOR_DAYS: Final = 7
GOES_ON_DAYS: Final = 60
MORNING: Final = time(9)


async def hold_draws(connection: Connection, demo: DemoCity, *, time_zone: str) -> None:
    """Makes both draws, and holds the first on the demo's past days. Each step has the morning of its own day, and the
    list was public for two days before the draw. The steps themselves are taken now, as all of the demo's history is.
    """
    officer, today = demo.staff_ids["programme_officer"], demo.today

    def morning(days_ago: int) -> tuple[date, datetime]:
        day = today - timedelta(days=days_ago)
        return day, datetime.combine(day, MORNING, ZoneInfo(time_zone)).astimezone(UTC)

    made_on, made_at = morning(max(demo.days, CLOSED_DAYS_AGO))
    closes_on, _ = morning(CLOSED_DAYS_AGO)
    list_on, list_at = morning(LIST_DAYS_AGO)
    known_on, known_at = morning(VALUE_DAYS_AGO)
    drawn_on, drawn_at = morning(DRAWN_DAYS_AGO)
    held = DRAW_EXAMPLE | {
        "code": DEMO_DRAW,
        "purpose": "trial",
        "name": {"ja": "お試しの抽選", "en": "Trial draw"},
        "entries_from": made_on,
        "entries_to": closes_on,
        "closes_on": closes_on,
        "draws_on": drawn_on,
        "points_per_entry": POINTS_PER_ENTRY,
        "public_value_source": {"ja": "作りものの当せん番号", "en": "a made-up winning number"},
        "public_value_terms": {
            "kind": "digits",
            "digits": len(DEMO_PUBLIC_VALUE),
            "known_on": known_on,
            "last_day": known_on + timedelta(days=VALUE_WAITED_FOR_DAYS),
        },
    }
    goes_on = DRAW_EXAMPLE | {
        "code": "demo_season",
        "purpose": "season",
        "name": {"ja": "今期の抽選", "en": "Draw of the season"},
        "entries_from": made_on,
        "entries_to": today + timedelta(days=GOES_ON_DAYS),
        "closes_on": today + timedelta(days=GOES_ON_DAYS + 14),
        "draws_on": today + timedelta(days=GOES_ON_DAYS + 20),
        "points_per_entry": 2 * POINTS_PER_ENTRY,
        "public_value_source": None,
        "public_value_terms": None,
    }
    async with connection.transaction():
        for definition in (held, goes_on):
            await connection.execute(MAKE_DRAW, _as_sent(definition), made_at, officer)
        await close_draw(connection, DEMO_DRAW, today=list_on, now=list_at)
        await connection.execute(
            ENTER_PUBLIC_VALUE, DEMO_DRAW, DEMO_PUBLIC_VALUE, known_on, known_at, officer
        )
        await draw_winners(connection, DEMO_DRAW, today=drawn_on, now=drawn_at)
        for (programme,) in await connection.fetch(PROGRAMMES):
            await prepare_and_reveal(connection, programme, today=today, now=datetime.now(UTC))


def _as_sent(definition: dict[str, Any]) -> str:
    """The definition as a programme officer's request would send it."""
    return msgspec.json.encode(msgspec.convert(definition, NewDraw)).decode()
