"""The database and Redis that this start works with: the given ones, or embedded ones under the var folder."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from wellness_api.embedded.postgres import embedded_postgres
from wellness_api.embedded.redis import embedded_redis
from wellness_api.settings import Settings


@contextmanager
def databases(settings: Settings) -> Iterator[Settings]:
    """The settings with both URLs set; what was started here is stopped at the end, and nothing else."""
    with ExitStack() as started:
        database_url, redis_url = settings.database_url, settings.redis_url
        if database_url is None:
            database_url = started.enter_context(
                embedded_postgres(settings.var_dir.resolve() / "postgres")
            )
        if redis_url is None:
            redis_url, _ = started.enter_context(
                embedded_redis(settings.var_dir.resolve() / "redis")
            )
        yield settings.model_copy(update={"database_url": database_url, "redis_url": redis_url})
