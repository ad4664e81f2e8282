"""Figures about uploads for the operator's dashboards."""

from typing import Final

from prometheus_client import Counter

from wellness_api.health.samples.accept import Accepted

UPLOADS: Final = Counter("wellness_uploads", "Uploads with a receipt", ["outcome"])
SAMPLES: Final = Counter("wellness_samples", "Samples with a receipt", ["outcome"])
FLAGGED: Final = Counter("wellness_flagged_samples", "Samples that are implausible, new or known")

_STORED: Final = UPLOADS.labels("stored")
_REPLAYED: Final = UPLOADS.labels("replayed")
_ACCEPTED: Final = SAMPLES.labels("accepted")
_DUPLICATE: Final = SAMPLES.labels("duplicate")
_REFUSED: Final = SAMPLES.labels("refused")


def count_receipt(accepted: Accepted) -> None:
    """Counts one receipt. A receipt that was given before counts as an upload, but its samples do not count again."""
    if accepted.replayed:
        _REPLAYED.inc()
        return
    _STORED.inc()
    for counter, samples in (
        (_ACCEPTED, accepted.receipt.accepted),
        (_DUPLICATE, accepted.receipt.duplicate),
        (_REFUSED, accepted.receipt.refused),
        (FLAGGED, accepted.receipt.flagged),
    ):
        if samples:
            counter.inc(samples)
