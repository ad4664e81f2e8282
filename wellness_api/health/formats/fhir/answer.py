"""What the sender of Observations gets: a Bundle that says what became of each, in the order in which they were sent."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from http import HTTPStatus
from typing import Final

from device_bridge.wire import Receipt
from points.said import Language, said
from wellness_api.health.formats.fates import Fate
from wellness_api.health.formats.fhir.resources import (
    RECEIPT_SYSTEM,
    UPLOAD_SYSTEM,
    AnsweredBundle,
    AnsweredEntry,
    CodeableConcept,
    Coding,
    EntryResponse,
    Identifier,
    Issue,
    OperationOutcome,
)
from wellness_api.health.formats.format import ReadItems, RefusedItem
from wellness_api.health.samples.records import DeletedRecord, Record
from wellness_api.words.telling import told

CREATED: Final = "201 Created"
KNOWN: Final = "200 OK"
DELETED: Final = "200 OK"
REFUSED: Final = "422 Unprocessable Entity"

NOT_KEPT: Final = {
    "deleted": HTTPStatus.GONE,
    "older_revision": HTTPStatus.CONFLICT,
    "not_in_whole_state": HTTPStatus.CONFLICT,
    "past_retention": HTTPStatus.UNPROCESSABLE_ENTITY,
}
ISSUE_CODES: Final = {
    "deleted": "deleted",
    "older_revision": "conflict",
    "not_in_whole_state": "conflict",
    "past_retention": "business-rule",
}
REASONS: Final = {
    "deleted": said("not_kept.deleted"),
    "older_revision": said("not_kept.older_revision"),
    "not_in_whole_state": said("not_kept.not_in_whole_state"),
    "past_retention": said("not_kept.past_retention"),
}
"""By the receipt's reason."""

SINGLE: Final = "Observation"
TRANSACTION: Final = "transaction"
COUNTED: Final = ("accepted", "duplicate", "refused", "flagged")


def fhir_answer(
    read: ReadItems, receipt: Receipt, fates: Mapping[int, Fate], language: Language | None
) -> AnsweredBundle:
    """A response for each entry. The first entry that was taken also has the counts of the upload's samples."""
    refusals = {refusal.item: refusal for refusal in read.refused}
    known = {(batch.metric, batch.source) for batch in receipt.batches if batch.duplicate}
    taken = iter(enumerate(read.taken))
    responses = [
        _refused(refusals[item], language, single=read.variety == SINGLE)
        if item in refusals
        else _taken(*next(taken), fates, known, language)
        for item in range(read.item_count)
    ]
    first = next(item for item in range(read.item_count) if item not in refusals)
    outcome = responses[first].outcome
    issues = [*_counts(receipt), *([] if outcome is None else outcome.issue)]
    responses[first] = EntryResponse(
        status=responses[first].status, outcome=OperationOutcome(issue=issues)
    )
    entries = [AnsweredEntry(response=response) for response in responses]
    return AnsweredBundle(
        type="transaction-response" if read.variety == TRANSACTION else "batch-response",
        identifier=Identifier(system=UPLOAD_SYSTEM, value=str(receipt.upload_id)),
        timestamp=receipt.received_at.isoformat(),
        entry=entries,
    )


def fhir_status(read: ReadItems, fates: Mapping[int, Fate]) -> HTTPStatus:
    """The answer's status. In a Bundle each entry has its own; for a single Observation the answer says if nothing was kept."""
    if read.variety == SINGLE and 0 in fates and not fates[0].kept:
        return _not_kept_status(fates[0])
    return HTTPStatus.CREATED


def _taken(
    place: int,
    record: Record | DeletedRecord,
    fates: Mapping[int, Fate],
    known: AbstractSet[tuple[str, str]],
    language: Language | None,
) -> EntryResponse:
    """What became of an entry that could be read. It is only called created where nothing of its part was known before."""
    if isinstance(record, DeletedRecord):
        return EntryResponse(status=DELETED)
    fate = fates.get(place)
    if fate is None:
        new = known.isdisjoint((code, record.source) for code in record.columns)
        return EntryResponse(status=CREATED if new else KNOWN)
    severity = "warning" if fate.kept else "error"
    what = said(
        "not_kept.values",
        refused=fate.refused,
        count=fate.kept + fate.refused,
        reason=REASONS.get(fate.reason, REASONS["older_revision"]),
    )
    status = HTTPStatus.OK if fate.kept else _not_kept_status(fate)
    return EntryResponse(
        status=f"{status.value} {status.phrase}",
        outcome=OperationOutcome(
            issue=[
                Issue(
                    severity=severity,
                    code=ISSUE_CODES.get(fate.reason, "conflict"),
                    details=_in_words(told(what, language), language),
                    diagnostics=told(what, None),
                )
            ]
        ),
    )


def _not_kept_status(fate: Fate) -> HTTPStatus:
    return NOT_KEPT.get(fate.reason, HTTPStatus.CONFLICT)


def _refused(refusal: RefusedItem, language: Language | None, *, single: bool) -> EntryResponse:
    where = "Observation" if single else f"Bundle.entry[{refusal.item}]"
    of_entry = single or refusal.field == "resource" or refusal.field.startswith("request.")
    path = refusal.field if of_entry else f"resource.{refusal.field}"
    return EntryResponse(
        status=REFUSED,
        outcome=OperationOutcome(
            issue=[
                Issue(
                    severity="error",
                    code="invalid",
                    details=_in_words(refusal.told(language).detail, language),
                    diagnostics=f"{refusal.told(None).detail} What would do: {refusal.limit}.",
                    expression=[f"{where}.{path}"],
                )
            ]
        ),
    )


def _in_words(words: str, language: Language | None) -> CodeableConcept | None:
    """What people are told, beside `diagnostics`, which are for developers; None where nobody asks for a language."""
    return None if language is None else CodeableConcept(text=words)


def _counts(receipt: Receipt) -> list[Issue]:
    return [
        Issue(
            severity="information",
            code="informational",
            details=CodeableConcept(coding=[Coding(system=RECEIPT_SYSTEM, code=name)]),
            diagnostics=str(getattr(receipt, name)),
        )
        for name in COUNTED
    ]
