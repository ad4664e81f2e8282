"""A difference in points as transfers: nothing is taken that is not there, nothing is forgotten."""

from collections import Counter
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.settlement import Leg, Settled, settle
from tests.tables import number, read_rows

SETTLEMENTS = read_rows("""
    what happens                            | difference | pending | balance | owed | spendable | transfers                                         | pending | balance | owed
    nothing changes                         |          0 |       4 |      12 |    0 | not yet   |                                                   |       4 |      12 |    0
    nothing changes while points are owed   |          0 |       0 |       0 |    3 | already   |                                                   |       0 |       0 |    3
    points are earned                       |          5 |       0 |       0 |    0 | not yet   | budget>pending 5                                  |       5 |       0 |    0
    points are earned on top                |          2 |       5 |      10 |    0 | not yet   | budget>pending 2                                  |       7 |      10 |    0
    late data of a day that is over         |          2 |       0 |      10 |    0 | already   | budget>wallet 2                                   |       0 |      12 |    0
    late data while others of it wait still |          2 |       3 |      10 |    0 | already   | budget>wallet 2                                   |       3 |      12 |    0
    a correction takes pending points back  |         -3 |       5 |      10 |    0 | not yet   | pending>budget 3                                  |       2 |      10 |    0
    what waits goes before what is there    |         -7 |       5 |      10 |    0 | not yet   | pending>budget 5, wallet>budget 2                 |       0 |       8 |    0
    a correction of points in the wallet    |         -3 |       0 |      10 |    0 | already   | wallet>budget 3                                   |       0 |       7 |    0
    a correction takes the last point       |         -3 |       0 |       3 |    0 | already   | wallet>budget 3                                   |       0 |       0 |    0
    some of them are spent already          |         -5 |       0 |       2 |    0 | already   | wallet>budget 2, owed>budget 3                    |       0 |       0 |    3
    all of them are spent already           |         -5 |       0 |       0 |    0 | already   | owed>budget 5                                     |       0 |       0 |    5
    from all three                          |         -9 |       1 |       2 |    4 | not yet   | pending>budget 1, wallet>budget 2, owed>budget 6  |       0 |       0 |   10
    an award goes to what is owed first     |          2 |       0 |       0 |    5 | not yet   | budget>owed 2                                     |       0 |       0 |    3
    an award pays off what is owed          |          5 |       0 |       0 |    5 | already   | budget>owed 5                                     |       0 |       0 |    0
    the rest of an award waits              |          7 |       0 |       0 |    5 | not yet   | budget>owed 5, budget>pending 2                   |       2 |       0 |    0
    or is the resident's at once            |          7 |       0 |       0 |    5 | already   | budget>owed 5, budget>wallet 2                    |       0 |       2 |    0
""")

amounts = st.integers(0, 1_000)
differences = st.integers(-1_000, 1_000)


class Situation(NamedTuple):
    """A difference, and the standing that it meets."""

    difference: int
    pending: int
    balance: int
    owed: int
    is_spendable: bool

    @property
    def settled(self) -> Settled:
        return settle(
            self.difference,
            pending=self.pending,
            balance=self.balance,
            owed=self.owed,
            is_spendable=self.is_spendable,
        )


situations = st.builds(Situation, differences, amounts, amounts, amounts, st.booleans())


def written(legs: list[Leg]) -> str:
    return ", ".join(f"{leg.debit}>{leg.credit} {leg.amount}" for leg in legs)


@pytest.mark.parametrize("row", SETTLEMENTS, ids=[row[0] for row in SETTLEMENTS])
def test_what_is_owed_comes_first_and_no_account_goes_below_zero(row: list[str]) -> None:
    _, difference, pending, balance, owed, spendable, transfers, *after = row
    settled = settle(
        number(difference),
        pending=number(pending),
        balance=number(balance),
        owed=number(owed),
        is_spendable=spendable == "already",
    )
    assert written(settled.legs) == transfers
    assert [settled.pending, settled.balance, settled.owed] == [number(each) for each in after]


@settings(deadline=None)
@given(situations)
def test_every_transfer_moves_points_between_the_city_and_an_account_of_the_resident(
    situation: Situation,
) -> None:
    legs = situation.settled.legs
    for leg in legs:
        assert leg.amount > 0
        assert (leg.debit == "budget") == (situation.difference > 0)
        assert (leg.credit == "budget") == (situation.difference < 0)
    assert sum(leg.amount for leg in legs) == abs(situation.difference), "nothing is lost"


@settings(deadline=None)
@given(situations)
def test_the_standing_changes_by_exactly_the_difference(situation: Situation) -> None:
    settled = situation.settled
    assert min(settled.pending, settled.balance, settled.owed) >= 0
    before = situation.pending + situation.balance - situation.owed
    assert settled.pending + settled.balance - settled.owed - before == situation.difference


@settings(deadline=None)
@given(situations)
def test_nothing_becomes_owed_while_there_are_points_to_take(situation: Situation) -> None:
    settled = situation.settled
    if settled.owed > situation.owed:
        assert settled.pending == settled.balance == 0
    if settled.pending > situation.pending or settled.balance > situation.balance:
        assert settled.owed == 0, "an award offsets all that is owed before it gives"
    if settled.balance < situation.balance:
        assert settled.pending == 0, "what waits goes first"


@settings(deadline=None)
@given(st.lists(st.tuples(differences, st.booleans()), max_size=12))
def test_the_transfers_of_a_history_add_up_to_the_standing(history: list[tuple[int, bool]]) -> None:
    accounts: Counter[str] = Counter()
    pending = balance = owed = 0
    for difference, is_spendable in history:
        legs, pending, balance, owed = settle(
            difference, pending=pending, balance=balance, owed=owed, is_spendable=is_spendable
        )
        for leg in legs:
            accounts[leg.debit] -= leg.amount
            accounts[leg.credit] += leg.amount
        assert pending + balance == 0 or owed == 0, "who has points owes none"
    assert (accounts["pending"], accounts["wallet"]) == (pending, balance)
    assert accounts["owed"] == -owed
    assert accounts["budget"] == -sum(difference for difference, _ in history)


@pytest.mark.parametrize("account", ["pending", "balance", "owed"])
def test_a_standing_below_zero_is_a_bug_and_stops(account: str) -> None:
    standing = {"pending": 0, "balance": 0, "owed": 0} | {account: -1}
    with pytest.raises(AssertionError, match="never below zero"):
        settle(1, **standing, is_spendable=True)
