"""A kind of refusal states what is the same of all of its reports; what is not, whoever raises it says."""

import ast
import inspect
import string
import textwrap

import pytest

from tests.wellness_api.programs.server.problem_codes import kinds
from wellness_api.http.refused import Refused
from wellness_api.http.reports import headers_of, report_of

KINDS = [kind for kind in kinds(Refused) if hasattr(kind, "code")]


class OutOfBread(Refused):
    """The baker has none left."""

    code = "out_of_bread"
    status = 409
    title = "There is no bread"
    kept = "Nothing was sold."
    field = "loaves"
    limit = "at most {left}"
    detail = "There are {left} loaves of {grain} left."

    def __init__(self, left: int, grain: str) -> None:
        super().__init__(left=left, grain=grain)


def test_a_report_has_what_the_kind_states_with_what_is_said() -> None:
    report = report_of(OutOfBread(2, "{rye}"))
    assert (report.type, report.status) == ("urn:wellness:out_of_bread", 409)
    assert report.detail == "There are 2 loaves of {rye} left. Nothing was sold."
    assert [(one.field, one.limit) for one in report.errors] == [("loaves", "at most 2")]
    assert headers_of(OutOfBread(2, "rye")) == {}


def test_words_from_outside_are_no_templates() -> None:
    assert Refused(field="x", limit="{y}", detail="{0.__class__}").detail == "{0.__class__}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_a_kind_s_sentences_name_is_said_whenever_it_is_raised(kind: type[Refused]) -> None:
    named = {
        name.partition("!")[0].partition(".")[0]
        for text in (kind.field, kind.limit, kind.detail)
        for _, name, _, _ in string.Formatter().parse(text)
        if name
    }
    assert named <= _said(kind)


def _said(kind: type[Refused]) -> set[str]:
    """What the kind's own constructor hands on; without one, what is raised as it stands says nothing."""
    holder = next(base for base in kind.__mro__ if "__init__" in vars(base))
    if holder is Refused:
        return set()
    source = ast.parse(textwrap.dedent(inspect.getsource(holder.__init__)))
    return {
        keyword.arg
        for call in ast.walk(source)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg is not None
    }


def test_whoever_may_come_again_is_told_when() -> None:
    for kind in KINDS:
        if kind.status in {429, 503}:
            assert kind.comes_back or "retry_seconds" in inspect.getsource(kind), kind
