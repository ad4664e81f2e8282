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
from wellness_api.http.capabilities import capabilities
from wellness_api.http.refused import Refused
from wellness_api.programs.server import app, problems, protocol

PACKAGE: Final = Path(wellness_api.__file__).parent
WHATEVER_CAN_REFUSE: Final = (app, protocol)
"""What these import."""


def reported() -> Iterator[tuple[str, int]]:
    """Code and status of each kind of refusal, and of each report that is made of somebody else's error."""
    for kind in kinds(Refused):
        # A test may have made kinds of its own.
        if hasattr(kind, "code") and kind.__module__.startswith("wellness_api."):
            yield kind.code, kind.status
    yield from _reports_of_foreign_errors()


def kinds(base: type[Refused]) -> Iterator[type[Refused]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def _reports_of_foreign_errors() -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(inspect.getsource(problems))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "_problem":
            code, _, status = node.args[:3]
            if isinstance(code, ast.Constant):
                assert isinstance(status, ast.Constant), "a report says its status"
                yield str(code.value), int(str(status.value))


def server_codes() -> set[str]:
    """Those of reports, and those that are made from a reason's or a class's name."""
    capabilities()  # A kind is known once its folder is imported.
    return {
        *dict(reported()),
        *(f"signature_{reason}" for reason in _literals(Reason)),
        *(set(_framework_codes()) - {"template_not_found", "validation"}),
    }


def _framework_codes() -> Iterator[str]:
    """Errors of the framework are named after their classes."""
    for name, error_class in inspect.getmembers(litestar.exceptions, inspect.isclass):
        is_answered = issubclass(error_class, HTTPException) and error_class is not HTTPException
        if is_answered and not issubclass(error_class, ImproperlyConfiguredException):
            yield re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Exception")).lower()


def _literals(kind: Any) -> Iterator[str]:
    for value in get_args(kind):
        if isinstance(value, str):
            yield value
        else:
            yield from _literals(value)
