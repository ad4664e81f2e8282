"""Which city this demo is. It is drawn once, stored under the var folder, and filled up to now at each start."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from points.cohort import cohort_of
from points.presets import preset_text
from points.programme import Programme, read_programme
from points.today import nearest_award
from wellness_api.database.pool import Connection
from wellness_api.http.examples import DEMO_CARD, DEMO_RESIDENT_CODE
from wellness_api.identity.accounts.enrolment import (
    enrol_gateway,
    enrol_staff,
    give_card,
    print_code,
    rename,
)
from wellness_api.indicators.zones import add_zones
from wellness_api.programs.start.obstacles import CannotStart
from wellness_api.rewards.awards.programmes import add_programme
from wellness_api.town.demo.hall import open_hall
from wellness_api.town.simulation.city import SimulatedCity, city
from wellness_api.town.simulation.commands import simulated_zones
from wellness_api.town.simulation.enrolment import enrol_city
from wellness_api.town.simulation.people import Devices, Sync

CODES: Final = {
    "resident": DEMO_RESIDENT_CODE,
    "health_staff": "DEMO-HEALTH-STAFF",
    "programme_officer": "DEMO-PROGRAMME-OFFICER",
}
BEHIND_MS_MIN: Final = 600_000
VISITORS_MAX: Final = 1_000_000
"""Visitors of a demo sign in with the same few codes."""

FAR_FROM_IT: Final = 1_000_000
FISCAL_YEAR_STARTS_MONTH: Final = 4
PREFERRED_AGE_MIN: Final = 65
TEAM_MEMBERS: Final = 3


class DemoCity(msgspec.Struct, kw_only=True):
    """What a demo stores. `featured`: the number of the resident as whom visitors sign in.

    `filled_until_ms`: up to when history was sent, None while the first fill has not ended.
    """

    residents: int
    days: int
    seed: int
    today: date
    resident_ids: list[int]
    featured: int
    staff_ids: dict[str, int]
    filled_until_ms: int | None = None

    @property
    def simulated(self) -> SimulatedCity:
        """The city's people and their days."""
        return city(residents=self.residents, seed=self.seed, today=self.today)

    @property
    def days_to_send(self) -> int:
        """The number of days of history still to be sent, as SimulatedCity.uploads counts it: from today backwards."""
        if self.filled_until_ms is None:
            return self.days
        filled = datetime.fromtimestamp(self.filled_until_ms / 1000, UTC) - timedelta(days=1)
        return (self.today - filled.date()).days + 1

    def is_behind(self, now_ms: int) -> bool:
        """Whether enough was measured since the last sending for people to miss it."""
        return self.filled_until_ms is None or now_ms - self.filled_until_ms > BEHIND_MS_MIN


def load_city(file: Path) -> DemoCity | None:
    """The city of an earlier start, if there was one."""
    if not file.exists():
        return None
    return msgspec.json.decode(file.read_bytes(), type=DemoCity)


def save_city(file: Path, demo: DemoCity) -> None:
    """Stores the city. A cut between two writes leaves the old file whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(demo))
    draft.replace(file)


def remember(file: Path, demo: DemoCity, *, filled_until_ms: int) -> None:
    """Stores up to when the city's history was sent."""
    demo.filled_until_ms = filled_until_ms
    save_city(file, demo)


async def found_city(
    connection: Connection,
    simulated: SimulatedCity,
    *,
    days: int,
    time_zone: str,
    gateway_key: tuple[str, bytes],
) -> DemoCity:
    """Puts a new city into an empty database: zones, programme, people, staff, and the gateway with its key."""
    if await connection.fetchval("SELECT EXISTS (SELECT FROM identity.principal)"):
        raise CannotStart(
            "this database already has people in it; the demo wants an empty one "
            "(WELLNESS_DATABASE_URL), or none, to start its own"
        )
    await add_zones(connection, simulated_zones(simulated))
    await add_programme(connection, demo_programme(simulated.today, days=days))
    ids = await enrol_city(connection, simulated, time_zone=time_zone)
    featured = await asyncio.to_thread(featured_resident, simulated, datetime.now(UTC))
    await rename(connection, ids[featured], "佐藤 花子")
    await give_card(connection, ids[featured], DEMO_CARD)
    others = [resident_id for resident_id in ids if resident_id != ids[featured]]
    await open_hall(connection, others[:TEAM_MEMBERS], today=simulated.today, time_zone=time_zone)
    key_id, public_key = gateway_key
    await enrol_gateway(
        connection, "中央コミュニティセンター", key_id=key_id, public_key=public_key
    )
    return DemoCity(
        residents=len(ids),
        days=days,
        seed=simulated.people.seed,
        today=simulated.today,
        resident_ids=ids,
        featured=featured,
        staff_ids={
            "health_staff": await enrol_staff(connection, "保健師", "health_staff"),
            "programme_officer": await enrol_staff(connection, "健康推進課", "programme_officer"),
        },
    )


async def renew_codes(connection: Connection, demo: DemoCity) -> None:
    """Prints the codes that the README names, if other codes were printed since."""
    people = {"resident": demo.resident_ids[demo.featured]} | demo.staff_ids
    for role, code in CODES.items():
        await print_code(
            connection, people[role], now=datetime.now(UTC), devices_max=VISITORS_MAX, code=code
        )


def demo_programme(today: date, *, days: int) -> Programme:
    """The Yokohama preset, in force for the whole history. Its late window is wide, as all of the history arrives
    today.

    Points can be spent on the next day, so that there are some to spend, and lapse at the end of the next fiscal year.
    """
    preset = read_programme(preset_text("yokohama"))
    first_day = today - timedelta(days=days)
    year = first_day.year - (first_day.month < FISCAL_YEAR_STARTS_MONTH)
    return msgspec.structs.replace(
        preset,
        in_force_from=date(year, FISCAL_YEAR_STARTS_MONTH, 1),
        in_force_to=None,
        late_window_days=min(max(preset.late_window_days, days), 366),
        spendable_after_days=0,
        kept_fiscal_years=1,
    )


def featured_resident(simulated: SimulatedCity, now: datetime) -> int:
    """A resident worth looking at: an older person with only a phone that syncs daily, whose next point is near."""
    people = simulated.people
    phone = (
        (people.devices == Devices.PHONE)
        & (people.sync == Sync.DAILY)
        & (people.joined_day <= people.today - 30)
        & (people.stopped_day > people.today)
    )
    elders = np.flatnonzero(phone & (people.age >= PREFERRED_AGE_MIN))
    candidates = elders if len(elders) else np.flatnonzero(phone)
    if not len(candidates):
        return 0
    return max(candidates.tolist(), key=lambda number: _towards_next_point(simulated, number, now))


def _towards_next_point(simulated: SimulatedCity, number: int, now: datetime) -> int:
    until_ms = round(now.timestamp() * 1000)
    steps = sum(
        int(series.values[series.times_ms < until_ms].sum())
        for series in simulated.day(number, simulated.today).series
        if series.metric == "steps"
    )
    award = nearest_award(
        [
            (
                demo_programme(simulated.today, days=0),
                cohort_of({"steps": np.array([[steps]], np.int32)}, first_day=simulated.today),
            )
        ]
    )
    return -award.steps_needed if award is not None else -FAR_FROM_IT
