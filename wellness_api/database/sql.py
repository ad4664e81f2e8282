"""SQL lives in .sql files beside the code of its capability, one statement in each file, and is read once at import.

A statement with more than NUMBERED_MAX parameters names them, `:like_this`, and is called with these names.
"""

import re
from importlib.resources import files
from typing import Any, Final

NUMBERED_MAX: Final = 3
"""With more parameters, nobody sees at the call which is which: `read_sql` refuses the file at import."""

_PIECES: Final = re.compile(
    r"""
    (?P<kept>
        --[^\n]*                                # A comment to the line's end,
        | /\*.*?\*/                             # one that says where it ends,
        | \b[eE]'(?:[^'\\]|''|\\.)*'            # a string with escapes,
        | '(?:[^']|'')*'                        # a string,
        | "(?:[^"]|"")*"                        # a quoted name,
        | \$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$  # a string between dollars,
        | ::                                    # and a cast are left as they are.
    )
    | (?<![\w\]]):(?P<name>[a-z_][a-z0-9_]*)
    | \$(?P<number>[0-9]+)
    """,
    re.VERBOSE | re.DOTALL,
)


class Statement:
    """A statement whose parameters have names, for `connection.fetch(*STATEMENT(name=value, …))`.

    `text`: as the database gets it, the same at each call, so that a connection prepares it once. `names`: those of its
    $1, $2 and so on. Write a slice of an array with a space, `[first : last]`; otherwise its end would be read as a name.
    """

    __slots__ = ("_taken", "names", "text")

    def __init__(self, text: str) -> None:
        numbers: dict[str, int] = {}

        def piece(match: re.Match[str]) -> str:
            assert match["number"] is None, "a statement's parameters all have names, or none has"
            name = match["name"]
            return match[0] if name is None else f"${numbers.setdefault(name, len(numbers) + 1)}"

        self.text = _PIECES.sub(piece, text)
        self.names = tuple(numbers)
        self._taken = frozenset(numbers)

    def __call__(self, /, **values: object) -> tuple[Any, ...]:
        """The text and the values in its order, as asyncpg's methods take them. Each name is needed once, and no other is allowed."""
        return self.text, *self.arguments(**values)

    def arguments(self, /, **values: object) -> tuple[object, ...]:
        """The values alone, in the order of the statement's names; for the rows of `executemany`."""
        if values.keys() != self._taken:
            missing, unknown = self._taken - values.keys(), values.keys() - self._taken
            raise TypeError(
                f"a statement takes {', '.join(self.names)}: missing {sorted(missing)}, unknown {sorted(unknown)}"
            )
        return tuple(values[name] for name in self.names)


def read_sql(package: str, name: str) -> str:
    """The statement in `name`.sql of `package`, with at most NUMBERED_MAX parameters, $1 and so on."""
    text = _read(package, name)
    numbers = {match["number"] for match in _PIECES.finditer(text)} - {None}
    assert len(numbers) <= NUMBERED_MAX, f"{package} {name}: so many parameters want names"
    return text


def read_named_sql(package: str, name: str) -> Statement:
    """The statement in `name`.sql of `package`, whose parameters have names."""
    return Statement(_read(package, name))


def _read(package: str, name: str) -> str:
    return files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")
