"""What the tests of both exports share: a resident with samples of everything, and all pages of an export."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tests.town import NOON, Answer, Person, Town, ms
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.health.metrics.metric import Metric

SPAN = {
    "from": (NOON - timedelta(days=2)).isoformat(),
    "to": (NOON + timedelta(hours=1)).isoformat(),
}


def batch(metric: Metric | str, *values: float, source: str = "watch:b", minutes: int = 0) -> Any:
    """Values a minute from an hour ago, not on the full minute: a sample may stand anywhere within it."""
    first = ms(NOON - timedelta(hours=1) + timedelta(minutes=minutes)) + 12_345
    return {
        "metric": metric if isinstance(metric, str) else metric.code,
        "source": source,
        "times_ms": [first + 60_000 * place for place in range(len(values))],
        "values": list(values),
    }


def everything() -> Sequence[Any]:
    """Samples of every metric that an app may send, from two sources, the most and the least that is plausible, and one that is not."""
    return [
        batch(
            metric,
            metric.minimum,
            metric.maximum,
            metric.maximum + metric.resolution,
            source=source,
        )
        for metric in METRICS
        if metric.may_be_recorded_by("anyone")
        for source in ("watch:b", "station:a.b-c")
    ]


def exported_metrics() -> set[str]:
    """The codes of all metrics of which something is in `everything`."""
    return {sent["metric"] for sent in everything()}


async def read(town: Town, person: Person, path: str, **asked: Any) -> Answer:
    return await town.call("GET", path, params=SPAN | asked, headers=person.headers)


async def post(town: Town, person: Person, form: str, body: Any) -> Answer:
    return await town.call(
        "POST",
        f"/v1/uploads/{form}",
        json=body,
        headers=person.headers | {"Idempotency-Key": f"back-{next(town.keys):08}"},
    )
