"""Advisory locks have one purpose each."""

import re
from pathlib import Path

import migrations
import wellness_api
from wellness_api.database import locks

NUMBERED = re.compile(r"pg_(?:try_)?advisory_(?:xact_)?lock(?:_shared)?\(\s*(\d+)\s*,")
TAKEN = re.compile(r"^(\w+_LOCK): Final = (\d+)$", re.MULTILINE)

SQL_OF_LOCKS = {
    "days/hold_days_open.sql": locks.OPEN_DAYS_LOCK,
    "functions/close_days_before.sql": locks.OPEN_DAYS_LOCK,
    "functions/make_team.sql": locks.TEAM_LOCK,
    "functions/join_team.sql": locks.TEAM_LOCK,
    "functions/leave_team.sql": locks.TEAM_LOCK,
    "draws/steps.py": locks.DRAW_LOCK,
}
"""Which purpose the numbers in a file are for; a file that takes the resident's lock too is looked at for its own."""


def sources() -> dict[str, str]:
    folders = (Path(str(wellness_api.__file__)).parent, Path(str(migrations.__file__)).parent)
    return {
        f"{path.parent.name}/{path.name}": path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".py", ".sql"} and "node_modules" not in path.parts
    }


def test_no_two_purposes_share_a_number() -> None:
    numbers = [value for name, value in vars(locks).items() if name.endswith("_LOCK")]
    assert len(numbers) == len(set(numbers)) > 6


def test_every_number_in_a_statement_is_one_of_the_list_and_for_its_purpose() -> None:
    for name, text in sources().items():
        numbers = {int(number) for number in NUMBERED.findall(text)}
        if numbers:
            assert numbers <= {SQL_OF_LOCKS.get(name), locks.RESIDENT_LOCK}, (name, numbers)


def test_numbers_are_named_in_the_list_alone() -> None:
    elsewhere = {
        name: TAKEN.findall(text)
        for name, text in sources().items()
        if name != "database/locks.py" and TAKEN.search(text)
    }
    assert elsewhere == {}
