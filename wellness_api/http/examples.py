"""Example requests of the API's description. They work against the demo as they stand, which knows this code and card."""

from typing import Any, Final

DEMO_RESIDENT_CODE: Final = "DEMO-RESIDENT"
DEMO_CARD: Final = "demo-card-0001"
DEMO_TEAM_CODE: Final = "DEMO-TEAM"

DEMO_PICKUP_CODE: Final = "DEMO-PICK"

EXAMPLE_MS: Final = 1_790_000_040_000
"""A minute of 21 September 2026, whole in Unix milliseconds."""

APP_UPLOAD: Final[dict[str, Any]] = {
    "batches": [
        {
            "metric": "steps",
            "source": "phone:example",
            "times_ms": [EXAMPLE_MS, EXAMPLE_MS + 60_000, EXAMPLE_MS + 120_000],
            "values": [52, 104, 96],
        }
    ]
}

GATEWAY_UPLOAD: Final[dict[str, Any]] = {
    "card": DEMO_CARD,
    "batches": [
        {
            "metric": "body_weight",
            "source": "station:example",
            "times_ms": [EXAMPLE_MS],
            "values": [62.4],
        }
    ],
}

NEW_DRAW: Final[dict[str, Any]] = {
    "code": "autumn_2036",
    "programme": "yokohama",
    "name": {"ja": "秋の抽選", "en": "Autumn draw"},
    "entries_from": "2036-10-01",
    "entries_to": "2036-12-31",
    "closes_on": "2037-01-14",
    "draws_on": "2037-01-20",
    "points_per_entry": 200,
    "prizes": [{"name": {"ja": "3,000円の商品券", "en": "a 3,000-yen voucher"}, "count": 10}],
    "public_value_source": {
        "ja": "2037年1月19日抽せんのナンバーズ4の当せん番号",
        "en": "the winning number of Numbers 4 of 19 January 2037",
    },
    "claim": {
        "ja": "市役所の窓口で、この画面をお見せください。",
        "en": "Show this page at the counter of the city hall.",
    },
}
"""A draw in the manner of Yokohama's: an entry for every 200 points of a quarter. Its days have to be still to come."""

DEMO_DRAW: Final = "demo_draw"
DEMO_PUBLIC_VALUE: Final = "0417"
"""Of the draw that the demo has held already."""

NEW_ITEM: Final[dict[str, Any]] = {
    "item": "example-towel",
    "version": 1,
    "kind": "pickup_goods",
    "name": {"ja": "タオル", "en": "Towel"},
    "description": {"ja": "市のマークのタオルです。", "en": "A towel with the city's mark."},
    "price_points": 300,
    "place": {"ja": "市役所1階", "en": "City hall, ground floor"},
    "is_unlimited": False,
    "per_person": {"max": 1, "span": "fiscal_year"},
    "hold_hours": 336,
    "offered_from": "2026-04-01",
    "offered_to": "2027-03-31",
}

CHECK_INS: Final[dict[str, Any]] = {
    "items": [
        {
            "card": DEMO_CARD,
            "kind": "class_attended",
            "place": "中央公民館",
            "time": "2026-09-21T10:00:00+09:00",
        }
    ]
}

NEW_CLASS: Final[dict[str, Any]] = {
    "name": "いきいき体操",
    "place": "中央公民館",
    "sessions": [{"from": "2026-09-28T09:45:00+09:00", "to": "2026-09-28T11:30:00+09:00"}],
}
