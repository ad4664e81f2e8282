"""Where a body is read: never where everybody else is answered."""

import threading
from typing import Any

import pytest

from tests.town import Town
from tests.wellness_api.health.formats.test_every_format import body_of, every_format
from wellness_api.health.formats import handlers
from wellness_api.health.formats.format import Format


@every_format
async def test_no_form_is_read_in_the_loop_however_small_its_body(
    town: Town, form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    read = handlers._read

    def noted(*asked: Any) -> Any:
        threads.append(threading.get_ident())
        return read(*asked)

    monkeypatch.setattr(handlers, "_read", noted)
    hanako = await town.resident()
    answer = await town.call(
        "POST",
        f"/v1/uploads/{form.name}",
        params=[(parameter.name, parameter.example) for parameter in form.parameters],
        data=body_of(form.example),
        headers=hanako.headers
        | {"Idempotency-Key": "small-0001", "Content-Type": form.media_types[0]},
    )
    assert answer.status == 201
    assert threads
    assert threading.get_ident() not in threads
