"""Every kind of problem that the server answers, read from its source, so that no list of them can fall behind."""

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
from wellness_api.rewards.redemptions.problems import Refusal

PACKAGE: Final = Path(wellness_api.__file__).parent
CODE: Final = re.compile(r"[a-z]+(_[a-z]+)*")
STATUSES: Final = range(400, 600)
REPORTS: Final = re.compile(
    r"(Problem|UnreadableBody|UnreadableQuery|_TooLarge|Busy|Refusal|_problem|__init__)$"
)
STATUS_BY_REPORT: Final = {"UnreadableQuery": 400}
"""Of reports that are made without one."""


def reported() -> Iterator[tuple[str, int]]:
    """Code and status of each report whose code stands in the source."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _reported_by(node)


def _reported_by(call: ast.Call) -> Iterator[tuple[str, int]]:
    name = ast.unparse(call.func).rpartition(".")[2]
    values = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    texts = [value for value in values if isinstance(value, str)]
    statuses = [value for value in values if type(value) is int and value in STATUSES]
    status = next(iter(statuses), STATUS_BY_REPORT.get(name))
    if REPORTS.search(name) and status is not None and texts and CODE.fullmatch(texts[0]):
        yield texts[0], status


def server_codes() -> set[str]:
    """Those of reports, and those that are made from a reason's or a class's name."""
    return {
        *dict(reported()),
        *_literals(Refusal),
        *(f"signature_{reason}" for reason in _literals(Reason)),
        *(set(_framework_codes()) - {"template_not_found", "validation"}),
    }


def _framework_codes() -> Iterator[str]:
    """Errors of the framework are named after their classes."""
    for name, one in inspect.getmembers(litestar.exceptions, inspect.isclass):
        is_answered = issubclass(one, HTTPException) and one is not HTTPException
        if is_answered and not issubclass(one, ImproperlyConfiguredException):
            yield re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Exception")).lower()


def _literals(kind: Any) -> Iterator[str]:
    for value in get_args(kind):
        if isinstance(value, str):
            yield value
        else:
            yield from _literals(value)
