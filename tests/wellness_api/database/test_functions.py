"""Functions and views of the database are what the files beside their capability say, and nothing else."""

import asyncio
import random
import re
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from multiprocessing import get_context
from pathlib import Path

import asyncpg
import pytest

import wellness_api
from tests.conftest import Servers
from tests.wellness_api.database.made import drop_all, made
from tests.wellness_api.database.test_interrupted import (
    KilledWhileWaiting,
    empty_database,
    empty_databases,
    side_by_side,
    value,
)
from wellness_api.database.apply_functions import FunctionRefused, apply_functions
from wellness_api.database.functions import (
    Function,
    functions_of_the_program,
    read_functions,
)
from wellness_api.database.migrate import MIGRATIONS, migrate, newest_revision, wanted

PACKAGE = Path(str(wellness_api.__file__)).parent
MAKES = re.compile(
    r"\b(?:CREATE|ALTER)\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|VIEW|PROCEDURE|AGGREGATE|TRIGGER)\s+([\w.]+)",
    re.IGNORECASE,
)
NEEDED_BY_STATEMENTS = {
    "0001_spine.sql": ["identity.current_resident", "identity.current_residents"],
    "0005_ledger.sql": ["rewards.transfer_line", "rewards.settled_before"],
    "0012_ledger_day.sql": ["rewards.append_transfer"],
}
"""Policies, a default and old rows' chains: as they were then. The list does not grow."""


@pytest.fixture(scope="module")
async def migrated(servers: Servers) -> AsyncIterator[str]:
    """The name of a database that was just brought up to date: the tests' own template has another clock."""
    async with empty_database(servers, "with_functions") as database_url:
        await migrate(database_url)
        yield "with_functions"


@pytest.fixture
async def url(servers: Servers, migrated: str) -> AsyncIterator[str]:
    """A copy of it."""
    async with empty_database(servers, "functions_changed", template=migrated) as database_url:
        yield database_url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the program's files, to be changed; a capability without a function is added."""
    for one in functions_of_the_program():
        (tmp_path / one.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGE / one.path, tmp_path / one.path)
    return tmp_path


async def apply(url: str, functions: Sequence[Function]) -> None:
    connection = await asyncpg.connect(url)
    try:
        await apply_functions(connection, functions, revision=newest_revision())
    finally:
        await connection.close()


def add(folder: Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def change(folder: Path, path: str, before: str, after: str) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert before in text
    add(folder, path, text.replace(before, after))


# what there is ------------------------------------------------------------------------------------------------------


async def test_a_migrated_database_has_what_the_files_alone_make_and_nothing_else(
    servers: Servers, url: str, migrated: str
) -> None:
    async with empty_database(servers, "of_files_alone", template=migrated) as other:
        await drop_all(other)
        assert await made(other) == []
        await migrate(other)
        assert await made(other) == await made(url)
    names = [name for name, *_ in await made(url)]
    assert names == [one.name for one in functions_of_the_program()], "one of a name"


def test_every_file_in_a_folder_of_functions_is_applied() -> None:
    there = {
        path.relative_to(PACKAGE).as_posix()
        for wing in PACKAGE.iterdir()
        if wing.is_dir() and wing.name != "web"
        for path in wing.rglob("functions/*")
    }
    assert there == {one.path for one in functions_of_the_program()}


def test_a_function_stands_in_the_wing_whose_schema_it_belongs_to() -> None:
    for one in functions_of_the_program():
        assert one.path.partition("/")[0] == one.name.partition(".")[0]


def test_migrations_make_no_functions_or_views_but_what_their_own_statements_need() -> None:
    made_by = {
        file.name: MAKES.findall(re.sub(r"--.*", "", file.read_text(encoding="utf-8")))
        for file in sorted((MIGRATIONS / "versions").iterdir())
        if file.suffix in {".sql", ".py"}
    }
    assert {name: names for name, names in made_by.items() if names} == NEEDED_BY_STATEMENTS, (
        "the place of any other is a file in a folder `functions`"
    )


# what changes -------------------------------------------------------------------------------------------------------


async def test_a_changed_file_is_applied_once(url: str, folder: Path) -> None:
    change(folder, "rewards/closing/functions/clocks_agree.sql", "5 minutes", "6 minutes")
    before = {row[0]: row for row in await made(url)}
    await apply(url, read_functions(folder))
    after = {row[0]: row for row in await made(url)}
    assert [name for name in after if after[name] != before[name]] == ["rewards.clocks_agree"]
    assert "6 minutes" in after["rewards.clocks_agree"][1]
    when = await value(url, "SELECT applied_at FROM database.applied")
    await apply(url, read_functions(folder))
    assert await value(url, "SELECT applied_at FROM database.applied") == when


async def test_what_somebody_changed_by_hand_is_as_the_files_say_after_the_next_change(
    url: str, folder: Path
) -> None:
    before = await made(url)
    await value(
        url,
        "CREATE OR REPLACE FUNCTION rewards.free_unit(of_item text) RETURNS bigint"
        " LANGUAGE sql STABLE AS 'SELECT 1::bigint'",
    )
    await value(url, "GRANT EXECUTE ON FUNCTION rewards.settle TO wellness_worker")
    await value(url, "GRANT DELETE ON rewards.redemption_shown TO wellness_api")
    change(folder, "rewards/closing/functions/clocks_agree.sql", "-- Whether", "-- If")
    await apply(url, read_functions(folder))
    assert await made(url) == before


async def test_other_arguments_leave_no_function_of_before_behind(url: str, folder: Path) -> None:
    with_rights = "rewards/teams/functions/leave_team.sql"
    change(folder, with_rights, "(who bigint, today date)", "(who bigint, today date, why text)")
    without = "rewards/redemptions/functions/free_unit.sql"
    change(folder, without, "(of_item text)", "(of_item varchar)")
    await apply(url, read_functions(folder))
    names = [name for name, *_ in await made(url)]
    assert names == [one.name for one in functions_of_the_program()]
    definition = "SELECT pg_get_function_arguments('rewards.leave_team'::regproc)"
    assert await value(url, definition) == "who bigint, today date, why text"
    may = "SELECT has_function_privilege($role$wellness_api$role$, 'rewards.leave_team'::regproc, 'EXECUTE')"
    assert await value(url, may)


async def test_other_results_and_other_columns_of_a_view_take_the_place_of_those_before(
    url: str, folder: Path
) -> None:
    change(
        folder, "rewards/redemptions/functions/free_unit.sql", "RETURNS bigint", "RETURNS numeric"
    )
    path = "identity/erasure/functions/table_about_residents.sql"
    change(folder, path, "attname AS person", "attname AS who, relkind")
    await apply(url, read_functions(folder))
    assert await value(url, "SELECT 'rewards.free_unit'::regproc::text") is not None
    columns = (
        "SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = 'identity.table_about_residents'::regclass"
    )
    assert await value(url, columns) == ["relation", "who", "relkind"]


async def test_a_function_whose_file_is_gone_is_dropped(url: str, folder: Path) -> None:
    (folder / "rewards/items/functions/item_totals.sql").unlink()
    (folder / "rewards/draws/functions/draw_standing.sql").unlink()
    await apply(url, read_functions(folder))
    assert await value(url, "SELECT to_regproc('rewards.item_totals')") is None
    assert await value(url, "SELECT to_regclass('rewards.draw_standing')") is None
    await apply(url, functions_of_the_program())
    assert await value(url, "SELECT to_regproc('rewards.item_totals')") is not None


async def test_functions_and_views_that_rest_on_each_other_need_no_order(
    url: str, folder: Path
) -> None:
    add(
        folder,
        "work/functions/a.sql",
        "CREATE OR REPLACE FUNCTION work.a() RETURNS bigint LANGUAGE sql"
        " AS 'SELECT sum(number) FROM work.b';",
    )
    add(folder, "work/functions/b.sql", "CREATE VIEW work.b AS SELECT work.c() AS number;")
    add(
        folder,
        "work/functions/c.sql",
        "CREATE OR REPLACE FUNCTION work.c() RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint';",
    )
    await apply(url, read_functions(folder))
    assert await value(url, "SELECT work.a()") == 7


async def test_policies_keep_the_function_that_they_name(url: str, folder: Path) -> None:
    policies = "SELECT array_agg(format('%s %s %s', schemaname, tablename, qual) ORDER BY 1) FROM pg_policies"
    before = await value(url, policies)
    assert any("current_resident()" in policy for policy in before)
    change(folder, "identity/accounts/functions/current_resident.sql", "nullif(", "nullif (")
    await apply(url, read_functions(folder))
    assert await value(url, policies) == before


# what goes wrong ----------------------------------------------------------------------------------------------------

BROKEN = {
    "a word that SQL has not": (
        "rewards/items/functions/item_totals.sql",
        "SELECT item,",
        "SELEKT item,",
    ),
    "a body that is no PL/pgSQL": (
        "rewards/settlement/functions/settle.sql",
        "END IF;",
        "END IFF;",
    ),
    "a table that there is not": (
        "rewards/teams/functions/team_of.sql",
        "rewards.team_member",
        "rewards.teams",
    ),
    "a role that there is not": (
        "rewards/draws/functions/make_draw.sql",
        "TO wellness_api;",
        "TO nobody;",
    ),
    "arguments that a policy names": (
        "identity/accounts/functions/current_resident.sql",
        "current_resident()",
        "current_resident(who bigint)",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_broken_file_changes_nothing_and_is_named_in_one_line(
    url: str, folder: Path, broken: str
) -> None:
    path, before, after = BROKEN[broken]
    change(folder, path, before, after)
    change(folder, "rewards/closing/functions/clocks_agree.sql", "5 minutes", "6 minutes")
    all_before = await made(url)
    with pytest.raises(FunctionRefused) as refused:
        await apply(url, read_functions(folder))
    assert Path(path).stem in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert await made(url) == all_before
    assert await value(url, "SELECT digest FROM database.applied") == wanted().digest


def changed_everywhere(folder: Path) -> Sequence[Function]:
    """Every function with another body."""
    for one in functions_of_the_program():
        add(folder, one.path, one.text.replace("$$", "$$ -- changed\n", 1))
    return read_functions(folder)


def applying_until(wait: int, url: str, functions: Sequence[Function]) -> None:
    with asyncio.Runner(
        loop_factory=lambda: asyncio.SelectorEventLoop(KilledWhileWaiting(wait))
    ) as runner:
        runner.run(apply(url, functions))


def test_killed_at_any_time_the_functions_are_those_of_before_or_those_of_after(
    servers: Servers, folder: Path, migrated: str
) -> None:
    waits = random.Random(13)
    functions = changed_everywhere(folder)
    with empty_databases(servers, "killed_applying", "not_killed", template=migrated) as (
        url,
        other,
    ):
        before = asyncio.run(made(other))
        asyncio.run(apply(other, functions))
        after = asyncio.run(made(other))
        ended: int | None = None
        killed = 0
        while ended != 0:
            wait = waits.randint(10, 90) if killed < 8 else 100_000
            process = get_context("fork").Process(
                target=applying_until, args=(wait, url, functions)
            )
            process.start()
            process.join(60)
            ended = process.exitcode
            assert ended in {0, -signal.SIGKILL}
            killed += ended != 0
            assert asyncio.run(made(url)) == (before if ended else after)
        assert killed > 3, "some were killed in the middle"


def test_processes_that_find_other_functions_apply_them_once(
    servers: Servers, migrated: str
) -> None:
    with empty_databases(servers, "applied_at_once", template=migrated) as (url,):
        asyncio.run(value(url, "UPDATE database.applied SET digest = '' RETURNING 1"))
        assert [ended.exitcode for ended in side_by_side(url, url)] == [0, 0]
        assert asyncio.run(value(url, "SELECT digest FROM database.applied")) == wanted().digest
