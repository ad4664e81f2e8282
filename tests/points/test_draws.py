"""Winners and tickets: fair, and the same for whoever computes them."""

from collections import Counter
from datetime import date
from hashlib import sha256
from itertools import pairwise

import numpy as np
import pytest

from points import draws
from points.draws import Entrant, anchor, chain, entry_of, tickets, tickets_by_day, winners

CHI_SQUARE_9_MAX = 27.88
"""Of nine degrees of freedom it is passed once in a thousand; seeds are fixed, so a pass stays a pass."""

ABC = [Entrant("aaaa", 1), Entrant("bbbb", 2), Entrant("cccc", 3)]


def won(
    entrants: list[Entrant], prizes: list[int], *, seed: str = "5eed", one_prize_each: bool = True
) -> list[tuple[int, int, str]]:
    drawn = winners(entrants, prizes, seed=seed, public_value="", one_prize_each=one_prize_each)
    return [(winner.place, winner.prize, winner.entry) for winner in drawn]


def by_hand(entrants: list[Entrant], seed: str, public_value: str) -> list[str]:
    """Every entry in the order of its hash, the slow way."""
    text = "".join(f"{person} {entries}\n" for person, entries in entrants)
    listed = sha256(text.encode()).hexdigest()
    entries = [f"{person}-{n + 1}" for person, count in entrants for n in range(count)]
    return sorted(
        entries,
        key=lambda entry: sha256(f"{seed}|{listed}|{public_value}|{entry}".encode()).hexdigest(),
    )


def test_the_lowest_hashes_win_in_the_order_of_the_prizes() -> None:
    order = by_hand(ABC, "5eed", "4711")
    drawn = winners(ABC, [1, 2], seed="5eed", public_value="4711", one_prize_each=False)
    assert [(winner.place, winner.prize, winner.entry) for winner in drawn] == [
        (1, 1, order[0]),
        (2, 2, order[1]),
        (3, 2, order[2]),
    ]


def test_a_person_wins_once_where_the_draw_says_so() -> None:
    order = by_hand(ABC, "5eed", "")
    first_of_each = list({entry.split("-")[0]: entry for entry in reversed(order)}.values())
    expected = sorted(first_of_each, key=order.index)
    assert [entry for _, _, entry in won(ABC, [10])] == expected
    assert len(won(ABC, [10], one_prize_each=False)) == 6


def test_prizes_beyond_the_entries_stay() -> None:
    assert len(won([Entrant("aaaa", 1)], [1, 5])) == 1
    assert won([], [3]) == []


def test_of_equal_hashes_the_entry_by_name_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "digest", lambda _: "0" * 64)
    assert won(ABC, [2, 2], one_prize_each=False) == [
        (1, 1, "aaaa-1"),
        (2, 1, "bbbb-1"),
        (3, 2, "bbbb-2"),
        (4, 2, "cccc-1"),
    ]


def test_every_entry_wins_as_often_as_any_other() -> None:
    entrants = [Entrant(f"{number:04}", 2) for number in range(5)]
    counts: Counter[str] = Counter()
    for seed in range(4_000):
        counts.update(
            entry for _, _, entry in won(entrants, [1], seed=f"fair {seed}", one_prize_each=False)
        )
    entries = [entry_of(person, number) for person, count in entrants for number in (1, count)]
    chi_square = sum((counts[entry] - 400) ** 2 / 400 for entry in entries)
    assert sum(counts.values()) == 4_000
    assert chi_square < CHI_SQUARE_9_MAX


def test_twice_the_entries_are_twice_the_chance_also_where_nobody_wins_twice() -> None:
    entrants = [Entrant("aaaa", 1), Entrant("bbbb", 2)]
    firsts = Counter(
        won(entrants, [1], seed=f"fair {seed}")[0][2].split("-")[0] for seed in range(3_000)
    )
    assert firsts["bbbb"] == pytest.approx(2_000, abs=90)


def test_a_ticket_can_be_worked_out_by_hand() -> None:
    key, resident, day = b"k" * 32, 4_711, date(2026, 11, 18).toordinal()
    start = int.from_bytes(sha256(key + day.to_bytes(8, "big")).digest()[:8], "big")
    z = (start + (resident + 1) * 0x9E3779B97F4A7C15) % 2**64
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
    expected = z ^ z >> 31
    drawn = tickets(key, np.array([5, resident]), np.array([day - 1, day]))
    assert drawn.shape == (2, 2)
    assert drawn.dtype == np.uint64
    assert int(drawn[1, 1]) == expected


def test_tickets_depend_on_key_resident_and_day_alone() -> None:
    keys = [b"a" * 32, b"b" * 32]
    residents, days = np.array([1, 2, 3]), np.array([739_000, 739_001])
    both = tickets_by_day(keys, residents, days)
    assert both[:, 0].tolist() == tickets(keys[0], residents, days[:1])[:, 0].tolist()
    assert both[[2, 0], 1].tolist() == tickets(keys[1], np.array([3, 1]), days[1:])[:, 0].tolist()
    assert len(np.unique(both)) == 6


def test_tickets_are_uniform_over_residents_and_over_days() -> None:
    drawn = tickets(b"u" * 32, np.arange(1, 20_001), np.arange(739_000, 739_010))
    tenths = (drawn / 2.0**64 * 10).astype(int)
    for day in range(10):
        counts = np.bincount(tenths[:, day], minlength=10)
        assert ((counts - 2_000) ** 2 / 2_000).sum() < CHI_SQUARE_9_MAX
    # A resident's luck of one day says nothing of the next.
    wins = (drawn < 2**64 // 10).astype(float)
    assert abs(np.corrcoef(wins[:, 0], wins[:, 1])[0, 1]) < 0.03


def test_each_seed_of_a_chain_is_the_hash_of_the_next_and_the_anchor_that_of_the_first() -> None:
    seeds = chain(b"z" * 32, 5)
    assert seeds[-1] == b"z" * 32
    for seed, following in pairwise(seeds):
        assert seed == sha256(following).digest()
    assert anchor(seeds[0]) == sha256(seeds[0]).digest()
