"""The wallet's entries: each transfer as the resident sees it, with its reason."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from points.evaluate import UNCAPPED
from points.periods import DaySpan
from points.programme import Programme
from points.rules import AnyRule, PersonalRule
from points.rules.parts import Facts
from points.said import Argument, Said, Several, Text, said
from points.saying import limits_said
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.database.texts import from_table
from wellness_api.rewards.awards.left_out import is_left_out, left_out_said
from wellness_api.rewards.awards.programmes import programmes_kept
from wellness_api.words.languages import say

WALLET_ENTRIES: Final = read_named_sql(__package__, "wallet_entries")
OF_EVERY_AWARD: Final = {"points", "points_before", UNCAPPED}
"""Facts that every award has; all other facts come from its rule."""

RedemptionKind = Literal["held", "released", "redeemed", "donated", "refunded"]
EntryKind = Literal["award", "award_taken_back", "spendable", "offset", "expired"] | RedemptionKind
EntryAccount = Literal["pending", "wallet", "held", "owed", "expired"]


class Seen(NamedTuple):
    """How a resident sees a move between two accounts: its kind, and which of the resident's accounts gains or loses
    the points.
    """

    kind: EntryKind
    account: EntryAccount
    comes: bool


SEEN_AS: Final[dict[tuple[str, str], Seen]] = {
    ("budget", "pending"): Seen("award", "pending", comes=True),
    ("budget", "wallet"): Seen("award", "wallet", comes=True),
    ("budget", "owed"): Seen("award", "owed", comes=True),
    ("pending", "budget"): Seen("award_taken_back", "pending", comes=False),
    ("wallet", "budget"): Seen("award_taken_back", "wallet", comes=False),
    ("owed", "budget"): Seen("award_taken_back", "owed", comes=False),
    ("expired", "budget"): Seen("award_taken_back", "expired", comes=False),
    ("pending", "wallet"): Seen("spendable", "wallet", comes=True),
    ("pending", "owed"): Seen("offset", "owed", comes=True),
    ("wallet", "owed"): Seen("offset", "wallet", comes=False),
    ("wallet", "held"): Seen("held", "wallet", comes=False),
    ("held", "wallet"): Seen("released", "wallet", comes=True),
    ("held", "owed"): Seen("released", "owed", comes=True),
    ("held", "redeemed"): Seen("redeemed", "held", comes=False),
    ("held", "donated"): Seen("donated", "held", comes=False),
    ("redeemed", "wallet"): Seen("refunded", "wallet", comes=True),
    ("redeemed", "owed"): Seen("refunded", "owed", comes=True),
    ("wallet", "expired"): Seen("expired", "wallet", comes=False),
}
"""By debit and credit account: every move of a resident's points that the database allows."""


class EntryRedemption(msgspec.Struct, kw_only=True):
    """The redemption that an entry belongs to: its number, the item, and the day on which it was made.

    A redemption moves points twice or more often. For the resident, all entries with one number belong together.
    """

    redemption_id: int
    name: Text
    day: date


class WalletEntry(msgspec.Struct, kw_only=True):
    """One transfer as the resident sees it: an account gains points (above zero) or loses points, for a reason.

    `account`: `pending` points are not spendable yet, those in `wallet` are, those in `held` are set aside for a reward,
    what is `owed` is taken of later awards, and what is taken back of `expired` points had lapsed. `first_day` to `last_day`: what an award is for, else the day of the move;
    of points that lapsed, their last day. `programme`, `programme_name`, `version`, `rule`: of awards. `redemption`: of a
    redemption's moves.
    """

    entry_id: int
    posted_at: datetime
    kind: EntryKind
    account: EntryAccount
    points: int
    day: date
    last_day: date
    programme: str | None
    programme_name: Text | None
    version: int | None
    rule: str | None
    redemption: EntryRedemption | None
    reason: Text
    facts: dict[str, int]


class WalletEntries(msgspec.Struct, kw_only=True):
    """A page of entries, newest first; `next_cursor` leads to the older ones."""

    items: list[WalletEntry]
    next_cursor: str | None


async def entries_of(
    pool: Pool, resident_id: int, *, below: int, limit: int, day: date | None, time_zone: str
) -> WalletEntries:
    """At most `limit` entries older than entry `below`. `day`: only what the awards of that day alone moved. Times are in
    `time_zone`, the resident's.
    """
    async with pool.acquire() as connection:
        rows = await connection.fetch(
            *WALLET_ENTRIES(resident_id=resident_id, below=below, day=day, rows=limit + 1)
        )
        programmes = await programmes_kept(connection)
    items = [_entry(row, programmes, time_zone) for row in rows[:limit]]
    return WalletEntries(
        items=items, next_cursor=str(items[-1].entry_id) if len(rows) > limit else None
    )


def _entry(row: asyncpg.Record, programmes: Sequence[Programme], time_zone: str) -> WalletEntry:
    seen = SEEN_AS[row["debit_account"], row["credit_account"]]
    facts = msgspec.json.decode(row["facts"], type=dict[str, int])
    return WalletEntry(
        entry_id=row["transfer_id"],
        posted_at=row["posted_at"],
        kind=seen.kind,
        account=seen.account,
        points=row["amount"] if seen.comes else -row["amount"],
        day=row["period_start"],
        last_day=row["period_end"],
        programme=row["programme"],
        programme_name=_name_of(programmes, row["programme"], row["version"]),
        version=row["version"],
        rule=row["rule"],
        redemption=_redemption(row),
        reason=say(_reason(seen.kind, row, facts, programmes, time_zone)),
        facts=facts,
    )


def _name_of(
    programmes: Sequence[Programme], programme: str | None, version: int | None
) -> Text | None:
    named = (of.name for of in programmes if (of.code, of.version) == (programme, version))
    return next(named, None)


def _redemption(row: asyncpg.Record) -> EntryRedemption | None:
    if row["redeemed_on"] is None:
        return None
    return EntryRedemption(
        redemption_id=row["redemption_id"],
        name=from_table(row["item_name"]),
        day=row["redeemed_on"],
    )


def _reason(
    kind: EntryKind,
    row: asyncpg.Record,
    facts: dict[str, int],
    programmes: Sequence[Programme],
    time_zone: str,
) -> Said:
    match kind:
        case "award" | "award_taken_back":
            return _reason_of_award(
                *_rule_of(programmes, row["programme"], row["version"], row["rule"]),
                DaySpan(row["period_start"], row["period_end"]),
                facts,
                msgspec.json.decode(row["facts_before"] or "{}", type=dict[str, int]),
                posted_at=row["posted_at"].astimezone(ZoneInfo(time_zone)),
            )
        case "spendable":
            return said("entry.spendable", from_day=row["spendable_from"])
        case "expired":
            return said("entry.expired", last_day=row["period_end"])
        case "offset":
            return said("entry.offset")
        case _:
            return _reason_of_redemption(kind, _redemption(row))


def _reason_of_redemption(kind: RedemptionKind, redemption: EntryRedemption | None) -> Said:
    if redemption is None:
        return _moved(kind, said("entry.some_reward"))
    moved = _moved(kind, said("entry.item", name=redemption.name))
    return said("entry.of_day", moved=moved, day=redemption.day)


def _moved(kind: RedemptionKind, item: Said) -> Said:
    match kind:
        case "held":
            return said("entry.held", item=item)
        case "released":
            return said("entry.released", item=item)
        case "redeemed":
            return said("entry.redeemed", item=item)
        case "donated":
            return said("entry.donated", item=item)
        case "refunded":
            return said("entry.refunded", item=item)


def _rule_of(
    programmes: Sequence[Programme], programme: str, version: int, code: str
) -> tuple[Programme, AnyRule]:
    """The rule as that version has it. A version that dropped a rule takes its points back; then it is the rule of the
    last version that had it.
    """
    return next(
        (in_force, rule)
        for in_force in sorted(programmes, key=lambda in_force: in_force.version, reverse=True)
        if in_force.code == programme and in_force.version <= version
        for rule in in_force.rules
        if rule.code == code
    )


def _reason_of_award(
    programme: Programme,
    rule: AnyRule,
    span: DaySpan,
    facts: Facts,
    facts_before: Facts,
    *,
    posted_at: datetime,
) -> Said:
    """`facts_before`: the facts of the points before. `posted_at`: on the resident's clock."""
    reason, figure = rule.reason(span, facts), _figure(rule, facts)
    before, after = facts["points_before"], facts["points"]
    if facts.get(UNCAPPED, after) > after:
        limits = Several(limits_said(programme, rule), said("rule.between"))
        reason = said("entry.capped", reason=reason, limits=limits, points=after)
    if left_out := list(left_out_said(programme, rule.figures_needed, facts, span.first)):
        parts = Several(left_out, said("rule.between"))
        reason = said("entry.left_out", reason=reason, left_out=parts)
    may_change = isinstance(rule, PersonalRule) or posted_at.date() <= span.last
    if figure is not None and may_change:
        reason = said("entry.so_far", reason=reason, moment=_moment(span, posted_at))
    if before == 0:
        return reason
    figure_before = _figure(rule, facts_before)
    if figure is None or figure_before is None:
        return said("entry.corrected", reason=reason, before=before, after=after)
    return said(
        "entry.corrected_from",
        reason=reason,
        before=before,
        after=after,
        then=figure_before,
        now=figure,
    )


def _figure(rule: AnyRule, facts: Facts) -> Argument | None:
    """The rule's figure. None also for a rule that a later version dropped, and for a resident who is no longer in a
    group: their facts are not known.
    """
    of_rule = [fact for fact in facts if fact not in OF_EVERY_AWARD and not is_left_out(fact)]
    return rule.figure(facts) if of_rule else None


def _moment(span: DaySpan, moment: datetime) -> Argument:
    """When the figure was what the reason says: more may have come since, without another point. The time of day; also the
    day, if the period is longer than a day or the moment is after it.
    """
    if (span.first, span.last) == (moment.date(), moment.date()):
        return moment.time()
    return said("entry.moment", day=moment.date(), at=moment.time())
