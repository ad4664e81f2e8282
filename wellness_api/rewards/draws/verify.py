"""Checks a published draw with nothing but what is published."""

from collections.abc import Iterator
from datetime import timedelta

from points.draws import Entrant, digest, list_digest, winners
from wellness_api.rewards.draws.beacon import is_beacon
from wellness_api.rewards.draws.published import PublishedDraw, Winner


def faults_of(draw: PublishedDraw) -> Iterator[str]:
    """What is wrong with the draw, in plain sentences; nothing if everything that can be checked by now is right."""
    if draw.list_digest is not None:
        yield from _faults_of_list(draw)
    if draw.seed is None:
        return
    if digest(draw.seed) != draw.commitment:
        yield "the seed is not the one that was committed to when the draw was made"
    if draw.public_value_source is not None and not draw.public_value:
        yield "the draw names a public value, and none was mixed in"
    yield from _faults_of_value(draw)
    entrants = entrants_of(draw)
    if entrants is not None and _winners(draw, entrants) != draw.winners:
        yield "the winners are not those that follow from the seed, the list and the public value"


def entrants_of(draw: PublishedDraw) -> list[Entrant] | None:
    """The entrants in the lines of the list; None if a line cannot be read."""
    entrants = []
    for line in draw.entrants:
        person, _, entries = line.partition(" ")
        if not (entries.isascii() and entries.isdecimal() and len(entries) < len("1000000")):
            return None
        entrants.append(Entrant(person, int(entries)))
    return entrants


def _faults_of_list(draw: PublishedDraw) -> Iterator[str]:
    if draw.entrants_cursor is not None:
        yield "the list of entries goes on on further pages; give the address of the draw's document instead"
        return
    if list_digest(draw.entrants) != draw.list_digest:
        yield "the list of entries is not the one whose digest was published when the draw closed"
    entrants = entrants_of(draw)
    if entrants is None:
        yield "the list of entries has a line that is not a person and a number"
        return
    persons = [entrant.person for entrant in entrants]
    if len(set(persons)) != len(persons):
        yield "the list of entries names a person twice"
    if (len(entrants), sum(entrant.entries for entrant in entrants)) != (
        draw.entrants_count,
        draw.entries_count,
    ):
        yield "the list of entries has not as many persons or entries as was said"


def _faults_of_value(draw: PublishedDraw) -> Iterator[str]:
    terms, entered_at = draw.public_value_terms, draw.public_value_entered_at
    if terms is None or draw.public_value is None or entered_at is None or draw.closed_at is None:
        return
    # No zone is a whole day from UTC.
    if entered_at.date() > terms.last_day + timedelta(days=1):
        yield "the public value was entered after the last day for it"
    if draw.closed_at.date() > terms.known_on:
        yield "the list of entries was fixed when the public value was public already"
    number = draw.public_value_round
    if number is not None and not is_beacon(draw.public_value, number):
        yield f"the public value is not the signature of drand's round {number}"


def _winners(draw: PublishedDraw, entrants: list[Entrant]) -> list[Winner]:
    assert draw.seed is not None, "the caller looked"
    won = winners(
        entrants,
        [prize.count for prize in draw.prizes],
        seed=draw.seed,
        public_value=draw.public_value or "",
        one_prize_each=draw.one_prize_each,
    )
    return [Winner(place=winner.place, prize=winner.prize, entry=winner.entry) for winner in won]
