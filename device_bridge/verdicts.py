"""What the server's answer to an upload means, and how an upload is taken apart when something in it is odd."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import msgspec

from device_bridge.requests import Answer
from device_bridge.wire import CLOCK_AHEAD_MS_MAX, EARLIEST_MS, Batch, Receipt, Upload

# These are about the gateway or the moment, not about the upload: its clock, its registration, the server's load.
TRY_AGAIN: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
# Only these say that the upload cannot be taken as it is. Any other refusal is about who sends, for whom, or how. It
# passes when somebody has enrolled the card, mended the registration or ended the contention.
NOT_AS_IT_IS: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
_BATCH: Final = re.compile(r"^batches\[(?P<batch>[0-9]{1,3})\]\.(?P<column>[a-z_]+)")
# What decoding and looking up may raise. RecursionError is a RuntimeError, and OverflowError an ArithmeticError.
_UNREADABLE: Final = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
_OF_ALL_SAMPLES: Final = frozenset({"metric", "source", "revision", "origin"})


class _FieldProblem(msgspec.Struct):
    field: str = ""


class _Problem(msgspec.Struct):
    errors: list[_FieldProblem] = []


class Delivered(msgspec.Struct, frozen=True):
    """The server has the upload on disk."""

    receipt: Receipt


class Refused(msgspec.Struct, frozen=True):
    """The server will never take the upload as it is. `field`: what the server names as odd, if anything."""

    status: int
    problem: bytes
    field: str = ""


class Held(msgspec.Struct, frozen=True):
    """The upload cannot go for this card now; something must change first. It does not concern other cards."""

    reason: str
    asked_seconds: float = 0.0


class Faulty(msgspec.Struct, frozen=True):
    """The server failed on this upload, and the upload may be the cause."""

    status: int
    problem: bytes


class Later(msgspec.Struct, frozen=True):
    """Nothing can go now: the network, the server or the gateway's registration must change first."""

    reason: str
    asked_seconds: float = 0.0


Verdict = Delivered | Refused | Held | Faulty | Later


def judge(answer: Answer) -> Verdict:
    """What an answer to an upload means. An answer that cannot be read, such as a million open brackets, means nothing yet."""
    try:
        return _judged(answer)
    except _UNREADABLE as error:
        return Later(f"answered {answer.status}, and not to be read: {type(error).__name__}")


def _judged(answer: Answer) -> Verdict:
    status = answer.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        try:
            return Delivered(msgspec.json.decode(answer.body, type=Receipt))
        except msgspec.MsgspecError:
            # A captive portal answers 200 to anything; only a receipt is the server's word.
            return Later(f"answered {status} without a receipt", answer.retry_after_seconds)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return Faulty(status, answer.body)
    if status in TRY_AGAIN or not (
        HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        return Later(f"answered {status}", answer.retry_after_seconds)
    field = _field_at_fault(answer.body)
    if status not in NOT_AS_IT_IS or field == "card":
        return Held(f"answered {status}", answer.retry_after_seconds)
    return Refused(status, answer.body, field)


def _field_at_fault(problem: bytes) -> str:
    try:
        errors = msgspec.json.decode(problem, type=_Problem).errors
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    return errors[0].field if errors else ""


def parts_of(upload: Upload, field: str) -> list[Upload]:
    """The upload taken apart: the batch at fault and the rest, or two halves; one part if nothing can be separated.

    If each refused part is taken apart again, few requests separate the odd sample.
    """
    batches = upload.batches
    match = _BATCH.match(field)
    if match is not None and int(match["batch"]) < len(batches):
        odd = int(match["batch"])
        if len(batches) > 1:
            rest = [batch for place, batch in enumerate(batches) if place != odd]
            return [_with(upload, rest), _with(upload, [batches[odd]])]
        if match["column"] in _OF_ALL_SAMPLES:
            return [upload]
    if len(batches) > 1:
        half = len(batches) // 2
        return [_with(upload, batches[:half]), _with(upload, batches[half:])]
    (batch,) = batches
    half = len(batch.times_ms) // 2
    if not half:
        return [upload]
    return [
        _with(upload, [_samples_of(batch, slice(None, half))]),
        _with(upload, [_samples_of(batch, slice(half, None))]),
    ]


def with_times_brought(upload: Upload, *, now_ms: int) -> tuple[Upload, int]:
    """The upload with impossible times, which a wrong clock made, moved to just before `now_ms`; and how many these are."""
    brought = 0
    batches = []
    for batch in upload.batches:
        times_ms = list(batch.times_ms)
        odd = [
            place
            for place, time_ms in enumerate(times_ms)
            if not EARLIEST_MS <= time_ms <= now_ms + CLOCK_AHEAD_MS_MAX
        ]
        for age, place in enumerate(reversed(odd)):
            times_ms[place] = now_ms - age  # If they had one time, only one value would be left.
        brought += len(odd)
        batches.append(msgspec.structs.replace(batch, times_ms=times_ms))
    return _with(upload, batches), brought


def _with(upload: Upload, batches: Sequence[Batch]) -> Upload:
    return msgspec.structs.replace(upload, batches=list(batches))


def _samples_of(batch: Batch, samples: slice) -> Batch:
    return msgspec.structs.replace(
        batch, times_ms=batch.times_ms[samples], values=batch.values[samples]
    )
