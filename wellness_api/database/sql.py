"""SQL lives in .sql files beside the code of its capability, one statement a file, and is read once at import."""

from importlib.resources import files


def read_sql(package: str, name: str) -> str:
    """The statement in `name`.sql of `package`."""
    return files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")
