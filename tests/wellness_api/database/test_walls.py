"""SQL keeps to the walls: a folder reads its own files, and a wing's statements name its own schema but for a few doors."""

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import Final

import wellness_api

PACKAGE: Final = Path(wellness_api.__file__).parent
SCHEMAS: Final = ("identity", "health", "rewards", "indicators", "work")
NAMED: Final = re.compile(rf"\b({'|'.join(SCHEMAS)})\.([a-z_]+)\b")
STATEMENT: Final = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE|TRUNCATE|LOCK|CALL)\b")

CITY: Final = {"town"}
"""It plays the city, its staff and its past, by whatever they would have written."""

CLOCK: Final = {
    "rewards.clock",
    "rewards.clocks_agree",
    "rewards.due_until",
    "rewards.ledger_day",
    "rewards.open_day",
}
"""The ledger's day is the city's clock, by which everybody does what is done for good."""

QUEUE: Final = {"health.pending_day", "health.upload_sequence"}
"""Whoever changes what a day comes to asks for it to be worked out."""

DOORS: Final = {
    "database": CLOCK,
    "work": CLOCK | {"health.import", "health.retention"},
    # Erasing takes from every zone, and what is kept without a person goes where it is counted.
    "identity": CLOCK
    | QUEUE
    | {
        "health.segment_archive",
        "rewards.transfer",
        "rewards.erased_residents",
        "rewards.erased_total",
        "rewards.keep_redemptions_of_erased",
        "rewards.team_member",
        "indicators.zone",
        "work.set_aside",
    },
    "health": CLOCK | {"identity.resident", "work.set_aside"},
    "rewards": QUEUE
    | {
        "health.correction",
        "health.day_summary",
        "health.days_with_moved_samples",
        "health.retention",
        "health.segment",
        "health.upload",
        "health.venue",
        "identity.card",
        "identity.consent",
        "identity.erasure",
        "identity.list_key",
        "identity.principal",
        "identity.resident",
        "work.programme_day",
        "work.set_aside",
    },
    "indicators": {"health.day_summary", "identity.resident", "work.set_aside"},
    # What a resident sees is read where it is kept, and written through the queue alone.
    "residents": QUEUE
    | {
        "health.day_summary",
        "health.days_with_moved_samples",
        "health.deleted_source",
        "health.segment",
        "health.source_order",
        "health.venue",
        "identity.consent",
        "rewards.day_in_time",
        "rewards.expiring_points",
        "rewards.missed_prize",
        "rewards.next_award",
        "rewards.pending_points",
        "rewards.programme",
        "rewards.redemption",
        "rewards.reward_item",
        "rewards.transfer",
        "rewards.wallet",
        "work.own_day_is_set_aside",
    },
    "programs": {"work.note_failed_upload"},
}
"""What a wing's statements name besides its own schema. A new line here is a new way between two zones: is it wanted?"""


def sources() -> list[Path]:
    return [
        path
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".sql"} and PACKAGE / "web" not in path.parents
    ]


def statements(path: Path) -> str:
    """The file's SQL without comments; of Python the texts that begin as statements do."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return re.sub(r"--[^\n]*", "", text)
    return "\n".join(
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and STATEMENT.match(node.value)
    )


def named() -> dict[str, dict[str, set[str]]]:
    """By wing, the tables and functions of other schemas, and the files that name them."""
    tables_by_wing: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in sources():
        file = path.relative_to(PACKAGE)
        wing = file.parts[0]
        for schema, name in NAMED.findall(statements(path)):
            if schema != wing and wing not in CITY:
                tables_by_wing[wing][f"{schema}.{name}"].add(str(file))
    return tables_by_wing


def test_a_wing_names_its_own_schema_and_its_doors() -> None:
    wrong = {
        (wing, name): files
        for wing, names in named().items()
        for name, files in names.items()
        if name not in DOORS.get(wing, ())
    }
    assert wrong == {}


def test_each_door_is_used() -> None:
    used = named()
    unused = {(wing, name) for wing, names in DOORS.items() for name in names - used[wing].keys()}
    of_the_clock = {(wing, name) for wing, name in unused if name in CLOCK | QUEUE}
    assert unused - of_the_clock == set()


def test_a_folder_reads_its_own_files() -> None:
    for path in sources():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "read_sql":
                package, name = node.args
                assert ast.unparse(package) == "__package__", path
                assert isinstance(name, ast.Constant), path
                assert (path.parent / f"{name.value}.sql").is_file(), (path, name.value)


def test_no_statement_stands_unread() -> None:
    for path in sources():
        if path.suffix == ".sql" and path.parent.name != "functions":
            beside = "\n".join(module.read_text("utf-8") for module in path.parent.glob("*.py"))
            assert f'"{path.stem}"' in beside, path
