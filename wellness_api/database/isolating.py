"""Work on many items at once, so that an item that fails keeps no other from being done."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from wellness_api.database.errors import server_is_gone
from wellness_api.process.panics import panics_as_errors

Subject = TypeVar("Subject")
Result = TypeVar("Result")


class Isolated(NamedTuple, Generic[Subject, Result]):
    """What became of it: a result for each part that was done, and the items that failed alone, with their error."""

    results: list[Result]
    failed: list[tuple[Subject, Exception]]


async def isolated(
    items: Sequence[Subject], work: Callable[[Sequence[Subject]], Awaitable[Result]]
) -> Isolated[Subject, Result]:
    """Does `work` for all items together; if it raises, in halves, down to the items at fault.

    Whatever it raises is the items' affair, a library's panic too, unless the server is gone: that is raised. What a
    failed try began must be undone by `work`, as by a transaction.
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
