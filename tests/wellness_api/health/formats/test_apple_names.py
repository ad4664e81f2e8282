"""The same source and the same samples, whether HealthKit's data come from an app or from an export.xml."""

import re

import pytest

from device_bridge.wire import SOURCE_PATTERN
from wellness_api.health.formats.apple.names import apple_source, product_type_of

DEVICES: list[tuple[str | None, str | None]] = [
    (
        "<<HKDevice: 0x3035d0460>, name:Apple Watch, model:Watch, hardware:Watch6,10, software:10.6.1>",
        "Watch6,10",
    ),
    (
        "<<HKDevice: 0x302212e40>, name:iPhone, manufacturer:Apple Inc., model:iPhone, hardware:iPhone13,2>",
        "iPhone13,2",
    ),
    ("<<HKDevice: 0x1>, name:H10, manufacturer:Polar, hardware:00760690.03>", None),
    ("<<HKDevice: 0x1>, name:H10>", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("device", "hardware"), DEVICES)
def test_the_hardware_is_found_in_the_device_of_an_export(
    device: str | None, hardware: str | None
) -> None:
    assert product_type_of(device) == hardware


def test_a_watch_is_told_by_its_hardware_and_everything_else_counts_as_a_phone() -> None:
    kinds = {
        product: apple_source("OMRON connect", product).partition(":")[0]
        for product in ("Watch6,1", "iPhone14,2", "iPad8,1", "Watch", "My Watch6,1", "", None)
    }
    assert {product for product, kind in kinds.items() if kind == "watch"} == {"Watch6,1"}
    assert set(kinds.values()) == {"watch", "phone"}


def test_an_apps_samples_have_one_source_with_and_without_the_phones_hardware() -> None:
    assert apple_source("OMRON connect", "iPhone14,2") == apple_source("OMRON connect", None)


def test_two_names_are_two_sources_and_spaces_make_no_difference() -> None:
    assert apple_source("太郎のiPhone", None) != apple_source("花子のiPhone", None)
    assert apple_source("Taro\u2019s Apple\u00a0Watch", None) == apple_source(
        "Taro\u2019s Apple Watch ", None
    )


@pytest.mark.parametrize("name", ["太郎のApple Watch", "", " ", "\ud800", "x" * 10_000])
def test_a_source_is_one_whatever_the_name_and_never_shows_it(name: str) -> None:
    source = apple_source(name, "Watch6,1")
    assert re.fullmatch(SOURCE_PATTERN, source)
    assert re.fullmatch(r"watch:Watch6\.1-[0-9a-f]{8}", source)
