"""The programmes that the city has put in force, by version. A version is written once and never changed."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Final, get_args

import msgspec

from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE, OWN
from wellness_api.identity.accounts.resident_facts import Channel
from wellness_api.identity.consents.purposes import PURPOSE_BY_CODE
from wellness_api.process.trouble import Trouble

ADD_PROGRAMME: Final = read_named_sql(__package__, "add_programme")
IS_KEPT: Final = "SELECT EXISTS (SELECT FROM rewards.programme WHERE code = $1 AND version = $2)"
PROGRAMMES_KEPT: Final = read_sql(__package__, "programmes_kept")

NO_PROGRAMME_FROM: Final = date(2000, 1, 1)
"""Without a programme no day is frozen."""

ADDING_UP: Final = {figure.code for figure in OWN.values() if figure.adds_up}

_decoder: Final = msgspec.json.Decoder(Programme)


class ProgrammeVersionInForce(Trouble):
    """The version exists with other rules. A change needs a new version."""

    def __init__(self, programme: Programme) -> None:
        super().__init__(
            f"programme {programme.code} version {programme.version} is in force with other rules; "
            f"give the change version {programme.version + 1}"
        )


class BeginsInThePast(Trouble):
    """The version would work out days anew that were worked out before anybody knew of it."""

    def __init__(self, programme: Programme) -> None:
        super().__init__(
            f"programme {programme.code} version {programme.version} begins on {programme.in_force_from}, which is"
            " past: everybody's days since then would be worked out anew, and points given and taken back by it; give"
            " it a first day to come, or add --from-past"
        )


class UnknownName(Trouble):
    """The programme names a figure, a channel or a purpose of consent that does not exist."""

    def __init__(self, place: str, what: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        likely = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {likely[0]}?" if likely else f"there are {', '.join(names)}"
        super().__init__(f"{place}: there is no {what} {name}; {hint}")


def check_names(programme: Programme) -> None:
    """Raises UnknownName for a name that the engine has no catalogue of. A rule with such a name would pay nobody,
    without an error.
    """
    for rule in programme.rules:
        for figure in rule.figures_needed:
            _check(f"rule {rule.code}", "figure", figure, FIGURE_BY_CODE)
    for origin, of_origin in programme.trusts.named():
        for metric in of_origin.day_max:
            _check(f"trust.{origin}.day_max", "metric that adds up", metric, ADDING_UP)
    conditions = [(f"segment {segment.code}", segment) for segment in programme.segments]
    for place, condition in [("eligibility", programme.eligibility), *conditions]:
        if condition is None:
            continue
        for channel in condition.channels:
            _check(place, "channel", channel, get_args(Channel))
        for purpose in condition.consents:
            _check(place, "purpose of consent", purpose, PURPOSE_BY_CODE)


def _check(place: str, what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise UnknownName(place, what, name, known)


async def add_programme(connection: Connection, programme: Programme) -> None:
    """Puts a version in force. Adding the same version again changes nothing.

    Raises ProgrammeVersionInForce for other rules, and UnknownName.
    """
    check_names(programme)
    kept: str = await connection.fetchval(
        *ADD_PROGRAMME(
            code=programme.code,
            version=programme.version,
            definition=msgspec.json.encode(programme).decode(),
            in_force_from=programme.in_force_from,
            in_force_to=programme.in_force_to,
        ),
    )
    if _decoder.decode(kept) != programme:
        raise ProgrammeVersionInForce(programme)


async def is_kept(connection: Connection, programme: Programme) -> bool:
    """Whether this version is stored already."""
    kept: bool = await connection.fetchval(IS_KEPT, programme.code, programme.version)
    return kept


async def programmes_kept(connection: Connection) -> list[Programme]:
    """Every version of every programme, each in force until the day before the next one takes over."""
    rows = await connection.fetch(PROGRAMMES_KEPT)
    versions = [_decoder.decode(row["definition"]) for row in rows]
    return [_until_replaced(version, versions) for version in versions]


def not_frozen_from(programmes: Iterable[Programme], today: date) -> date:
    """The first day that still counts under every programme in force today."""
    windows = [
        programme.late_window_days for programme in programmes if programme.in_force_on(today)
    ]
    return today - timedelta(days=min(windows)) if windows else NO_PROGRAMME_FROM


def _until_replaced(version: Programme, versions: Sequence[Programme]) -> Programme:
    later = [
        other.in_force_from - timedelta(days=1)
        for other in versions
        if other.code == version.code and other.version > version.version
    ]
    ends = [*later, *([version.in_force_to] if version.in_force_to else [])]
    return msgspec.structs.replace(version, in_force_to=min(ends)) if ends else version
