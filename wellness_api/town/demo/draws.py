"""The demo's draws: one that was held before the visitor came, and one that goes on."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from wellness_api.database.pool import Connection
from wellness_api.http.examples import DEMO_DRAW, DEMO_PUBLIC_VALUE
from wellness_api.rewards.draws.definition import DRAW_EXAMPLE, NewDraw
from wellness_api.rewards.draws.handlers import ENTER_PUBLIC_VALUE, MAKE_DRAW
from wellness_api.rewards.draws.steps import close_draw, draw_winners
from wellness_api.rewards.lotteries.seeds import PROGRAMMES, prepare_and_reveal
from wellness_api.town.demo.city import DemoCity

POINTS_PER_ENTRY: Final = 10
CLOSED_DAYS_AGO: Final = 2
DRAWN_DAYS_AGO: Final = 1
GOES_ON_DAYS: Final = 60


async def hold_draws(connection: Connection, demo: DemoCity) -> None:
    """Makes both, and holds the first as of the last days. The demo's points are there already, and its steps are taken
    at once, so its list was out for no real day: it shows the pages, and proves nothing.
    """
    officer, today = demo.staff_ids["programme_officer"], demo.today
    closed, drawn = today - timedelta(days=CLOSED_DAYS_AGO), today - timedelta(days=DRAWN_DAYS_AGO)
    held = DRAW_EXAMPLE | {
        "code": DEMO_DRAW,
        "name": {"ja": "お試しの抽選", "en": "Trial draw"},
        "entries_from": today - timedelta(days=demo.days),
        "entries_to": closed - timedelta(days=1),
        "closes_on": closed - timedelta(days=1),
        "draws_on": drawn,
        "points_per_entry": POINTS_PER_ENTRY,
        "public_value_source": {"ja": "作りものの当せん番号", "en": "a made-up winning number"},
    }
    goes_on = DRAW_EXAMPLE | {
        "code": "demo_season",
        "name": {"ja": "今期の抽選", "en": "Draw of the season"},
        "entries_from": today - timedelta(days=demo.days),
        "entries_to": today + timedelta(days=GOES_ON_DAYS),
        "closes_on": today + timedelta(days=GOES_ON_DAYS + 14),
        "draws_on": today + timedelta(days=GOES_ON_DAYS + 20),
        "points_per_entry": 2 * POINTS_PER_ENTRY,
        "public_value_source": None,
    }
    now = datetime.now(UTC)
    async with connection.transaction():
        for definition in (held, goes_on):
            await connection.execute(MAKE_DRAW, _as_sent(definition), now, officer)
        await close_draw(connection, DEMO_DRAW, today=closed, now=now)
        await connection.execute(ENTER_PUBLIC_VALUE, DEMO_DRAW, DEMO_PUBLIC_VALUE, now, officer)
        await draw_winners(connection, DEMO_DRAW, today=drawn, now=now)
        for (programme,) in await connection.fetch(PROGRAMMES):
            await prepare_and_reveal(connection, programme, today=today, now=now)


def _as_sent(definition: dict[str, Any]) -> str:
    """The definition as a programme officer's request would bring it."""
    return msgspec.json.encode(msgspec.convert(definition, NewDraw)).decode()
