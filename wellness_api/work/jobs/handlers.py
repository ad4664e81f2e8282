"""`/v1/jobs`: what the worker does again and again, and whether it went well."""

from datetime import datetime
from typing import Final

import msgspec
from litestar import get

from wellness_api.http.access import only
from wellness_api.http.services import SignedInRequest, services_of

JOBS: Final = "SELECT name, rests_seconds, began_at, ended_at, failed_at, error, failures FROM work.job ORDER BY name"


class JobRun(msgspec.Struct, kw_only=True):
    """A job and its last turn.

    `rests_seconds`: between two turns. `failed_at`, `error`: of the last turn that failed, if one did; the error's type
    and place in the program. `failures`: how many in a row until now; 0 when the last turn went well.
    """

    name: str
    rests_seconds: float
    began_at: datetime
    ended_at: datetime
    failed_at: datetime | None
    error: str | None
    failures: int


class JobRuns(msgspec.Struct, kw_only=True):
    """All jobs that a worker ever ran, by name."""

    items: list[JobRun]


@get(
    "/v1/jobs",
    operation_id="jobs",
    summary="The worker's jobs, and how they went",
    description=(
        "Turns that go well are noted once a minute, others at once. What failed of single items is at GET /v1/set-aside."
    ),
    tags=["operation"],
    **only("health_staff", "programme_officer"),
)
async def get_jobs(request: SignedInRequest) -> JobRuns:
    """The list of the jobs."""
    rows = await services_of(request).pool.fetch(JOBS)
    return JobRuns(items=[JobRun(**row) for row in rows])
