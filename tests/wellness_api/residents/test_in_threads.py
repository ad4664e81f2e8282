"""What a resident's samples are read in: never the loop, in which everybody else is answered."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from tests.town import NOON, Town, steps
from wellness_api.residents import flagged, samples

SPAN = f"from={NOON - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}&to={NOON:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("module", "path"),
    [
        (samples, f"/v1/me/samples?metric=steps&{SPAN}"),
        (samples, f"/v1/me/samples?metric=steps&points=4&{SPAN}"),
        (flagged, "/v1/me/flagged-samples"),
    ],
)
async def test_samples_are_decoded_beside_the_loop(
    town: Town, monkeypatch: pytest.MonkeyPatch, module: Any, path: str
) -> None:
    threads: list[int] = []
    decode = module.stored_layer

    def noted(row: Any) -> Any:
        threads.append(threading.get_ident())
        return decode(row)

    monkeypatch.setattr(module, "stored_layer", noted)
    hanako = await town.resident()
    await town.upload(hanako, steps([10, 20, 30]))
    assert (await town.get(path, hanako)).status == 200
    assert threads
    assert threading.get_ident() not in threads
