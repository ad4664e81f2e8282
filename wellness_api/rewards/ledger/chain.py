"""The chain of a resident's transfers. The hash of each transfer is made from its own columns and the hash before it.

The database makes the same text of a transfer with rewards.transfer_line, and `wellness ledger verify` checks the chain
with it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final

from wellness_api.rewards.ledger.transfer import Transfer

NO_HASH: Final = b""
"""The hash before a resident's first transfer."""

FACT_NAMES_KEPT_MAX: Final = 1_000
"""Rules have few different sets of facts. This many are remembered, and others are sorted each time."""

FOR_EVER: Final = "infinity"
"""How PostgreSQL writes the last day of points that never lapse; here it is date.max."""

_DAY_0: Final = date(2000, 1, 1).toordinal()
_UNIX_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def chained(before: bytes, line: str) -> bytes:
    """The hash of the transfer with that line, when the transfer before it has the hash `before`."""
    return sha256(before + line.encode()).digest()


def transfer_line(transfer: Transfer, *, transfer_id: int, posted_us: int, facts: str) -> str:
    """The text from which the transfer's hash is made. `posted_us`: microseconds since 1970; `facts`: as facts_text
    writes them.
    """
    return (
        f"{transfer.resident_id}|{transfer_id}|{posted_us}"
        f"|{_text(transfer.programme)}|{_text(transfer.version)}|{_text(transfer.rule)}"
        f"|{transfer.period_start.toordinal() - _DAY_0}|{transfer.period_end.toordinal() - _DAY_0}"
        f"|{transfer.debit}|{transfer.credit}|{transfer.amount}"
        f"|{_day(transfer.spendable_from)}|{_last_day(transfer.expires_on)}|{_text(transfer.redemption_id)}|{facts}"
    )


def microseconds_of(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _UNIX_EPOCH) // _MICROSECOND


def facts_text(facts: Mapping[str, int]) -> str:
    """The facts as PostgreSQL writes a jsonb object: shorter names first, then in the order of their bytes."""
    names, template = _template(tuple(facts))
    return template % tuple(facts[name] for name in names)


@lru_cache(FACT_NAMES_KEPT_MAX)
def _template(names: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    in_order = tuple(sorted(names, key=lambda name: (len(name.encode()), name.encode())))
    assert not any(set(name) & set('"\\%') for name in in_order), "a fact's name is a code"
    return in_order, "{" + ", ".join(f'"{name}": %d' for name in in_order) + "}"


def _text(value: str | int | None) -> str | int:
    return "" if value is None else value


def _day(day: date | None) -> str | int:
    return "" if day is None else day.toordinal() - _DAY_0


def _last_day(last_day: date | None) -> str | int:
    return FOR_EVER if last_day == date.max else _day(last_day)
