"""Enrols simulated residents in a real database, as the counter would."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from points.periods import ONE_DAY
from wellness_api.database.pool import Connection
from wellness_api.identity.accounts.enrolment import NewResident, enrol_residents
from wellness_api.identity.accounts.resident_facts import Sex as SexWord
from wellness_api.town.simulation.city import SimulatedCity
from wellness_api.town.simulation.people import LONGEST_AGO_DAYS, Sex

RESIDENTS_PER_STATEMENT_MAX: Final = 5_000

SEX_WORDS: Final[dict[Sex, SexWord]] = {Sex.FEMALE: "female", Sex.MALE: "male"}


async def enrol_city(connection: Connection, city: SimulatedCity, *, time_zone: str) -> list[int]:
    """Enrols every resident of the city, as of before anybody's first day of data; their ids in the order of their numbers."""
    before_all = datetime.combine(city.today - timedelta(days=LONGEST_AGO_DAYS), time(), UTC)
    ids: list[int] = []
    for start in range(0, len(city.residents), RESIDENTS_PER_STATEMENT_MAX):
        part = city.residents[start : start + RESIDENTS_PER_STATEMENT_MAX]
        ids += await enrol_residents(
            connection,
            [_resident(city, number) for number in part],
            time_zone=time_zone,
            enrolled_at=before_all - ONE_DAY,
        )
    return ids


def _resident(city: SimulatedCity, number: int) -> NewResident:
    return NewResident(
        display_name=f"住民{number + 1}",
        birth_year=city.today.year - int(city.people.age[number]),
        sex=SEX_WORDS[Sex(int(city.people.sex[number]))],
        zone=city.district_of(number).code,
    )
