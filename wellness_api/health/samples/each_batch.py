"""An upload whose batches are answered one by one. A batch that cannot be taken is refused in its receipt, and the others are taken."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from device_bridge.wire import Batch, BatchProblem, BatchReceipt, Upload
from points.said import Language
from wellness_api.health.samples.columns import (
    Arrival,
    ReadBatch,
    check_samples,
    check_segments,
    digest_of,
    read_batch,
    times_in,
)
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.large_uploads import Misfit
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.http.misfits_in_words import wrong_told
from wellness_api.words.telling import told

NAME_CHARACTERS_MAX: Final = 80
"""A receipt repeats no more of an unknown metric or source; no real one is longer."""

Refused = Mapping[int, BatchReceipt]
"""The receipts of batches that cannot be taken, by their places among all batches of the upload."""

NONE_REFUSED: Final[Refused] = {}


class ReadEach(NamedTuple):
    """The batches that can be taken, the receipts of the others, and a digest for each batch in its place."""

    batches: list[ReadBatch]
    refused: Refused
    digests: Sequence[bytes]


def read_each_batch(upload: Upload, arrival: Arrival, misfits: Mapping[int, Misfit]) -> ReadEach:
    """Reads every batch by itself. Raises InvalidUpload for what is wrong with the upload, and when no batch can be
    taken.

    `misfits`: batches that do not fit the wire contract, by their places among all. `upload` has the other batches.
    """
    check_samples(upload)
    batches: list[ReadBatch] = []
    refused: dict[int, BatchReceipt] = {}
    first_error: Exception | None = None
    digests: list[bytes] = []
    fitting = iter(upload.batches)
    segments = 0
    for place in range(len(upload.batches) + len(misfits)):
        if place in misfits:
            misfit = misfits[place]
            problem = misfit.problem
            refused[place] = _refused("", "", 0, _told(problem, arrival.language))
            first_error = first_error or _as_alone(problem)
            digests.append(digest(misfit.came).bytes)
            continue
        batch = next(fitting)
        try:
            read = read_batch(batch, place, arrival)
        except InvalidUpload as error:
            refused[place] = _refused_for(batch, error, arrival.language)
            first_error = first_error or error
            # The digest of the batch as Python writes it: no encoder takes all numbers that it may hold.
            digests.append(digest_of(batch) or digest(repr(batch).encode()).bytes)
            continue
        batches.append(read)
        digests.append(read.digest)
        segments += len(read.segments)
        check_segments(segments)
    if first_error is not None and not batches:
        raise first_error
    return ReadEach(batches, refused, digests)


def _as_alone(problem: BatchProblem) -> Exception:
    """The error that the upload would be answered with if the sender had not asked for an answer to each batch."""
    return msgspec.ValidationError(f"{problem.detail} - at `$.{problem.field}`")


def _told(problem: BatchProblem, language: Language | None) -> BatchProblem:
    """The same, as the sender is told it."""
    return msgspec.structs.replace(problem, detail=wrong_told(problem.detail, language))


def _refused_for(batch: Batch, error: InvalidUpload, language: Language | None) -> BatchReceipt:
    assert error.sentence is not None, "what is wrong with a batch is said in every language"
    problem = BatchProblem(
        reason="invalid_upload",
        field=error.field,
        limit=error.limit,
        detail=told(error.sentence, language),
    )
    return _refused(batch.metric, batch.source, times_in(batch), problem)


def _refused(metric: str, source: str, times: int, problem: BatchProblem) -> BatchReceipt:
    return BatchReceipt(
        metric=metric[:NAME_CHARACTERS_MAX],
        source=source,
        accepted=0,
        duplicate=0,
        refused=times,
        problem=problem,
    )


def in_their_places(taken: Sequence[BatchReceipt], refused: Refused) -> list[BatchReceipt]:
    """The receipts of all batches, in the order in which the batches were sent."""
    of_taken = iter(taken)
    return [
        refused[place] if place in refused else next(of_taken)
        for place in range(len(taken) + len(refused))
    ]
