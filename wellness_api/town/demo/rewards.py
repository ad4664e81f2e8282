"""The demo's reward items, and what its residents have redeemed already."""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.local_days import local_date
from wellness_api.http.examples import DEMO_PICKUP_CODE
from wellness_api.identity.accounts.secrets import CODE_ALPHABET
from wellness_api.rewards.items.items import add_item
from wellness_api.rewards.items.shapes import NewItem
from wellness_api.rewards.items.stock import add_codes, set_units
from wellness_api.rewards.redemptions.redeeming import CHECKUP, PICKUP_CODE_LENGTH, REDEEM
from wellness_api.town.demo.city import DemoCity

MARKET: Final = {"partner": "furano-market", "name": {"ja": "フラノ市場", "en": "Furano market"}}
CITY_POINTS: Final = {
    "partner": "city-points",
    "name": {"ja": "市のポイントカード", "en": "The city's point card"},
}
LIBRARY: Final = {"partner": "city-library", "name": {"ja": "市立図書館", "en": "City library"}}

HOLD_HOURS: Final = 14 * 24
LONG_HOLD_HOURS: Final = 366 * 24

ITEMS: Final[tuple[dict[str, Any], ...]] = (
    {
        "item": "library-thanks",
        "kind": "donation",
        "name": {"ja": "図書館の絵本に寄付", "en": "Picture books for the library"},
        "description": {
            "ja": "1ポイントから、絵本の購入に使われます。",
            "en": "From a single point on, for new picture books.",
        },
        "price_points": 1,
        "worth": 10,
        "partner": LIBRARY,
        "is_unlimited": True,
        "hold_hours": LONG_HOLD_HOURS,
    },
    {
        "item": "tomato-juice",
        "kind": "pickup_goods",
        "name": {"ja": "富良野のトマトジュース", "en": "Furano tomato juice"},
        "description": {"ja": "1本、お渡しします。", "en": "One bottle."},
        "price_points": 1,
        "partner": MARKET,
        "worth": 180,
        "place": {"ja": "中央コミュニティセンター", "en": "Chuo community centre"},
        "is_unlimited": False,
        "hold_hours": LONG_HOLD_HOURS,
    },
    {
        "item": "market-points",
        "kind": "shop_points",
        "name": {"ja": "フラノ市場 100ポイント", "en": "100 points of the Furano market"},
        "description": {
            "ja": "お店のポイントになります。月に2回まで。",
            "en": "Points of the shop, twice a month at most.",
        },
        "price_points": 20,
        "worth": 100,
        "partner": MARKET,
        "is_unlimited": True,
        "per_person": {"max": 2, "span": "month"},
        "hold_hours": HOLD_HOURS,
    },
    {
        "item": "card-points",
        "kind": "municipal_points",
        "name": {"ja": "市のポイントカード 200ポイント", "en": "200 points of the city's card"},
        "description": {
            "ja": "カードの会員番号に付きます。40歳から74歳の方は、今年度の健診が必要です。",
            "en": "For your card's number. Ages 40 to 74 need this fiscal year's checkup.",
        },
        "price_points": 40,
        "worth": 200,
        "partner": CITY_POINTS,
        "is_unlimited": True,
        "checkup_ages": {"min": 40, "max": 74},
        "hold_hours": HOLD_HOURS,
    },
    {
        "item": "book-token",
        "kind": "voucher_code",
        "name": {"ja": "図書カード 500円分", "en": "A 500-yen book token"},
        "description": {
            "ja": "画面のコードを書店でお見せください。1年度に1枚まで。",
            "en": "Show the code at the book shop. One in a fiscal year.",
        },
        "price_points": 100,
        "worth": 500,
        "partner": MARKET,
        "is_unlimited": False,
        "per_person": {"max": 1, "span": "fiscal_year"},
        "hold_hours": HOLD_HOURS,
    },
)
BOTTLES: Final = 200
COULD_PAY: Final = read_named_sql(__package__, "could_pay")
HAND_OUT: Final = "SELECT rewards.end_redemption($1, $2, 'confirmed', $3, $4, true)"

REDEEMED_DAYS_MAX: Final = 28
REDEEMED_A_DAY: Final = (("tomato-juice", 2), ("library-thanks", 2), ("market-points", 1))
"""How many residents redeem which item on each past day; in the morning, at REDEEMED_AT."""

REDEEMED_AT: Final = time(10, 30)
CODES: Final = [f"FURANO-{number:04}" for number in range(1, 31)]


async def offer_rewards(connection: Connection, *, today: date) -> None:
    """Adds the items with their stock."""
    for item in ITEMS:
        new = item | {"version": 1, "offered_from": today.replace(month=1, day=1)}
        await add_item(connection, msgspec.convert(new, NewItem), now=datetime.now(UTC))
    await add_codes(connection, "book-token", CODES)
    await set_units(connection, "tomato-juice", BOTTLES)


async def redeem_on_past_days(connection: Connection, demo: DemoCity, *, time_zone: str) -> None:
    """Residents apart from the featured one redeem on the days that are over, with points that they had by then. So
    there is something to settle.
    """
    prices = {item["item"]: item["price_points"] for item in ITEMS}
    others = [
        resident_id
        for resident_id in demo.resident_ids
        if resident_id != demo.resident_ids[demo.featured]
    ]
    for ago in range(min(demo.days - 1, REDEEMED_DAYS_MAX), 0, -1):
        day = demo.today - timedelta(days=ago)
        if day.year != demo.today.year:
            continue  # No item was offered yet.
        moment = datetime.combine(day, REDEEMED_AT, ZoneInfo(time_zone))
        for item, people in REDEEMED_A_DAY:
            rows = await connection.fetch(
                *COULD_PAY(
                    resident_ids=others,
                    day=day,
                    points=prices[item],
                    item=item,
                    residents_max=people,
                )
            )
            for (resident_id,) in rows:
                await _redeem(connection, resident_id, item, moment=moment, day=day)


async def _redeem(
    connection: Connection, resident_id: int, item: str, *, moment: datetime, day: date
) -> None:
    """Redeems on a past day; goods are handed out at once. If an obstacle such as an item's limit stands in the way,
    nothing happens.
    """
    key = digest(f"demo-{resident_id}-{item}-{day}".encode())
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(PICKUP_CODE_LENGTH))
    answer = msgspec.json.decode(
        await connection.fetchval(
            REDEEM,
            *(
                resident_id,
                item,
                None,
                True,
                key,
                digest(item.encode()),
                code,
                moment,
                day,
                CHECKUP,
            ),
        )
    )
    redeemed = answer.get("redemption")
    if redeemed is not None and redeemed["state"] == "held":
        await connection.execute(HAND_OUT, resident_id, redeemed["redemption_id"], moment, day)


async def redeem_some(connection: Connection, demo: DemoCity, *, time_zone: str) -> None:
    """The featured resident donates a point, holds another, and has a bottle waiting, as far as their points allow."""
    for key, item, is_confirmed in (
        ("given", "library-thanks", True),
        ("held", "library-thanks", False),
        ("bottle", "tomato-juice", False),
    ):
        now = datetime.now(UTC)
        await connection.fetchval(
            REDEEM,
            *(demo.resident_ids[demo.featured], item, None, is_confirmed),
            *(digest(f"demo-{key}".encode()), digest(item.encode()), DEMO_PICKUP_CODE),
            *(now, local_date(now, time_zone), CHECKUP),
        )
