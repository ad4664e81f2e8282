"""Deletes samples by span or source, and moves samples whose clock was wrong."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from litestar import delete, get, post
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from device_bridge.wire import SOURCE_PATTERN
from points.said import said
from wellness_api.health.corrections.asked import Asked
from wellness_api.health.corrections.keeping import keep_correction, own_corrections
from wellness_api.health.corrections.problems import TooManyCorrections, TooManyShifts
from wellness_api.health.corrections.shapes import OwnCorrection, OwnCorrections, Shift
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.spans import EARLIEST, LATEST, InvalidSpan, TimeSpan, check_span
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.idempotency import IdempotencyKeyReused, key_parameter
from wellness_api.http.operations import refuses, takes
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.work.doorbell import DOORBELL

DAYS_SHIFTED_MAX: Final = 31
"""A shift's samples are looked at before they are moved: none may end up after now."""

EVER: Final = TimeSpan(EARLIEST, LATEST)
SHIFT: Final = BodyDecoder(Shift)


@delete(
    "/v1/me/samples",
    operation_id="deleteSamples",
    summary="Delete samples of a span",
    description=(
        "What is deleted stays deleted when a device sends it again. Days that are not frozen are worked out anew, and"
        " points that rested on the samples are corrected. `from` is included, `to` is not."
    ),
    tags=["resident"],
    status_code=200,
    **only("resident"),
    **refuses(InvalidSpan, IdempotencyKeyReused, TooManyCorrections),
)
async def delete_samples(
    request: SignedInRequest,
    idempotency_key: Annotated[str, key_parameter("delete-samples-example")],
    from_: Annotated[
        datetime,
        QueryParameter(
            name="from",
            description="RFC 3339, with its offset.",
            examples=[Example(value="2026-11-18T00:00:00+09:00")],
        ),
    ],
    to: Annotated[
        datetime,
        QueryParameter(
            name="to",
            description="RFC 3339, with its offset.",
            examples=[Example(value="2026-11-19T00:00:00+09:00")],
        ),
    ],
    metric: Annotated[
        str | None,
        QueryParameter(description="Only of this metric.", examples=[Example(value="steps")]),
    ] = None,
    source: Annotated[
        str | None,
        QueryParameter(
            pattern=SOURCE_PATTERN,
            description="Only of this source.",
            examples=[Example(value="phone:example")],
        ),
    ] = None,
) -> OwnCorrection:
    """Deletes the samples."""
    span = TimeSpan(from_, to)
    check_span(span)
    asked = Asked(span, _metric(metric), source, by_ms=None)
    return await _correct(request, idempotency_key, asked)


@delete(
    "/v1/me/sources/{source:str}",
    operation_id="deleteSource",
    summary="Delete everything of a source",
    description=(
        "All samples of the device or app, whatever the metric. Take the device off first: what it measures later comes"
        " in as before. Days that are not frozen are worked out anew, and points are corrected."
    ),
    tags=["resident"],
    status_code=200,
    **only("resident"),
    **refuses(IdempotencyKeyReused, TooManyCorrections),
)
async def delete_source(
    request: SignedInRequest,
    idempotency_key: Annotated[str, key_parameter("delete-source-example")],
    source: Annotated[
        str,
        PathParameter(
            pattern=SOURCE_PATTERN,
            description="As in /v1/me/sources.",
            examples=[Example(value="phone:example")],
        ),
    ],
) -> OwnCorrection:
    """Deletes all samples of the source."""
    asked = Asked(EVER, None, source, by_ms=None, is_of_source=True)
    return await _correct(request, idempotency_key, asked)


@post(
    "/v1/me/samples/shift",
    operation_id="shiftSamples",
    summary="Correct a clock that was wrong",
    description=(
        "Moves the samples of a source that were measured under a wrong clock. Nothing may end up after now."
    ),
    tags=["resident"],
    status_code=200,
    **only("resident"),
    **takes(
        Shift,
        {
            "source": "phone:example",
            "from": "2026-09-21T00:00:00+09:00",
            "to": "2026-09-22T00:00:00+09:00",
            "seconds": 3600,
        },
    ),
    **refuses(InvalidSpan, IdempotencyKeyReused, TooManyCorrections, TooManyShifts),
)
async def shift_samples(
    request: SignedInRequest,
    idempotency_key: Annotated[str, key_parameter("shift-samples-example")],
) -> OwnCorrection:
    """Moves the samples."""
    shift = SHIFT.decode(request, await read_body(request))
    span = TimeSpan(shift.start, shift.end)
    check_span(span)
    if shift.end - shift.start > timedelta(days=DAYS_SHIFTED_MAX):
        raise InvalidSpan(
            field="to",
            limit=f"at most {DAYS_SHIFTED_MAX} days after `from`",
            detail=said("span_problem.shift_length", most=DAYS_SHIFTED_MAX),
        )
    if not shift.seconds:
        raise InvalidSpan(
            field="seconds", limit="any number but 0", detail=said("span_problem.no_shift")
        )
    asked = Asked(span, _metric(shift.metric), shift.source, by_ms=shift.seconds * 1000)
    return await _correct(request, idempotency_key, asked)


@get(
    "/v1/me/corrections",
    operation_id="corrections",
    summary="One's own corrections, newest first",
    tags=["resident"],
    **only("resident"),
)
async def get_corrections(request: SignedInRequest) -> OwnCorrections:
    """The list of the resident's corrections."""
    services, resident_id = services_of(request), request.user.principal_id
    return OwnCorrections(items=await own_corrections(services.pool, resident_id))


async def _correct(request: SignedInRequest, idempotency_key: str, asked: Asked) -> OwnCorrection:
    services, resident = services_of(request), request.user
    kept = await keep_correction(
        services.pool,
        resident.principal_id,
        asked,
        idempotency_key=idempotency_key,
        now=services.clock(),
        time_zone=resident.home_zone,
    )
    DOORBELL.of(services).press()
    return kept


def _metric(code: str | None) -> Metric | None:
    if code is None:
        return None
    if code not in METRIC_BY_CODE:
        raise InvalidSpan(
            field="metric",
            limit="a code of GET /v1/metrics",
            detail=said("refusal.no_metric", code=repr(code)),
        )
    return METRIC_BY_CODE[code]
