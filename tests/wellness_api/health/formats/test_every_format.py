"""What holds for every format: its example works, again it is known, and nothing makes its reader stumble."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import Town
from tests.wellness_api.health.formats.stores import reads_or_refuses
from wellness_api.health.formats.format import Format
from wellness_api.health.formats.table import FORMATS

every_format = pytest.mark.parametrize("form", FORMATS, ids=[form.name for form in FORMATS])


def body_of(example: Any) -> bytes:
    """The example as it is sent."""
    if isinstance(example, bytes):
        return example
    return (example if isinstance(example, str) else json.dumps(example)).encode()


@every_format
async def test_the_example_of_the_description_is_taken_and_known_again(
    town: Town, form: Format
) -> None:
    hanako = await town.resident()
    for key, accepted in (("first-0001", True), ("second-001", False)):
        answer = await town.call(
            "POST",
            f"/v1/uploads/{form.name}",
            params=[(parameter.name, parameter.example) for parameter in form.parameters],
            data=body_of(form.example),
            headers=hanako.headers | {"Idempotency-Key": key, "Content-Type": form.media_types[0]},
        )
        assert answer.status == 201, answer.json
        assert answer.headers["Content-Type"].startswith(form.answer_media_type)
        stored = await town.owner.fetchval("SELECT count(*) FROM health.segment")
        if accepted:
            first = stored
        assert stored == first > 0


@every_format
@given(body=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(form: Format, body: bytes) -> None:
    reads_or_refuses(form.read, body)


@every_format
@given(place=st.integers(0, 100_000), byte=st.integers(0, 255), cut=st.integers(0, 100_000))
def test_an_example_with_a_wrong_byte_or_a_cut_end_is_read_or_refused(
    form: Format, place: int, byte: int, cut: int
) -> None:
    body = bytearray(body_of(form.example))
    body[place % len(body)] = byte
    reads_or_refuses(form.read, bytes(body))
    reads_or_refuses(form.read, bytes(body[: cut % len(body)]))
