"""What a database's functions and views are: definition, owner and rights of each."""

from typing import Any

import asyncpg

MADE = """
SELECT format('%s.%s', pronamespace::regnamespace, proname) AS name, pg_get_functiondef(pg_proc.oid) AS definition,
    proowner::regrole::text AS owner, proacl AS given, acldefault('f', proowner) AS not_given
FROM pg_proc
WHERE pronamespace::regnamespace::text IN ('identity', 'health', 'rewards', 'indicators', 'work', 'database')
UNION ALL
SELECT format('%s.%s', relnamespace::regnamespace, relname), concat(reloptions, pg_get_viewdef(pg_class.oid)),
    relowner::regrole::text, relacl, acldefault('r', relowner)
FROM pg_class
WHERE relkind = 'v'
    AND relnamespace::regnamespace::text IN ('identity', 'health', 'rewards', 'indicators', 'work', 'database')
"""

MADE_WITH_RIGHTS = f"""
SELECT name, definition, owner, (
    SELECT array_agg(format('%s %s', grantee, privilege_type) ORDER BY grantee, privilege_type)
    FROM aclexplode(coalesce(given, not_given))) AS rights
FROM ({MADE}) AS made
ORDER BY name, definition
"""

DROP_ALL = """
DO $$
DECLARE
    one text;
BEGIN
    FOR one IN
        SELECT format('%s %s', CASE relkind WHEN 'v' THEN 'VIEW' END, oid::regclass) FROM pg_class
        WHERE relkind = 'v' AND relnamespace::regnamespace::text IN ('identity', 'health', 'rewards', 'indicators', 'work')
        UNION ALL
        SELECT format('ROUTINE %s', oid::regprocedure) FROM pg_proc
        WHERE pronamespace::regnamespace::text IN ('identity', 'health', 'rewards', 'indicators', 'work')
    LOOP
        EXECUTE format('DROP %s CASCADE', one);
    END LOOP;
END $$;
DELETE FROM database.applied_function;
DELETE FROM database.applied;
"""


async def made(url: str) -> list[tuple[Any, ...]]:
    """All of them, by name."""
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(MADE_WITH_RIGHTS)]
    finally:
        await connection.close()


async def drop_all(url: str) -> None:
    """Leaves tables alone; policies and defaults that name a function go with it."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(DROP_ALL)
    finally:
        await connection.close()
