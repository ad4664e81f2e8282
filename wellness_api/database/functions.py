"""The database's functions and views as the program has them: each in a file in `functions/` beside its capability.

A file makes one function or view, has its name, and says who may use it. Each name has one function: one with other
arguments is another version of the same function.
"""

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

FOLDERS: Final = ("*/functions/*.sql", "*/*/functions/*.sql")
"""The folders of a wing, and of a capability in a wing."""

MADE: Final = re.compile(
    r"^CREATE (?:OR REPLACE (?P<function>FUNCTION)|(?P<view>VIEW)) (?P<name>\w+\.\w+)\b",
    re.MULTILINE,
)


class Function(NamedTuple):
    """A function or view. `path`: its file, from the package on. `text`: the SQL that makes it."""

    name: str
    kind: Literal["function", "view"]
    path: str
    text: str

    @property
    def digest(self) -> bytes:
        """The digest of the text."""
        return sha256(self.text.encode()).digest()


@cache
def functions_of_the_program() -> Sequence[Function]:
    """All functions and views of the program, by name."""
    root = Path(str(files("wellness_api")))
    return read_functions(root)


def read_functions(root: Path) -> Sequence[Function]:
    """The functions and views in the folders of the package `root`, by name."""
    paths = [path for folder in FOLDERS for path in root.glob(folder)]
    return sorted(_read(path, path.relative_to(root).as_posix()) for path in paths)


def digest_of(functions: Sequence[Function]) -> bytes:
    """A digest that differs between versions of the functions and views. The places of the files do not matter."""
    whole = sha256()
    for function in functions:
        whole.update(function.name.encode() + b"\0" + function.digest)
    return whole.digest()


def _read(path: Path, shown: str) -> Function:
    text = path.read_text(encoding="utf-8")
    made = list(MADE.finditer(text))
    assert len(made) == 1, f"{shown} makes one function or view"
    name = made[0]["name"]
    assert name.partition(".")[2] == path.stem, f"{shown} is named as what it makes"
    kind = "function" if made[0]["function"] else "view"
    return Function(name, cast('Literal["function", "view"]', kind), shown, text)
