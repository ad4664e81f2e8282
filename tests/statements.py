"""Which statements the product sends to the database, as its connections send them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import asyncpg


@contextmanager
def statements_sent() -> Iterator[list[str]]:
    """Every statement that any connection of this process sends meanwhile, in their order; it is sent as ever."""
    sent: list[str] = []
    prepared, simple = asyncpg.Connection._execute, asyncpg.Connection.execute

    async def with_arguments(self: Any, query: str, *more: Any, **named: Any) -> Any:
        sent.append(query)
        return await prepared(self, query, *more, **named)

    async def alone(self: Any, query: str, *more: Any, **named: Any) -> Any:
        if not more:  # With arguments it goes the other way.
            sent.append(query)
        return await simple(self, query, *more, **named)

    with (
        patch.object(asyncpg.Connection, "_execute", with_arguments),
        patch.object(asyncpg.Connection, "execute", alone),
    ):
        yield sent
