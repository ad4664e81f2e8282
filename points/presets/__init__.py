"""Programmes of real cities, ready to pick and change."""

from importlib.resources import files


def preset_names() -> list[str]:
    """The presets that ship, by the name of their file."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in files(__package__).iterdir()
        if entry.name.endswith(".toml")
    )


def preset_text(name: str) -> str:
    """The TOML of a preset, as its author wrote it."""
    return files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
