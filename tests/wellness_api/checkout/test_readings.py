"""Each reading of the rules in docs/rules.md is held by a test that there is."""

import ast
from pathlib import Path

import pytest

import tests
from wellness_api.checkout.readings import READINGS

BELOW = Path(tests.__file__).parent


@pytest.mark.parametrize("reading", READINGS, ids=[reading.test for reading in READINGS])
def test_a_reading_names_a_test(reading: tuple[str, str, str]) -> None:
    _, _, test = reading
    file, _, name = test.partition("::")
    tree = ast.parse((BELOW / file).read_text(encoding="utf-8"))
    names = {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert name in names
