"""What a body holds is counted before it is decoded, so that one call of the decoder keeps nobody waiting."""

import json
import tracemalloc
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given

from tests.wellness_api.health.formats.stores import CONTEXT, Json
from wellness_api.health.formats import bounds
from wellness_api.health.formats.format import ReadItems
from wellness_api.health.formats.rows.form import ROWS_MAX
from wellness_api.health.formats.table import FORMATS
from wellness_api.health.samples.problems import InvalidUpload

READ = {form.name: form.read for form in FORMATS}
ELEMENTS = 900_000


def refused(form: str, body: bytes) -> str:
    """Why the body, or all of it, is not taken; nothing of it was made: no memory for it was asked for."""
    tracemalloc.start()
    try:
        read: ReadItems = READ[form](body, CONTEXT)
    except InvalidUpload as error:
        return error.limit
    except msgspec.ValidationError as error:
        return str(error)
    else:
        assert not read.taken
        (refusal,) = read.refused
        return refusal.limit
    finally:
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        # An element costs some 50 bytes at least.
        assert peak_bytes < ELEMENTS * 40


def listed(before: str, element: str, after: str = "]}") -> bytes:
    return f"{before}{','.join([element] * ELEMENTS)}{after}".encode()


@pytest.mark.parametrize(
    ("form", "before", "path"),
    [
        ("rows", '{"samples":[', "$.samples"),
        ("health-connect", '{"records":[', "$.records"),
        ("health-connect", '{"deleted":[', "$.deleted"),
        ("healthkit", '{"samples":[', "$.samples"),
        ("healthkit", '{"deleted":[', "$.deleted"),
        ("fhir", '{"resourceType":"Bundle","type":"batch","entry":[', "$.entry"),
        ("open-mhealth", '{"items":[', None),
    ],
)
@pytest.mark.parametrize("element", ["1", "{}", '"a,b"'])
def test_too_many_items_are_refused_before_they_are_made(
    form: str, before: str, path: str | None, element: str
) -> None:
    where = "" if path is None else f" - at `{path}`"
    assert refused(form, listed(before, element)) == f"Expected `array` of length <= 20000{where}"


@pytest.mark.parametrize(
    ("form", "before", "after"),
    [
        ("fhir", '{"resourceType":"Observation","status":"final","component":[', "]}"),
        (
            "fhir",
            (
                '{"resourceType":"Bundle","type":"batch","entry":[{"resource":'
                '{"resourceType":"Observation","status":"final","component":['
            ),
            "]}}]}",
        ),
        (
            "open-mhealth",
            (
                '{"body":{},"header":{"schema_id":{"namespace":"omh","name":"step-count"},'
                '"external_datasheets":['
            ),
            "]}}",
        ),
        ("health-connect", '{"records":[{"type":"HeartRate","samples":[', "]}]}"),
        ("healthkit", '{"samples":[{"objects":[', "]}]}"),
    ],
)
def test_an_item_of_too_many_objects_is_refused_before_they_are_made(
    form: str, before: str, after: str
) -> None:
    assert "objects in an item" in refused(form, listed(before, "{}", after))


@pytest.mark.parametrize(
    ("form", "before", "after"),
    [
        (
            "health-connect",
            (
                '{"records":[{"type":"StepsRecord","metadata":{"id":"1","dataOrigin":"a",'
                '"lastModifiedTime":"2026-09-21T09:02:11Z"},"time":"2026-09-21T09:02:11Z",'
            ),
            "}]}",
        ),
        (
            "open-mhealth",
            '{"header":{"schema_id":{"namespace":"omh","name":"step-count"}},"body":{',
            "}}",
        ),
    ],
)
def test_an_object_of_too_many_members_is_refused_before_they_are_made(
    form: str, before: str, after: str
) -> None:
    assert "members of an object" in refused(form, listed(before, '"a":1', after))


@pytest.mark.parametrize("form", ["rows", "health-connect", "healthkit", "fhir", "open-mhealth"])
def test_a_body_of_more_values_than_any_item_needs_is_refused(form: str) -> None:
    body = b"[" + b"1," * bounds.VALUES_PER_BODY_MAX + b"1]"
    assert "values in a body" in refused(form, body)


class Listed(msgspec.Struct):
    """A list as it was decoded with its body."""

    samples: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=ROWS_MAX)]


@pytest.mark.parametrize("samples", [[], [1], [None, {}, [1, 2], "a,b"], None, 5, {}, "1"])
def test_items_are_what_they_are_when_the_body_is_decoded_at_once(samples: Any) -> None:
    def outcome(decode: Callable[[], Any]) -> Any:
        try:
            return [bytes(item) for item in decode()]
        except msgspec.ValidationError as error:
            return str(error)

    body = json.dumps({"samples": samples}).encode()
    raw = msgspec.json.decode(body, type=dict[str, msgspec.Raw])["samples"]
    assert outcome(
        lambda: bounds.items_of(raw, items_min=1, items_max=ROWS_MAX, path="$.samples")
    ) == outcome(lambda: msgspec.json.decode(body, type=Listed).samples)


@given(elements=Json.filter(lambda value: isinstance(value, list) and bool(value)))
def test_elements_are_counted_wherever_a_piece_ends(elements: list[Any]) -> None:
    elements = [*elements, 'a "quoted, [\\', {"\\": ["\\\\", {"]": ","}]}]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounds, "COUNTED_AT_ONCE_BYTES", 3)
        assert bounds.count_of(json.dumps(elements, ensure_ascii=False).encode()) == len(elements)
