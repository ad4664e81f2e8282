"""Figures about uploads for the operator's dashboards."""

from typing import Final

from prometheus_client import Counter

from wellness_api.samples.accept import Accepted

UPLOADS: Final = Counter("wellness_uploads", "Uploads with a receipt", ["outcome"])
SAMPLES: Final = Counter("wellness_samples", "Samples with a receipt", ["outcome"])


def count_receipt(accepted: Accepted) -> None:
    """Counts one receipt; a replayed one counts as an upload but not its samples again."""
    UPLOADS.labels("replayed" if accepted.replayed else "stored").inc()
    if not accepted.replayed:
        SAMPLES.labels("accepted").inc(accepted.receipt.accepted)
        SAMPLES.labels("duplicate").inc(accepted.receipt.duplicate)
        SAMPLES.labels("refused").inc(accepted.receipt.refused)
        SAMPLES.labels("flagged").inc(accepted.receipt.flagged)
