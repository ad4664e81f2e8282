"""What the demo knows. The examples in the API's description use it, so they work against the demo as they stand."""

from typing import Final

DEMO_RESIDENT_CODE: Final = "DEMO-RESIDENT"
DEMO_CARD: Final = "demo-card-0001"
DEMO_TEAM_CODE: Final = "DEMO-TEAM"

DEMO_PICKUP_CODE: Final = "DEMO-PICK"

DEMO_DRAW: Final = "demo_draw"
DEMO_PUBLIC_VALUE: Final = "0417"
"""The public value of the draw that the demo has held already."""
