"""Chance that anyone can check afterwards: who wins a draw, and which ticket a resident has on a day.

The winners of a draw follow from a published list, a secret seed whose digest was published before, and possibly a
public value. All hashes of a draw are SHA-256 over text and are written as lower-case hexadecimal text, so that
`sha256sum` checks them.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

SEED_BYTES: Final = 32
GOLDEN_GAMMA: Final = np.uint64(0x9E3779B97F4A7C15)
MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
MIX_2: Final = np.uint64(0x94D049BB133111EB)
"""The increment and the multipliers of SplitMix64 (Steele, Lea and Flood, 2014)."""


# draws


class Entrant(NamedTuple):
    """One person on the list of a draw: a name that identifies nobody, and the number of their entries, which are
    numbered from 1.
    """

    person: str
    entries: int

    @property
    def line(self) -> str:
        """The person's line of the published list."""
        return f"{self.person} {self.entries}"


class Won(NamedTuple):
    """One winning entry. `place`: its place in the order of the draw, from 1. `prize`: which of the prizes, from 1.
    `number`: which of the person's entries.
    """

    place: int
    prize: int
    person: str
    number: int

    @property
    def entry(self) -> str:
        """The entry's name, as it is published."""
        return entry_of(self.person, self.number)


def entry_of(person: str, number: int) -> str:
    """The name of the person's entry with this number."""
    return f"{person}-{number}"


def digest(text: str) -> str:
    """The SHA-256 of a text. The digest of a seed is the commitment to it."""
    return sha256(text.encode()).hexdigest()


def list_digest(lines: Iterable[str]) -> str:
    """The digest of a list: of its lines in order, with a line feed after each."""
    return digest("".join(f"{line}\n" for line in lines))


def winners(
    entrants: Sequence[Entrant],
    prize_counts: Sequence[int],
    *,
    seed: str,
    public_value: str,
    one_prize_each: bool,
) -> list[Won]:
    """The entries with the lowest hashes of `seed|list digest|public value|entry`; the first prizes come first.

    `entrants`: in the order of the published list. `prize_counts`: how many there are of each prize.
    `one_prize_each`: only the entry with the lowest hash of each person takes part. When there are more prizes than
    entries, the last prizes are not won.
    """
    before = f"{seed}|{list_digest(entrant.line for entrant in entrants)}|{public_value}|"
    prizes = [prize for prize, count in enumerate(prize_counts, start=1) for _ in range(count)]
    candidates = (
        (min(_hashed(entrant, before)) for entrant in entrants)
        if one_prize_each
        else (ticket for entrant in entrants for ticket in _hashed(entrant, before))
    )
    # Of equal hashes the entry with the lower name comes first.
    lowest = heapq.nsmallest(len(prizes), candidates)
    return [
        Won(place, prize, person, number)
        for place, (prize, (_, _, person, number)) in enumerate(
            zip(prizes, lowest, strict=False), start=1
        )
    ]


def _hashed(entrant: Entrant, before: str) -> Iterator[tuple[str, str, str, int]]:
    for number in range(1, entrant.entries + 1):
        entry = entry_of(entrant.person, number)
        yield digest(before + entry), entry, entrant.person, number


# tickets


def rule_key(seed: bytes, rule: str) -> bytes:
    """The key of one rule's lottery, from a seed that several rules share: SHA-256 of the seed and the rule's code."""
    return sha256(seed + rule.encode()).digest()


def tickets(
    key: bytes, resident_ids: NDArray[np.int64], day_ordinals: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Each resident's ticket of each day under one key: uniform 64-bit numbers, shape (residents, days).

    `day_ordinals`: days as Python counts them, `date.toordinal()`. See `tickets_by_day` for how one is made.
    """
    return tickets_by_day([key] * len(day_ordinals), resident_ids, day_ordinals)


def tickets_by_day(
    keys: Sequence[bytes], resident_ids: NDArray[np.int64], day_ordinals: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """Each resident's ticket of each day, where each day has its own key; shape (residents, days).

    To work out a ticket by hand, all modulo 2^64: `day` is the first 8 bytes, big-endian, of SHA-256 over the key and
    the day's ordinal as 8 bytes, big-endian. z = day + (resident + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9; z = (z ^ z >> 27) * 0x94D049BB133111EB; the ticket is z ^ z >> 31.
    Chance p wins when the ticket is below p * 2^64.

    These steps can be undone, so one ticket gives away the tickets of everybody with that key on that day. No ticket
    may be shown before the day is over.
    """
    assert len(keys) == len(day_ordinals), "each day has a key"
    starts = np.array(
        [_day_start(key, int(day)) for key, day in zip(keys, day_ordinals, strict=True)], np.uint64
    )
    steps = (resident_ids.astype(np.uint64) + np.uint64(1)) * GOLDEN_GAMMA
    mixed = steps[:, None] + starts[None, :]
    mixed ^= mixed >> np.uint64(30)
    mixed *= MIX_1
    mixed ^= mixed >> np.uint64(27)
    mixed *= MIX_2
    mixed ^= mixed >> np.uint64(31)
    return mixed


def _day_start(key: bytes, ordinal: int) -> int:
    return int.from_bytes(sha256(key + ordinal.to_bytes(8, "big")).digest()[:8], "big")


# chains of seeds


def chain(last_seed: bytes, days: int) -> list[bytes]:
    """The seeds of this many days, first day first: each is the SHA-256 of the next day's seed (Lamport, 1981)."""
    seeds = [last_seed]
    while len(seeds) < days:
        seeds.append(sha256(seeds[-1]).digest())
    return seeds[::-1]


def anchor(first_seed: bytes) -> bytes:
    """The SHA-256 of the first day's seed, which is published before that day. It fixes every seed of the chain."""
    return sha256(first_seed).digest()
