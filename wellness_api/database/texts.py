"""Texts by language in tables: jsonb, which the driver takes and gives as JSON."""

import msgspec

from points.said import Text


def in_table(text: Text) -> str:
    """As it is kept."""
    return msgspec.json.encode(text).decode()


def from_table(kept: str) -> Text:
    """As it was given."""
    return msgspec.json.decode(kept, type=Text)
