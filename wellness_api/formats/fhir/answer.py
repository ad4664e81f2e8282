"""What the sender of Observations gets: a Bundle with what became of each, in the order they were sent."""

from typing import Final

from device_bridge.wire import Receipt
from wellness_api.formats.fhir.resources import (
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
from wellness_api.formats.format import ItemRefusal, ReadItems
from wellness_api.samples.records import DeletedRecord

CREATED: Final = "201 Created"
DELETED: Final = "200 OK"
REFUSED: Final = "422 Unprocessable Entity"

SINGLE: Final = "Observation"
TRANSACTION: Final = "transaction"
COUNTED: Final = ("accepted", "duplicate", "refused", "flagged")


def fhir_answer(read: ReadItems, receipt: Receipt) -> AnsweredBundle:
    """A response for each entry; the first one that was taken also says how the upload's samples fared."""
    refusals = {refusal.item: refusal for refusal in read.refused}
    taken = iter(read.taken)
    entries = [
        AnsweredEntry(
            response=_refused(refusals[item], single=read.variety == SINGLE)
            if item in refusals
            else EntryResponse(
                status=DELETED if isinstance(next(taken), DeletedRecord) else CREATED
            )
        )
        for item in range(read.item_count)
    ]
    first = next(item for item in range(read.item_count) if item not in refusals)
    entries[first] = AnsweredEntry(
        response=EntryResponse(status=entries[first].response.status, outcome=_counts(receipt))
    )
    return AnsweredBundle(
        type="transaction-response" if read.variety == TRANSACTION else "batch-response",
        identifier=Identifier(system=UPLOAD_SYSTEM, value=str(receipt.upload_id)),
        timestamp=receipt.received_at.isoformat(),
        entry=entries,
    )


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


def _counts(receipt: Receipt) -> OperationOutcome:
    return OperationOutcome(
        issue=[
            Issue(
                severity="information",
                code="informational",
                details=CodeableConcept(coding=[Coding(system=RECEIPT_SYSTEM, code=name)]),
                diagnostics=str(getattr(receipt, name)),
            )
            for name in COUNTED
        ]
    )
