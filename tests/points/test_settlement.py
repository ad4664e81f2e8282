"""A difference in points as transfers: nothing is taken that is not there, nothing is forgotten."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.settlement import Leg, settle
from tests.tables import number, read_rows

SETTLEMENTS = read_rows("""
    what happens                            | difference | balance | owed | transfers                             | balance | owed
    nothing changes                         |          0 |      12 |    0 |                                       |      12 |    0
    nothing changes while points are owed   |          0 |       0 |    3 |                                       |       0 |    3
    points are earned                       |          5 |       0 |    0 | budget>wallet 5                       |       5 |    0
    points are earned on top                |          2 |      10 |    0 | budget>wallet 2                       |      12 |    0
    a correction takes points back          |         -3 |      10 |    0 | wallet>budget 3                       |       7 |    0
    a correction takes the last point       |         -3 |       3 |    0 | wallet>budget 3                       |       0 |    0
    some of them are spent already          |         -5 |       2 |    0 | wallet>budget 2, owed>budget 3        |       0 |    3
    all of them are spent already           |         -5 |       0 |    0 | owed>budget 5                         |       0 |    5
    a correction while points are owed      |         -2 |       0 |    3 | owed>budget 2                         |       0 |    5
    an award goes to what is owed first     |          2 |       0 |    5 | budget>owed 2                         |       0 |    3
    an award pays off what is owed          |          5 |       0 |    5 | budget>owed 5                         |       0 |    0
    the rest of an award is the resident's  |          7 |       0 |    5 | budget>owed 5, budget>wallet 2        |       2 |    0
""")

amounts = st.integers(0, 1_000)
differences = st.integers(-1_000, 1_000)


def written(legs: list[Leg]) -> str:
    return ", ".join(f"{leg.debit}>{leg.credit} {leg.amount}" for leg in legs)


@pytest.mark.parametrize(
    ("_what", "difference", "balance", "owed", "transfers", "balance_after", "owed_after"),
    SETTLEMENTS,
    ids=[row[0] for row in SETTLEMENTS],
)
def test_what_is_owed_comes_first_and_no_wallet_goes_below_zero(
    _what: str,
    difference: str,
    balance: str,
    owed: str,
    transfers: str,
    balance_after: str,
    owed_after: str,
) -> None:
    settled = settle(number(difference), balance=number(balance), owed=number(owed))
    assert written(settled.legs) == transfers
    assert settled.balance == number(balance_after)
    assert settled.owed == number(owed_after)


@settings(deadline=None)
@given(differences, amounts, amounts)
def test_every_transfer_moves_points_between_two_accounts(
    difference: int, balance: int, owed: int
) -> None:
    for leg in settle(difference, balance=balance, owed=owed).legs:
        assert leg.amount > 0
        assert leg.debit != leg.credit


@settings(deadline=None)
@given(differences, amounts, amounts)
def test_the_standing_changes_by_exactly_the_difference(
    difference: int, balance: int, owed: int
) -> None:
    settled = settle(difference, balance=balance, owed=owed)
    assert settled.balance >= 0
    assert settled.owed >= 0
    assert (settled.balance - settled.owed) - (balance - owed) == difference


@settings(deadline=None)
@given(st.lists(differences, max_size=12))
def test_the_transfers_of_a_history_add_up_to_the_standing(history: list[int]) -> None:
    accounts: Counter[str] = Counter()
    balance = owed = 0
    for difference in history:
        legs, balance, owed = settle(difference, balance=balance, owed=owed)
        for leg in legs:
            accounts[leg.debit] -= leg.amount
            accounts[leg.credit] += leg.amount
        assert balance == 0 or owed == 0, "who has points owes none"
    assert accounts["wallet"] == balance
    assert accounts["owed"] == -owed
    assert accounts["budget"] == -sum(history)


@pytest.mark.parametrize(("balance", "owed"), [(-1, 0), (0, -1)])
def test_a_standing_below_zero_is_a_bug_and_stops(balance: int, owed: int) -> None:
    with pytest.raises(AssertionError, match="never below zero"):
        settle(1, balance=balance, owed=owed)
