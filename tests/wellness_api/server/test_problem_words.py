"""Every kind of problem that the API reports has words of the pages, in both languages."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import litestar.exceptions
from litestar.exceptions import HTTPException, ImproperlyConfiguredException

import wellness_api
from device_bridge.signing import Reason
from wellness_api.redemptions.problems import Refusal

PACKAGE: Final = Path(wellness_api.__file__).parent
WORDS: Final = PACKAGE / "web" / "src" / "frame" / "problem-words.ts"
CODE: Final = re.compile(r"[a-z]+(_[a-z]+)*")
REPORTS: Final = re.compile(r"(Problem|UnreadableBody|_problem|__init__)$")
STATUSES: Final = range(400, 600)


def written_codes() -> Iterator[str]:
    """The codes that stand in the source, as the first of a problem's arguments."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and REPORTS.search(_name(node.func)):
                values = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
                if (
                    values
                    and isinstance(values[0], str)
                    and CODE.fullmatch(values[0])
                    and any(type(value) is int and value in STATUSES for value in values)
                ):
                    yield values[0]


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def framework_codes() -> Iterator[str]:
    """Errors of the framework are named after their classes."""
    for name, one in inspect.getmembers(litestar.exceptions, inspect.isclass):
        is_answered = issubclass(one, HTTPException) and one is not HTTPException
        if is_answered and not issubclass(one, ImproperlyConfiguredException):
            yield re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Exception")).lower()


def literals(kind: Any) -> Iterator[str]:
    for value in get_args(kind):
        if isinstance(value, str):
            yield value
        else:
            yield from literals(value)


def server_codes() -> set[str]:
    return {
        *written_codes(),
        *literals(Refusal),
        *(f"signature_{reason}" for reason in literals(Reason)),
        *(set(framework_codes()) - {"template_not_found", "validation"}),
    }


def test_the_list_of_codes_is_that_of_the_source() -> None:
    assert {"wrong_shape", "wrong_team_code", "sold_out", "draw_exists"} < server_codes()
    assert {"signature_expired", "not_found"} < server_codes()


def test_every_kind_of_problem_has_words_on_the_pages() -> None:
    table = WORDS.read_text(encoding="utf-8").partition("const WORDS")[2].partition("\n};")[0]
    spoken = set(re.findall(r"^  (\w+):", table, re.MULTILINE))
    assert server_codes() - spoken == set(), f"say these in {WORDS.name}"
