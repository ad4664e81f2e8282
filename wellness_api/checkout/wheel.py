"""Makes the wheel that a city installs, with the pages, statements, migrations and presets in it."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

PACKAGES: Final = ("device_bridge", "points", "wellness_api", "migrations")
BESIDE: Final = ("pyproject.toml", "README.md", "LICENSE", "NOTICE")
NOT_PACKED: Final = shutil.ignore_patterns("__pycache__", "node_modules")
BUILD: Final = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"

WRITTEN_AT: Final = "315532800"
"""1980, where a zip's times begin: the same sources give the same bytes, whoever builds them and when."""


def build_wheel(checkout: Path, wheels: Path) -> Path:
    """Builds from a copy, so that nothing that lies about in the checkout gets in. `wheels`: the folder that gets it."""
    wheels.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wellness-wheel-") as folder:
        copy, built = Path(folder) / "checkout", Path(folder) / "wheels"
        built.mkdir()
        for package in PACKAGES:
            shutil.copytree(checkout / package, copy / package, ignore=NOT_PACKED)
        for name in BESIDE:
            shutil.copy(checkout / name, copy / name)
        subprocess.run(
            [sys.executable, "-c", BUILD, str(built)],
            cwd=copy,
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"SOURCE_DATE_EPOCH": WRITTEN_AT},
        )
        (wheel,) = built.iterdir()
        return Path(shutil.move(wheel, wheels / wheel.name))
