"""Nothing that reads outside data is left out of the fuzzing, and its inputs come past the parsers."""

from random import Random

import pytest

from device_bridge.profiles.table import PROFILES
from tests.fuzz.target import Target
from tests.fuzz.targets import all_targets, profile_target_name
from tests.fuzz.vocabulary import EDGES
from wellness_api.health.formats.table import FORMATS
from wellness_api.health.imports.file_kinds import FILE_KINDS

TARGETS = all_targets()
MUTATIONS = 60


def unchanged(data: bytes, _: int) -> bytes:
    return data


@pytest.mark.parametrize("name", [form.name for form in FORMATS])
def test_every_format_has_a_target(name: str) -> None:
    assert name in TARGETS


@pytest.mark.parametrize("name", FILE_KINDS)
def test_every_form_of_import_has_a_target_for_its_zip_and_for_what_is_in_it(name: str) -> None:
    assert {f"import-{name}", f"import-{name}-zip"} <= set(TARGETS)


@pytest.mark.parametrize("name", [profile_target_name(profile) for profile in PROFILES.values()])
def test_every_profile_of_the_gateway_has_a_target(name: str) -> None:
    assert name in TARGETS


@pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
def test_some_seed_of_a_target_is_read_and_none_is_a_finding(target: Target) -> None:
    read = 0
    for seed in target.seeds:
        assert len(seed) <= target.bytes_max
        target.try_input(seed)
        try:
            target.read(seed)
        except target.allowed:
            continue
        read += 1
    assert read


MUTATED = {name: target for name, target in TARGETS.items() if target.mutator}


@pytest.mark.parametrize("target", MUTATED.values(), ids=list(MUTATED))
def test_changed_inputs_are_the_same_for_the_same_seed_bounded_and_no_findings(
    target: Target,
) -> None:
    assert target.mutator is not None
    random = Random(1)
    inputs = list(target.seeds)
    for seed in range(MUTATIONS):
        before = random.choice(inputs)
        after = target.mutator(before, target.bytes_max, seed, unchanged)
        assert after == target.mutator(before, target.bytes_max, seed, unchanged)
        assert len(after) <= target.bytes_max
        target.try_input(after)
        inputs.append(after)
    assert len(set(inputs)) > MUTATIONS // 2


def test_changing_an_input_leaves_the_vocabulary_as_it_is() -> None:
    before = repr(EDGES)
    target = TARGETS["columns-json"]
    assert target.mutator is not None
    for seed in range(25_000):
        target.mutator(target.seeds[0], target.bytes_max, seed, unchanged)
    assert repr(EDGES) == before
