"""The steps of `wellness check`, the fastest first."""

import sys
from pathlib import Path
from typing import Final

import msgspec

PYTHON: Final = sys.executable
SOURCES: Final = ("points", "device_bridge", "wellness_api", "migrations", "tests")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A command that passes when it ends with 0. `mend`: the command that repairs instead of complaining."""

    name: str
    command: tuple[str, ...]
    mend: tuple[str, ...] | None = None


CHECKS: Final = (
    Step(
        name="format",
        command=(PYTHON, "-m", "ruff", "format", "--check", "--quiet", *SOURCES),
        mend=(PYTHON, "-m", "ruff", "format", "--quiet", *SOURCES),
    ),
    Step(
        name="lint",
        command=(PYTHON, "-m", "ruff", "check", "--quiet", *SOURCES),
        mend=(PYTHON, "-m", "ruff", "check", "--quiet", "--fix", *SOURCES),
    ),
    Step(name="dead code", command=(PYTHON, "-m", "vulture")),
    Step(
        name="import contracts",
        command=(
            PYTHON,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
        ),
    ),
    # Finds statements that would stop a city. .squawk.toml lists the rules and files that are left out.
    Step(
        name="migrations",
        command=(str(Path(PYTHON).with_name("squawk")), "migrations/versions/*.sql"),
    ),
    Step(
        name="generated documents",
        command=(PYTHON, "-m", "wellness_api.checkout.documents"),
        mend=("./run", "docs"),
    ),
    Step(
        name="pages",
        command=("./run", "npm", "run", "--silent", "check"),
        mend=("./run", "npm", "run", "--silent", "format"),
    ),
    Step(
        name="secrets",
        command=(PYTHON, "-m", "wellness_api.checkout.secrets"),
    ),
    Step(name="types", command=(PYTHON, "-m", "mypy")),
)
