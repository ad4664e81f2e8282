"""The database's functions and views as the program has them: a file each, in `functions/` beside their capability.

A file makes one function or view, named as the file is, and says who may use it. There is one function of a name: with
other arguments it is another version of the same one.
"""

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal, NamedTuple, cast

FOLDERS: Final = ("*/functions/*.sql", "*/*/functions/*.sql")
"""Of a wing, and of a capability in it."""

MADE: Final = re.compile(
    r"^CREATE (?:OR REPLACE (?P<function>FUNCTION)|(?P<view>VIEW)) (?P<name>\w+\.\w+)\b",
    re.MULTILINE,
)


class Function(NamedTuple):
    """A function or view; `path` is its file's, from the package on, and `text` what makes it."""

    name: str
    kind: Literal["function", "view"]
    path: str
    text: str

    @property
    def digest(self) -> bytes:
        """Of the text."""
        return sha256(self.text.encode()).digest()


@cache
def functions_of_the_program() -> Sequence[Function]:
    """All of them, by name."""
    root = Path(str(files("wellness_api")))
    return read_functions(root)


def read_functions(root: Path) -> Sequence[Function]:
    """Those in the folders of the package at `root`, by name."""
    paths = [path for folder in FOLDERS for path in root.glob(folder)]
    return sorted(_read(path, path.relative_to(root).as_posix()) for path in paths)


def digest_of(functions: Sequence[Function]) -> bytes:
    """What tells one version of all functions and views from another; where the files stand does not matter."""
    whole = sha256()
    for one in functions:
        whole.update(one.name.encode() + b"\0" + one.digest)
    return whole.digest()


def _read(path: Path, shown: str) -> Function:
    text = path.read_text(encoding="utf-8")
    made = list(MADE.finditer(text))
    assert len(made) == 1, f"{shown} makes one function or view"
    name = made[0]["name"]
    assert name.partition(".")[2] == path.stem, f"{shown} is named as what it makes"
    kind = "function" if made[0]["function"] else "view"
    return Function(name, cast('Literal["function", "view"]', kind), shown, text)
