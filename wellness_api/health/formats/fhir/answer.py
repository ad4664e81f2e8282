"""What the sender of Observations gets: a Bundle that says what became of each, in the order in which they were sent."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from http import HTTPStatus
from typing import Final

from device_bridge.wire import Receipt
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
from wellness_api.health.formats.format import ItemRefusal, ReadItems
from wellness_api.health.samples.records import DeletedRecord, Record

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
    "deleted": "the Observation was deleted",
    "older_revision": "there is a newer version",
    "not_in_whole_state": "it is not in the whole state that was sent of its time",
    "past_retention": "no values of so long ago are kept",
}
"""By the receipt's reason."""

SINGLE: Final = "Observation"
TRANSACTION: Final = "transaction"
COUNTED: Final = ("accepted", "duplicate", "refused", "flagged")


def fhir_answer(read: ReadItems, receipt: Receipt, fates: Mapping[int, Fate]) -> AnsweredBundle:
    """A response for each entry. The first entry that was taken also has the counts of the upload's samples."""
    refusals = {refusal.item: refusal for refusal in read.refused}
    known = {(batch.metric, batch.source) for batch in receipt.batches if batch.duplicate}
    taken = iter(enumerate(read.taken))
    responses = [
        _refused(refusals[item], single=read.variety == SINGLE)
        if item in refusals
        else _taken(*next(taken), fates, known)
        for item in range(read.item_count)
    ]
    first = next(item for item in range(read.item_count) if item not in refusals)
    said = responses[first].outcome
    issues = [*_counts(receipt), *([] if said is None else said.issue)]
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
) -> EntryResponse:
    """What became of an entry that could be read. It is only called created where nothing of its part was known before."""
    if isinstance(record, DeletedRecord):
        return EntryResponse(status=DELETED)
    fate = fates.get(place)
    if fate is None:
        new = known.isdisjoint((code, record.source) for code in record.columns)
        return EntryResponse(status=CREATED if new else KNOWN)
    severity = "warning" if fate.kept else "error"
    status = HTTPStatus.OK if fate.kept else _not_kept_status(fate)
    return EntryResponse(
        status=f"{status.value} {status.phrase}",
        outcome=OperationOutcome(
            issue=[
                Issue(
                    severity=severity,
                    code=ISSUE_CODES.get(fate.reason, "conflict"),
                    diagnostics=(
                        f"{fate.refused} of {fate.kept + fate.refused} values were not kept:"
                        f" {REASONS.get(fate.reason, REASONS['older_revision'])}."
                    ),
                )
            ]
        ),
    )


def _not_kept_status(fate: Fate) -> HTTPStatus:
    return NOT_KEPT.get(fate.reason, HTTPStatus.CONFLICT)


def _refused(refusal: ItemRefusal, *, single: bool) -> EntryResponse:
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
                    diagnostics=f"{refusal.detail} What would do: {refusal.limit}.",
                    expression=[f"{where}.{path}"],
                )
            ]
        ),
    )


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
