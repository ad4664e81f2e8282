"""Makes docs/limits.md: every limit, its name, and what happens beyond it, from the lines that state it.

A limit is a module's constant whose name ends in _MAX or _MIN, with the sentence below it. So one line states the limit
and is used, and there is no second list. Limits of single fields stand in shapes (`field_limits.py`). A name that
begins with an underscore is a part of a calculation. The town's figures describe made-up people.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib import import_module
from itertools import chain, zip_longest
from pathlib import Path
from typing import Final, NamedTuple

from litestar import Litestar

from wellness_api.checkout.field_limits import FieldLimit, field_limits
from wellness_api.checkout.tables import markdown_table
from wellness_api.process.settings import Settings

PACKAGES: Final = ("device_bridge", "points", "wellness_api")
NOT_THE_PRODUCT: Final = ("device_bridge/virtual", "wellness_api/town", "wellness_api/web")
ENDS: Final = ("_MAX", "_MIN")


class StatedLimit(NamedTuple):
    """A limit as its module states it. The sentence is empty where none stands below the limit."""

    module: str
    name: str
    sentence: str | None

    @property
    def place(self) -> str:
        """The folder of the module, in the words of the packages."""
        return self.module.rpartition(".")[0].replace(".", "/")

    @property
    def value(self) -> str:
        """The value as the document shows it; the unit is in the name."""
        value = getattr(import_module(self.module), self.name)
        match value:
            case timedelta():
                return str(value)
            case int():
                return f"{value:,}"
            case _:
                return f"{value:g}"


def stated_limits(root: Path) -> Iterator[StatedLimit]:
    """The limits in the product's packages below `root`, by module and line."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            name = path.relative_to(root).with_suffix("").as_posix()
            if not name.startswith(NOT_THE_PRODUCT):
                module = name.replace("/", ".").removesuffix(".__init__")
                body = ast.parse(path.read_text(encoding="utf-8")).body
                yield from _limits_of(module, body)


def limits_document(made: str, root: Path, app: Litestar) -> str:
    """The document: settings, limits of modules, and limits of single fields."""
    beginning = (
        f"# Limits\n\n{made}"
        "This page is for whoever operates or changes the server. Everything that can grow has a limit, and the page says what"
        " happens when the limit is reached. The name of a limit says its unit. The first table has the limits that a deployment"
        " can set. A name with a dot is a field: of an object in `/openapi.json`, of a programme's file, or of a row that is"
        " kept. The limits of query parameters are in `/openapi.json`.\n\n## Settings\n\n"
    )
    settings = markdown_table(("setting", "without it", "what it is"), list(_settings()))
    parts = [beginning, settings]
    tables: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    limits: Iterator[StatedLimit | FieldLimit] = chain(stated_limits(root), field_limits(app))
    for limit in limits:
        tables[limit.place].append((f"`{limit.name}`", limit.value, limit.sentence or ""))
    for place, rows in tables.items():
        parts += [f"\n## {place}\n\n", markdown_table(("limit", "value", "beyond it"), rows)]
    return "".join(parts)


def _limits_of(module: str, body: Sequence[ast.stmt]) -> Iterator[StatedLimit]:
    for statement, below in zip_longest(body, body[1:]):
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                if name.endswith(ENDS) and not name.startswith("_"):
                    yield StatedLimit(module, name, _sentence(below))


def _sentence(below: ast.stmt | None) -> str | None:
    match below:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
        case _:
            return None


def _settings() -> Iterator[tuple[str, str, str]]:
    for name, field in Settings.model_fields.items():
        if name.upper().endswith(ENDS):
            yield (
                f"`WELLNESS_{name.upper()}`",
                "none" if field.default is None else f"{field.default:,}",
                field.description or "",
            )
