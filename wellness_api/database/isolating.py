"""Does work for many items at once, so that an item that fails keeps no other from being done."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from wellness_api.database.errors import server_is_gone
from wellness_api.process.panics import panics_as_errors

Subject = TypeVar("Subject")
Result = TypeVar("Result")


class Isolated(NamedTuple, Generic[Subject, Result]):
    """What the work came to: a result for each part that was done, and the items that failed alone, with their errors."""

    results: list[Result]
    failed: list[tuple[Subject, Exception]]


async def isolated(
    items: Sequence[Subject], work: Callable[[Sequence[Subject]], Awaitable[Result]]
) -> Isolated[Subject, Result]:
    """Does `work` for all items together. If it raises, does it in halves, down to the items at fault.

    Whatever `work` raises counts against the items, even a library's panic. Only if the server is gone, the error is
    raised. `work` itself must undo what a failed try began, as by a transaction.
    """
    if not items:
        return Isolated([], [])
    try:
        with panics_as_errors():
            return Isolated([await work(items)], [])
    except Exception as error:
        if server_is_gone(error):
            raise
        if len(items) == 1:
            return Isolated([], [(items[0], error)])
    middle = len(items) // 2
    first, second = await isolated(items[:middle], work), await isolated(items[middle:], work)
    return Isolated(first.results + second.results, first.failed + second.failed)
