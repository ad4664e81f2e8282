"""The processes of our own program that belong to one start."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import asyncpg

from wellness_api.process.settings import Settings
from wellness_api.programs.children.child import new_log, start_child
from wellness_api.programs.children.keeper import Keeper, Part
from wellness_api.programs.children.room import no_room

CONNECT_SECONDS_MAX: Final = 5.0
"""A database that does not answer by then is asked again."""


class Children:
    """Processes of our own program. The start's keeper keeps them up, and their output is in log files under the var
    folder.
    """

    def __init__(self, settings: Settings, keeper: Keeper) -> None:
        self._settings = settings
        self._keeper = keeper
        self._var_dir = settings.var_dir.resolve()
        self._environment = _environment(settings)

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Starts `wellness ARGUMENTS`; its output goes to log/NAME.log."""
        log = self._var_dir / "log" / f"{name}.log"
        new_log(log)
        command = [sys.executable, "-m", "wellness_api", *arguments]
        self._keeper.start(
            Part(
                name=name,
                log=log,
                start=partial(start_child, command, log=log, environment=self._environment),
                obstacle=self._obstacle,
            )
        )

    def check(self) -> None:
        """Raises ChildEnded if a process has ended for good."""
        self._keeper.check()

    def watch(self) -> None:
        """Goes on until a process ends for good, then raises ChildEnded."""
        self._keeper.watch()

    def _obstacle(self) -> str | None:
        """What keeps a process from working: no room, or no database."""
        return no_room(self._var_dir) or asyncio.run(_no_database(self._settings.database_url))


async def _no_database(url: str | None) -> str | None:
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS_MAX)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        return f"the database does not take connections ({error or type(error).__name__})"
    await connection.close()
    return None


def _environment(settings: Settings) -> Mapping[str, str]:
    variables = {
        f"WELLNESS_{name.upper()}": str(value)
        for name, value in settings.model_dump().items()
        if value is not None
    }
    return os.environ | variables
