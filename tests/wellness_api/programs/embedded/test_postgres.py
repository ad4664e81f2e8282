"""The embedded PostgreSQL comes back after whatever happened to it."""

import asyncio
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import asyncpg
import psutil
import pytest

from tests.processes import memory, own_var_dir
from wellness_api.programs.embedded.data_dir import DataDirNotMade, NotADataDir
from wellness_api.programs.embedded.postgres import (
    BINARIES,
    EmbeddedPostgres,
    PostgresDidNotStart,
    embedded_postgres,
)
from wellness_api.programs.embedded.rights import server_user


async def test_it_is_durable_by_default() -> None:
    with own_var_dir(memory()) as folder, embedded_postgres(folder / "postgres") as url:
        connection = await asyncpg.connect(url)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert await connection.fetchval(f"SHOW {setting}") == "on"
        await connection.close()


async def kept(url: str) -> int:
    connection = await asyncpg.connect(url)
    value: int = await connection.fetchval("SELECT n FROM kept")
    await connection.close()
    return value


async def test_it_starts_whatever_is_left_of_an_earlier_one() -> None:
    with own_var_dir(memory()) as folder:
        data_dir = folder / "postgres"
        with embedded_postgres(data_dir) as url:
            connection = await asyncpg.connect(url)
            await connection.execute("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (42)")
            await connection.close()
            lines = (data_dir / "postmaster.pid").read_text().splitlines()
            server = psutil.Process(int(lines[0]))
            for process in (*server.children(recursive=True), server):
                with suppress(psutil.NoSuchProcess):  # They follow each other down.
                    process.kill()
            server.wait(10)
        foreign = os.getpid()
        for pid_file in (
            "\n".join([str(foreign), *lines[1:]]),
            str(foreign),
            f"{foreign}\n{data_dir}\n17",
            "",
            "\n\n",
            "four hundred",
            "-1\n0\n",
            "\0" * 4096,
        ):
            (data_dir / "postmaster.pid").write_text(pid_file)
            (data_dir / ".s.PGSQL.5432").touch()
            (data_dir / ".s.PGSQL.5432.lock").write_text(f"{foreign}\n{data_dir}\n")
            with embedded_postgres(data_dir) as url:
                assert await kept(url) == 42, pid_file


async def test_a_server_that_an_earlier_version_left_running_is_ended_first() -> None:
    with own_var_dir(memory()) as folder:
        data_dir = folder / "postgres"
        with embedded_postgres(data_dir) as url:
            connection = await asyncpg.connect(url)
            await connection.execute("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (42)")
            await connection.close()
        options = (str(data_dir), "-o", f'-h "" -k {data_dir}', "-l", str(data_dir / "log"))
        started = await asyncio.create_subprocess_exec(
            *[str(BINARIES / "pg_ctl"), "-w", "start", "-D", *options],
            user=server_user() or None,
            cwd="/",
            stdout=subprocess.DEVNULL,
        )
        assert await started.wait() == 0
        left = int((data_dir / "postmaster.pid").read_text().splitlines()[0])
        # Its lock file is broken too, so that nothing but the process itself tells of it.
        (data_dir / "postmaster.pid").write_text("")
        with embedded_postgres(data_dir) as url:
            assert not psutil.pid_exists(left)
            assert await kept(url) == 42


@pytest.mark.parametrize("come_to", ["PG_VERSION", "base/1"])
async def test_a_folder_whose_making_was_cut_short_is_made_anew(come_to: str) -> None:
    with own_var_dir(memory()) as folder:
        server = EmbeddedPostgres(folder / "postgres")
        # As this version makes it, and in its place, as an earlier version did.
        for cut_short in (folder / "postgres.making", folder / "postgres"):
            process = server._initdb(made(cut_short))
            while not (cut_short / come_to).exists():
                assert process.poll() is None
                await asyncio.sleep(0.005)
            process.kill()
            process.wait()
        with embedded_postgres(folder / "postgres") as url:
            connection = await asyncpg.connect(url)
            assert await connection.fetchval("SHOW max_connections") == "100"
            await connection.close()
        assert not (folder / "postgres.making").exists()


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", ["letters.txt", "base/16384/2619", "base/5/1247"])
def test_what_may_be_data_is_never_deleted(name: str) -> None:
    with own_var_dir(memory()) as folder:
        file = folder / "postgres" / name
        file.parent.mkdir(parents=True)
        file.write_text("data")
        with pytest.raises(NotADataDir, match="Nothing was changed"):
            EmbeddedPostgres(folder / "postgres").make()
        assert file.read_text() == "data"


async def test_a_folder_that_a_server_worked_in_is_kept_whatever_is_missing_from_it() -> None:
    with own_var_dir(memory()) as folder:
        data_dir = folder / "postgres"
        with embedded_postgres(data_dir):
            pass
        for name in ("PG_VERSION", "global/pg_control"):
            (data_dir / name).rename(folder / "aside")
            with pytest.raises((NotADataDir, PostgresDidNotStart)), embedded_postgres(data_dir):
                pass
            (folder / "aside").rename(data_dir / name)
        with embedded_postgres(data_dir) as url:
            await (await asyncpg.connect(url)).close()


async def test_a_failure_to_make_the_folder_says_why() -> None:
    with own_var_dir(memory()) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "xx_YY.nowhere")
        with pytest.raises(DataDirNotMade, match="locale"):
            EmbeddedPostgres(folder / "postgres").make()
        patch.undo()
        with embedded_postgres(folder / "postgres") as url:
            await (await asyncpg.connect(url)).close()
