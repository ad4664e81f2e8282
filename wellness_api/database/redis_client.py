"""The only way to Redis. Every wait for it has a limit, and its URL is checked before anything is started."""

from typing import Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from wellness_api.process.trouble import Trouble

ANSWER_SECONDS_MAX: Final = 2.0
"""The longest wait for a connection, and for the answer to a command. Reads that wait for messages set a limit of their own."""

TRIES_AGAIN: Final = 1
"""If a restart of Redis broke a connection, it is made again once. Every caller has a time limit and a way to go on without Redis."""


class UnusableRedisUrl(Trouble):
    """Nothing can be reached at this URL, whatever runs there."""

    def __init__(self) -> None:
        # What the library quotes of the URL may be a part of the password.
        super().__init__(
            "WELLNESS_REDIS_URL cannot be read; it is redis://[[LOGIN]:PASSWORD@]HOST[:PORT][/NUMBER], rediss:// with"
            " TLS, or unix://PATH, and special characters in it are written as %XX"
        )


def open_redis(url: str) -> Redis:
    """A client, which connects when it is used. Raises UnusableRedisUrl."""
    try:
        redis = Redis.from_url(
            url,
            socket_connect_timeout=ANSWER_SECONDS_MAX,
            socket_timeout=ANSWER_SECONDS_MAX,
            retry=Retry(NoBackoff(), TRIES_AGAIN),
        )
        pool = redis.connection_pool
        pool.connection_class(
            **pool.connection_kwargs
        )  # It does not connect; it checks the URL's options.
    except (ValueError, TypeError) as error:
        raise UnusableRedisUrl from error
    return redis
