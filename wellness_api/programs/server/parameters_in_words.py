"""What is wrong with a parameter or a header, in words for people, where more is known than the framework says."""

from typing import Final

from points.said import Said, said
from wellness_api.health.samples.times_in_words import WRITTEN_OUT, no_moment
from wellness_api.http.services import AnyRequest
from wellness_api.programs.server.limits_in_words import REQUIRED

KEY: Final = "Idempotency-Key"


def parameter_said(request: AnyRequest, *, field: str, limit: str) -> Said | None:
    """The sentence, or None where no more is known. `limit`: what would have been accepted, as the report says it."""
    if field == KEY:
        missing = said("parameter_problem.key_missing")
        return missing if limit == REQUIRED else said("parameter_problem.key_form")
    if limit == REQUIRED:
        return said("parameter_problem.missing", name=field)
    if limit == WRITTEN_OUT and field in request.query_params:
        return no_moment(request.query_params[field])
    return None
