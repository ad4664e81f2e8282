"""What staff see of set-aside items. It names no person."""

from datetime import datetime

import msgspec

from wellness_api.work.set_aside.items import Kind


class SetAsideKind(msgspec.Struct, kw_only=True):
    """How many items of a kind are set aside, and since when the oldest is."""

    kind: Kind
    items: int
    oldest: datetime


class SetAsideItem(msgspec.Struct, kw_only=True):
    """An item of work that failed alone. Nobody else waits for it.

    `item`: which one of its kind, such as a day or a draw's code. `reason`: the error's type and place in the program.
    `tries`: how often it has failed. `retry_at`: when it is tried again by itself; null when it waits for a release, or
    for something new.
    """

    set_aside_id: int
    kind: Kind
    item: str
    reason: str
    since: datetime
    last_at: datetime
    tries: int
    retry_at: datetime | None


class SetAside(msgspec.Struct, kw_only=True):
    """All kinds with their numbers, and the items that failed last, at most a hundred."""

    kinds: list[SetAsideKind]
    items: list[SetAsideItem]
