"""Every language says all that there is to say: each key, with the arguments that the code gives it."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final, get_args

import pytest

import points
import wellness_api
from points.amounts import AMOUNTS, Counted
from points.said import amount_said
from tests.wellness_api.programs.server.problem_codes import server_codes
from wellness_api.health.figures.catalogue import FIGURES
from wellness_api.health.figures.parts_of_days import PARTS_OF_DAYS
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.identity.consents.purposes import PURPOSES
from wellness_api.indicators.catalogue import INDICATORS
from wellness_api.words.languages import TONGUES
from wellness_api.words.messages import arguments_of

PACKAGES: Final = [Path(package.__file__).parent for package in (points, wellness_api)]

NAMED: Final = {
    *(f"metric.{metric.code}" for metric in METRICS),
    *(f"figure.{figure.code}" for figure in PARTS_OF_DAYS),
    *(f"answer.{answer.code}" for metric in METRICS for answer in metric.codes),
    *(f"purpose.{purpose.code}" for purpose in PURPOSES),
    *(f"sentence.{purpose.code}" for purpose in PURPOSES),
    *(f"indicator.{indicator.code}" for indicator in INDICATORS),
    *(f"problem.{code}" for code in server_codes()),
    *(f"amount.{figure}" for figure, counted in AMOUNTS.items() if counted != "times"),
    *(f"amount.{counted}" for counted in get_args(Counted)),
}
"""Keys that are made of a code of our own tables."""

PARTS_OF_A_DAY: Final = {"day", "month", "month_name", "weekday", "year"}

every_language = pytest.mark.parametrize("language", TONGUES)


def _said_in(path: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Key and arguments of each call of `said` in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "said":
            assert isinstance(node.args[0], ast.Constant), f"{path}: a key stands in its call"
            assert all(keyword.arg for keyword in node.keywords), f"{path}: arguments have names"
            names = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            yield str(node.args[0].value), names


def keys_in_code() -> dict[str, set[frozenset[str]]]:
    """By key, the arguments that it is said with, wherever that is."""
    arguments_by_key: dict[str, set[frozenset[str]]] = defaultdict(set)
    for package in PACKAGES:
        for path in package.rglob("*.py"):
            for key, arguments in _said_in(path):
                arguments_by_key[key].add(arguments)
    return arguments_by_key


def test_a_key_is_said_with_the_same_arguments_everywhere() -> None:
    differing = {key: names for key, names in keys_in_code().items() if len(names) > 1}
    assert differing == {}


@every_language
def test_every_language_has_every_key_and_no_other(language: str) -> None:
    there = set(TONGUES[language].messages)
    wanted = set(keys_in_code()) | NAMED
    assert wanted - there == set(), f"say these in wellness_api/words/{language}"
    assert there - wanted == set(), f"nobody says these of wellness_api/words/{language}"


@every_language
def test_every_message_takes_the_arguments_that_it_is_given(language: str) -> None:
    messages = TONGUES[language].messages
    names_by_key = {key: next(iter(names)) for key, names in keys_in_code().items()}
    differing = {
        key: sorted(names ^ taken)
        for key, names in names_by_key.items()
        if (taken := {name for name, _ in arguments_of(messages[key])}) != names
    }
    assert differing == {}


@every_language
def test_no_two_figures_that_add_up_are_said_alike(language: str) -> None:
    """So many steps, minutes of one kind or another, metres: what is left out of one is not taken for the other."""
    adding_up = [figure.code for figure in FIGURES if figure.adds_up]
    amounts = {code: TONGUES[language].say(amount_said([code], 30)) for code in adding_up}
    assert all("30" in amount for amount in amounts.values())
    assert len(set(amounts.values())) == len(adding_up)


@every_language
def test_every_language_writes_days_of_their_parts(language: str) -> None:
    tongue = TONGUES[language]
    assert len(tongue.manner.months) == 12
    assert len(tongue.manner.weekdays) == 7
    for written in (tongue.day, tongue.day_long):
        assert {name for name, _ in arguments_of(written)} <= PARTS_OF_A_DAY
    assert "year" in {name for name, _ in arguments_of(tongue.day_long)}
    assert {name for name, _ in arguments_of(tongue.clock)} == {"hour", "minute"}


def test_every_language_has_the_same_files() -> None:
    folders = {
        language: {file.name for file in files("wellness_api.words").joinpath(language).iterdir()}
        for language in TONGUES
    }
    assert len({frozenset(names) for names in folders.values()}) == 1, folders
