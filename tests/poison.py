"""What makes one item fail: a panic as Rust's come, thrown by a function of the product for one person or thing alone."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from tests.town import Town
from wellness_api.http.refused import Refused


class PanicException(BaseException):
    """Of the kind that no `except Exception` catches."""


def poison(
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    when: Callable[..., bool],
    *,
    error: type[BaseException] = PanicException,
) -> Callable[[], None]:
    """From now on `target` panics when `when` says so of its arguments; until the returned function is called."""
    mended = False
    module, _, name = target.rpartition(".")
    original = getattr(__import__(module, fromlist=[name]), name)

    def must_fail(*args: Any, **kwargs: Any) -> bool:
        return not mended and when(*args, **kwargs)

    @functools.wraps(original)
    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        if must_fail(*args, **kwargs):
            raise _made(error)
        return await original(*args, **kwargs)

    @functools.wraps(original)
    def function(*args: Any, **kwargs: Any) -> Any:
        if must_fail(*args, **kwargs):
            raise _made(error)
        return original(*args, **kwargs)

    monkeypatch.setattr(target, coroutine if inspect.iscoroutinefunction(original) else function)

    def mend() -> None:
        nonlocal mended
        mended = True

    return mend


async def set_aside(town: Town) -> list[tuple[Any, ...]]:
    """Of whom, which kind, which item."""
    rows = await town.owner.fetch(
        "SELECT resident_id, kind, item FROM work.set_aside ORDER BY 1, 2, 3"
    )
    return [tuple(row) for row in rows]


async def release(town: Town, kind: str | None = None) -> int:
    """As staff do."""
    count: int = await town.owner.fetchval(
        "SELECT work.release_set_aside(NULL, $1, $2)", kind, town.clock()
    )
    return count


def _made(error: type[BaseException]) -> BaseException:
    # A kind of refusal states its own words.
    return error() if issubclass(error, Refused) else error("assertion failed: 13 is unlucky")
