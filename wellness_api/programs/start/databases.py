"""The database and Redis of this start: those of the settings, or embedded ones under the var folder."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from wellness_api.process.settings import Settings
from wellness_api.programs.children.child import new_log
from wellness_api.programs.children.keeper import Keeper, Part
from wellness_api.programs.children.room import no_room
from wellness_api.programs.embedded import postgres
from wellness_api.programs.embedded.postgres import EmbeddedPostgres
from wellness_api.programs.embedded.redis import EmbeddedRedis, socket_folder


@contextmanager
def databases(settings: Settings, keeper: Keeper) -> Iterator[Settings]:
    """Yields the settings with both URLs set. The keeper has the processes that were started for it."""
    var_dir = settings.var_dir.resolve()
    with ExitStack() as folders:
        database_url, redis_url = settings.database_url, settings.redis_url
        if database_url is None:
            database_url = _start_postgres(var_dir, keeper)
        if redis_url is None:
            folder = folders.enter_context(socket_folder(var_dir / "redis"))
            redis_url = _start_redis(var_dir, folder, keeper)
        yield settings.model_copy(update={"database_url": database_url, "redis_url": redis_url})


def _start_postgres(var_dir: Path, keeper: Keeper) -> str:
    server = EmbeddedPostgres(var_dir / "postgres")
    new_log(server.log)
    server.make()
    process = keeper.start(
        Part(
            name="postgres",
            log=server.log,
            start=server.start,
            obstacle=lambda: no_room(var_dir),
            stop_signal=postgres.STOP_SIGNAL,
            stop_seconds_max=postgres.STOP_SECONDS_MAX,
        )
    )
    server.wait_until_ready(process)
    return server.url


def _start_redis(var_dir: Path, folder: Path, keeper: Keeper) -> str:
    server = EmbeddedRedis(folder / "redis.sock", var_dir / "log" / "redis.log")
    new_log(server.log)
    process = keeper.start(
        Part(
            name="redis",
            log=server.log,
            start=server.start,
            obstacle=lambda: no_room(var_dir),
        )
    )
    server.wait_until_ready(process)
    return server.url
