"""A difference in points as transfers: nothing is taken that is not there, nothing is forgotten."""

from collections import Counter
from datetime import date
from typing import NamedTuple, cast, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.posting import Leg, Posting, Stage, lapsing, posting_of
from tests.tables import number, read_rows

SETTLEMENTS = read_rows("""
    what happens                            | difference | pending | balance | owed | lapsed | points    | transfers                                         | pending | balance | owed| lapsed
    nothing changes                         |          0 |       4 |      12 |    0 |      0 | waiting   |                                                   |       4 |      12 |    0|      0
    nothing changes while points are owed   |          0 |       0 |       0 |    3 |      0 | spendable |                                                   |       0 |       0 |    3|      0
    points are earned                       |          5 |       0 |       0 |    0 |      0 | waiting   | budget>pending 5                                  |       5 |       0 |    0|      0
    points are earned on top                |          2 |       5 |      10 |    0 |      0 | waiting   | budget>pending 2                                  |       7 |      10 |    0|      0
    late data of a day that is over         |          2 |       0 |      10 |    0 |      0 | spendable | budget>wallet 2                                   |       0 |      12 |    0|      0
    late data while others of it wait still |          2 |       3 |      10 |    0 |      0 | spendable | budget>wallet 2                                   |       3 |      12 |    0|      0
    a correction takes pending points back  |         -3 |       5 |      10 |    0 |      0 | waiting   | pending>budget 3                                  |       2 |      10 |    0|      0
    what waits goes before what is there    |         -7 |       5 |      10 |    0 |      0 | waiting   | pending>budget 5, wallet>budget 2                 |       0 |       8 |    0|      0
    a correction of points in the wallet    |         -3 |       0 |      10 |    0 |      0 | spendable | wallet>budget 3                                   |       0 |       7 |    0|      0
    a correction takes the last point       |         -3 |       0 |       3 |    0 |      0 | spendable | wallet>budget 3                                   |       0 |       0 |    0|      0
    some of them are spent already          |         -5 |       0 |       2 |    0 |      0 | spendable | wallet>budget 2, owed>budget 3                    |       0 |       0 |    3|      0
    all of them are spent already           |         -5 |       0 |       0 |    0 |      0 | spendable | owed>budget 5                                     |       0 |       0 |    5|      0
    from all three                          |         -9 |       1 |       2 |    4 |      0 | waiting   | pending>budget 1, wallet>budget 2, owed>budget 6  |       0 |       0 |   10|      0
    an award goes to what is owed first     |          2 |       0 |       0 |    5 |      0 | waiting   | budget>owed 2                                     |       0 |       0 |    3|      0
    an award pays off what is owed          |          5 |       0 |       0 |    5 |      0 | spendable | budget>owed 5                                     |       0 |       0 |    0|      0
    the rest of an award waits              |          7 |       0 |       0 |    5 |      0 | waiting   | budget>owed 5, budget>pending 2                   |       2 |       0 |    0|      0
    or is the resident's at once            |          7 |       0 |       0 |    5 |      0 | spendable | budget>owed 5, budget>wallet 2                    |       0 |       2 |    0|      0
    late points after their last day        |          5 |       0 |      10 |    0 |      0 | over      | budget>wallet 5, wallet>expired 5                 |       0 |      10 |    0 |      5
    they pay what is owed first             |          5 |       0 |       0 |    3 |      0 | over      | budget>owed 3, budget>wallet 2, wallet>expired 2  |       0 |       0 |    0 |      2
    a correction of points that lapsed      |         -4 |       0 |      10 |    0 |      6 | over      | expired>budget 4                                  |       0 |      10 |    0 |      2
    some of them were spent before          |         -9 |       0 |       2 |    0 |      6 | over      | expired>budget 6, wallet>budget 2, owed>budget 1  |       0 |       0 |    1 |      0
""")

amounts = st.integers(0, 1_000)
differences = st.integers(-1_000, 1_000)


class Situation(NamedTuple):
    """A difference, and the standing that it meets."""

    difference: int
    pending: int
    balance: int
    owed: int
    lapsed: int
    stage: Stage

    @property
    def posting(self) -> Posting:
        return posting_of(
            self.difference,
            pending=self.pending,
            balance=self.balance,
            owed=self.owed,
            lapsed=self.lapsed,
            stage=self.stage,
        )


stages: st.SearchStrategy[Stage] = st.sampled_from(get_args(Stage))
situations = st.builds(Situation, differences, amounts, amounts, amounts, amounts, stages)


def written(legs: list[Leg]) -> str:
    return ", ".join(f"{leg.debit}>{leg.credit} {leg.amount}" for leg in legs)


@pytest.mark.parametrize("row", SETTLEMENTS, ids=[row[0] for row in SETTLEMENTS])
def test_what_is_owed_comes_first_and_no_account_goes_below_zero(row: list[str]) -> None:
    _, difference, pending, balance, owed, lapsed, stage, transfers, *after = row
    assert stage in get_args(Stage)
    posting = posting_of(
        number(difference),
        pending=number(pending),
        balance=number(balance),
        owed=number(owed),
        lapsed=number(lapsed),
        stage=cast("Stage", stage),
    )
    assert written(posting.legs) == transfers
    assert list(posting[1:]) == [number(written) for written in after]


@settings(deadline=None)
@given(situations)
def test_every_transfer_moves_points_between_the_city_and_an_account_of_the_resident(
    situation: Situation,
) -> None:
    legs = [leg for leg in situation.posting.legs if leg[:2] != ("wallet", "expired")]
    for leg in legs:
        assert leg.amount > 0
        assert (leg.debit == "budget") == (situation.difference > 0)
        assert (leg.credit == "budget") == (situation.difference < 0)
    assert sum(leg.amount for leg in legs) == abs(situation.difference), "nothing is lost"


@settings(deadline=None)
@given(situations)
def test_the_standing_changes_by_exactly_the_difference(situation: Situation) -> None:
    posting = situation.posting
    assert min(posting[1:]) >= 0
    before = situation.pending + situation.balance + situation.lapsed - situation.owed
    after = posting.pending + posting.balance + posting.lapsed - posting.owed
    assert after - before == situation.difference


@settings(deadline=None)
@given(situations)
def test_nothing_becomes_owed_while_there_are_points_to_take(situation: Situation) -> None:
    posting = situation.posting
    if posting.owed > situation.owed:
        assert posting.pending == posting.balance == posting.lapsed == 0
    if max(after - before for after, before in zip(posting[1:3], situation[1:3], strict=True)) > 0:
        assert posting.owed == 0, "an award offsets all that is owed before it gives"
    if posting.balance < situation.balance:
        assert posting.pending == posting.lapsed == 0, "what waits goes first, then what lapsed"
    if situation.stage == "over":
        assert posting.balance <= situation.balance, "nothing to spend comes after its last day"


@settings(deadline=None)
@given(st.lists(st.tuples(differences, stages), max_size=12))
def test_the_transfers_of_a_history_add_up_to_the_standing(
    history: list[tuple[int, Stage]],
) -> None:
    accounts: Counter[str] = Counter()
    pending = balance = owed = lapsed = 0
    for difference, stage in history:
        legs, pending, balance, owed, lapsed = posting_of(
            difference, pending=pending, balance=balance, owed=owed, lapsed=lapsed, stage=stage
        )
        for leg in legs:
            accounts[leg.debit] -= leg.amount
            accounts[leg.credit] += leg.amount
        assert pending + balance == 0 or owed == 0, "who has points owes none"
    assert (accounts["pending"], accounts["wallet"]) == (pending, balance)
    assert (accounts["owed"], accounts["expired"]) == (-owed, lapsed)
    assert accounts["budget"] == -sum(difference for difference, _ in history)


@pytest.mark.parametrize("account", ["pending", "balance", "owed", "lapsed"])
def test_a_standing_below_zero_is_a_bug_and_stops(account: str) -> None:
    standing = {"pending": 0, "balance": 0, "owed": 0, "lapsed": 0} | {account: -1}
    with pytest.raises(AssertionError, match="never below zero"):
        posting_of(1, **standing, stage="spendable")


LAPSING = read_rows("""
    balance | of 2027 | of 2028 | of 2029 | today      | lapses
         30 |      10 |      10 |      10 | 2027-03-31 |
         30 |      10 |      10 |      10 | 2027-04-01 | 2027-03-31 10
         25 |      10 |      10 |      10 | 2027-04-01 | 2027-03-31 5
         20 |      10 |      10 |      10 | 2027-04-01 |
         25 |      10 |      10 |      10 | 2028-04-01 | 2027-03-31 5, 2028-03-31 10
         10 |      10 |      -5 |      10 | 2028-04-01 |
         12 |       0 |       0 |      10 | 2028-04-01 | 2028-03-31 2
          0 |      10 |      10 |       0 | 2029-04-01 |
    """)


@pytest.mark.parametrize("row", LAPSING, ids=[" ".join(row[:5]) for row in LAPSING])
def test_the_oldest_points_are_spent_first_and_the_rest_lapses_by_its_own_last_day(
    row: list[str],
) -> None:
    balance, *of_years, today, lapses = row
    lots = {
        date(year, 3, 31): number(points)
        for year, points in zip((2027, 2028, 2029), of_years, strict=True)
    }
    lapsed = lapsing(number(balance), lots, today=date.fromisoformat(today))
    assert ", ".join(f"{day} {points}" for day, points in sorted(lapsed.items())) == lapses
