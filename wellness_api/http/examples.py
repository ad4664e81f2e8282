"""Example requests of the API's description. They work against the demo as they stand, which knows this code and card."""

from typing import Any, Final

DEMO_RESIDENT_CODE: Final = "DEMO-RESIDENT"
DEMO_CARD: Final = "demo-card-0001"

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
