"""Uploads that fail by an error of ours. The senders can only send them again, so staff must see them."""

from datetime import datetime
from typing import Final

import asyncpg
import structlog
from litestar.enums import ScopeType
from litestar.types import Scope

from wellness_api.database.errors import SERVER_GONE
from wellness_api.http.principals import Principal
from wellness_api.http.services import Services
from wellness_api.programs.server.problems import is_unexpected
from wellness_api.work.set_aside.items import NOBODY, reason_of

NOTE: Final = "SELECT work.note_failed_upload($1, $2, $3, $4)"
UPLOADS: Final = "samples"
"""The tag of the operations that take samples."""

log = structlog.get_logger()


async def note_failed_request(error: Exception, scope: Scope) -> None:
    """Notes the request if it was an upload and the error is ours; the framework calls this for each error."""
    if scope["type"] != ScopeType.HTTP or not is_unexpected(error):
        return
    handler = scope.get("route_handler")
    if scope["method"] in {"POST", "PUT"} and UPLOADS in (getattr(handler, "tags", None) or ()):
        services: Services = scope["litestar_app"].state.services
        user: Principal | None = scope.get("user")
        whose = user.principal_id if user is not None and user.role == "resident" else NOBODY
        await note_failed_upload(services, whose, scope["path"], error, now=services.clock())


async def note_failed_upload(
    services: Services, resident_id: int, path: str, error: Exception, *, now: datetime
) -> None:
    """Notes the upload for staff. If this fails too, the answer must not change."""
    try:
        await services.pool.execute(NOTE, resident_id, path, reason_of(error), now)
    except (*SERVER_GONE, asyncpg.PostgresError):
        log.exception("failed_upload_not_noted")
