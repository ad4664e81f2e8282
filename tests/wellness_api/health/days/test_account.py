"""What became of each record, for the receipt of a day: a sender and a resident see where every step went."""

import numpy as np
import pytest

from tests.wellness_api.health.days.written_records import DAY, counted, records_of, written
from wellness_api.health.days.account import AccountOfSource, account_of


def rows(account: AccountOfSource, *, sources: int = 1) -> list[tuple[int, ...]]:
    """Whole steps: sent, implausible, superseded, in detail, overlapped by each source, counted."""
    overlapped = np.zeros((sources, len(account.sent)), np.int64)
    overlapped[account.overlapped.sources, account.overlapped.records] = account.overlapped.amounts
    columns = [
        account.sent,
        account.implausible,
        account.superseded,
        account.in_detail,
        *overlapped,
        account.counted,
    ]
    return [
        tuple(amount // 1_000 for amount in row)
        for row in zip(*(column.tolist() for column in columns), strict=True)
    ]


ONE_SOURCE = {
    "a record that nothing meets is counted": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 |   600
        """,
        [(600, 0, 0, 0, 0, 600)],
    ),
    "what finer records said for it": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 |   600
        phone  | 08:00 | 08:10 |   450
        """,
        [(600, 0, 0, 450, 0, 150), (450, 0, 0, 0, 0, 450)],
    ),
    "details that were scaled down, and up": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 |   600
        phone  | 08:00 | 08:10 |   900
        phone  | 10:00 | 11:00 |   600
        phone  | 10:00 | 10:30 |   200
        phone  | 10:30 | 11:00 |   100
        """,
        [
            (600, 0, 0, 600, 0, 0),
            (900, 0, 0, 300, 0, 600),
            (600, 0, 0, 600, 0, 0),
            (200, 0, 0, -200, 0, 400),
            (100, 0, 0, -100, 0, 200),
        ],
    ),
    "what a later record took the place of, by crossing it or wholly": (
        """
        source | from  | to    | steps | changed
        phone  | 08:00 | 08:30 |   900 | 08:31
        phone  | 08:20 | 08:50 | 1,200 | 08:51
        phone  | 10:00 | 10:30 |   100 | 10:31
        phone  | 10:00 | 10:30 |   150 | 10:32
        """,
        [
            (900, 0, 300, 0, 0, 600),
            (1_200, 0, 0, 0, 0, 1_200),
            (100, 0, 100, 0, 0, 0),
            (150, 0, 0, 0, 0, 150),
        ],
    ),
    "what cannot be true, as a record and in its minute": (
        """
        source | from     | to       | steps
        phone  | 08:00    | 08:10    | 9,000
        phone  | 09:00:00 | 09:00:30 |   390
        phone  | 09:00:30 | 09:01:30 |   200
        """,
        [(9_000, 9_000, 0, 0, 0, 0), (390, 390, 0, 0, 0, 0), (200, 100, 0, 0, 0, 100)],
    ),
}


@pytest.mark.parametrize(("table", "expected"), ONE_SOURCE.values(), ids=ONE_SOURCE.keys())
def test_the_account_of_one_source(table: str, expected: list[tuple[int, ...]]) -> None:
    (account,) = account_of(counted(*written(table)))
    assert rows(account) == expected


def test_who_took_the_place_of_a_worse_source_and_of_how_much() -> None:
    watch, phone, station = account_of(
        counted(
            *written("""
        source  | from  | to    | steps
        watch   | 08:00 | 08:10 |   300
        phone   | 08:00 | 08:20 |   500
        station | 08:05 | 08:25 |   400
        station | 08:05 | 08:15 |    90
        """)
        )
    )
    assert rows(watch, sources=3) == [(300, 0, 0, 0, 0, 0, 0, 300)]
    assert rows(phone, sources=3) == [(500, 0, 0, 0, 300, 0, 0, 200)]
    # The station's finer record lies in both others' time; its coarser one has 310 of its own from 08:15.
    assert rows(station, sources=3) == [
        (400, 0, 0, 90, 0, 100, 0, 210),
        (90, 0, 0, 0, 45, 45, 0, 0),
    ]


def test_the_account_knows_a_record_by_its_place_and_what_of_it_lies_in_the_day() -> None:
    elsewhere = (DAY.end, DAY.end + 60_000, 100_000, 0, 0)
    over_midnight = (DAY.end - 60_000, DAY.end + 60_000, 200_000, 0, 0)
    (account,) = account_of(counted(records_of([elsewhere, over_midnight])))
    assert account.places.tolist() == [1]
    assert rows(account) == [(100, 0, 0, 0, 0, 100)]


def test_a_day_without_sources_has_nothing_to_account_for() -> None:
    assert account_of(counted()) == []
    (account,) = account_of(counted(records_of([])))
    assert rows(account) == []
