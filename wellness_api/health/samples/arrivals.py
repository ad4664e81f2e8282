"""What an upload depends on that comes now."""

from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.retention import RETENTION
from wellness_api.http.services import Services


def arrival_of(services: Services, time_zone: str) -> Arrival:
    """The arrival by the process's clock, for a resident whose days are in the time zone."""
    now = services.clock()
    first_day = RETENTION.of(services).first_day(local_date(now, time_zone))
    return Arrival(now, time_zone, first_day)
