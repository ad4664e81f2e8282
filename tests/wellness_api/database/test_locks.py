"""Advisory locks have one purpose each."""

import re
from pathlib import Path

import asyncpg

import wellness_api
from wellness_api.database import locks

TAKEN = re.compile(
    r"pg_(?:try_)?advisory_(?:xact_)?(?:un)?lock(?:_shared)?\(\s*(hashtext\('[^']*'\)|[^\s,)]+)"
)
NAMED = re.compile(r"\$\d+(?:::integer)?|:\w+(?:::integer)?|\{\w+_LOCK\}")
"""A parameter, or the constant itself in a statement that a constant is put together of."""

LOCKS_OF_FUNCTIONS = {
    "health.close_days_before": {locks.OPEN_DAYS_LOCK},
    "health.ensure_segment_partitions": {locks.PARTITIONS_LOCK},
    "identity.erase_rows_of_resident": {locks.RESIDENT_LOCK},
    "rewards.join_team": {locks.TEAM_LOCK},
    "rewards.leave_team": {locks.TEAM_LOCK},
    "rewards.make_team": {locks.TEAM_LOCK},
}
"""Which locks the functions of the database take; all others get theirs from Python."""

OF_FUNCTIONS = """
SELECT nspname || '.' || proname AS name, prosrc
FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
WHERE prosrc ~ 'advisory' AND nspname NOT IN ('pg_catalog', 'information_schema')
"""


def sources() -> dict[Path, str]:
    folder = Path(str(wellness_api.__file__)).parent
    return {
        path.relative_to(folder): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".py", ".sql"} and not {"node_modules", "functions"} & set(path.parts)
    }


def key_of(said: str) -> int | str:
    text = re.fullmatch(r"hashtext\('([^']*)'\)", said)
    return text[1] if text else int(said)


def test_no_two_purposes_share_a_number() -> None:
    numbers = [value for name, value in vars(locks).items() if name.endswith("_LOCK")]
    assert len(numbers) == len(set(numbers)) > 6


def test_a_statement_gets_its_lock_from_the_list() -> None:
    taken = [(name, said) for name, text in sources().items() for said in TAKEN.findall(text)]
    assert len(taken) > 6
    assert [place for place in taken if not NAMED.fullmatch(place[1])] == []


async def test_a_function_of_the_database_says_the_lock_of_its_purpose(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(OF_FUNCTIONS)
    await connection.close()
    said = {row["name"]: {key_of(key) for key in TAKEN.findall(row["prosrc"])} for row in rows}
    assert said == LOCKS_OF_FUNCTIONS


def test_numbers_are_named_in_the_list_alone() -> None:
    named = re.compile(r"^(\w+_LOCK): Final = (\d+)$", re.MULTILINE)
    elsewhere = {
        name: named.findall(text)
        for name, text in sources().items()
        if name != Path("database/locks.py") and named.search(text)
    }
    assert elsewhere == {}
