"""The embedded PostgreSQL comes back after whatever happened to it."""

import os
from contextlib import suppress

import asyncpg
import psutil

from tests.processes import own_var_dir
from wellness_api.embedded.postgres import embedded_postgres


async def test_it_is_durable_by_default() -> None:
    with own_var_dir() as folder, embedded_postgres(folder / "postgres") as url:
        connection = await asyncpg.connect(url)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert await connection.fetchval(f"SHOW {setting}") == "on"
        await connection.close()


async def test_it_starts_although_another_process_has_the_number_of_a_dead_server() -> None:
    with own_var_dir() as folder:
        data_dir = folder / "postgres"
        with embedded_postgres(data_dir) as url:
            connection = await asyncpg.connect(url)
            await connection.execute("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (42)")
            await connection.close()
            pid_file = data_dir / "postmaster.pid"
            lines = pid_file.read_text().splitlines()
            server = psutil.Process(int(lines[0]))
            for process in (*server.children(recursive=True), server):
                with suppress(psutil.NoSuchProcess):  # They follow each other down.
                    process.kill()
            server.wait(10)
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        with embedded_postgres(data_dir) as url:
            connection = await asyncpg.connect(url)
            assert await connection.fetchval("SELECT n FROM kept") == 42
            await connection.close()
