"""Texts by language in tables: jsonb, which the driver takes and gives as JSON."""

import msgspec

from points.said import Text


def in_table(text: Text) -> str:
    """The text as the table keeps it."""
    return msgspec.json.encode(text).decode()


def from_table(kept: str) -> Text:
    """The text from what the table keeps."""
    return msgspec.json.decode(kept, type=Text)
