"""A folder's commands are those of the command line; nothing lists them elsewhere."""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

import wellness_api
from wellness_api.process.commands import all_commands

PACKAGE = Path(wellness_api.__file__).parent


def test_each_row_has_its_command() -> None:
    for entry in all_commands():
        name = entry.command.name.replace("-", "_")
        command = getattr(import_module(entry.module), name)
        assert isinstance(command, click.Command), entry


def test_a_folder_with_commands_has_rows_for_them() -> None:
    with_rows = {entry.module for entry in all_commands()}
    modules = {
        "wellness_api." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for path in PACKAGE.rglob("commands.py")
        if "web" not in path.parts and "def all_commands" not in path.read_text("utf-8")
    }
    assert modules == with_rows


def test_each_name_is_one_command() -> None:
    names = [entry.command.name for entry in all_commands()]
    assert len(names) == len(set(names))


def test_finding_the_commands_imports_none_of_them() -> None:
    for entry in all_commands():
        spec = find_spec(entry.module.rpartition(".")[0])
        assert spec is not None
        assert spec.origin is not None
        tree = ast.parse(Path(spec.origin).read_text("utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert imported <= {"typing", "wellness_api.process.commands"}, entry
