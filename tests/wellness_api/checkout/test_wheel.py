"""What is installed from a wheel has all that it reads at run time."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.processes import ROOT

PACKAGES = ("device_bridge", "points", "wellness_api", "migrations")
BESIDE = ("pyproject.toml", "README.md", "LICENSE", "NOTICE")
READ_AT_RUN_TIME = {".sql", ".toml", ".html", ".mako", ".typed"}
NOT_SOURCES = shutil.ignore_patterns("web", "__pycache__")


def test_a_wheel_has_every_statement_function_preset_and_template(tmp_path: Path) -> None:
    checkout, wheels = tmp_path / "checkout", tmp_path / "wheels"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, checkout / package, ignore=NOT_SOURCES)
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    for name in BESIDE:
        shutil.copy(ROOT / name, checkout / name)
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    wheels.mkdir()
    subprocess.run(
        [sys.executable, "-c", build, str(wheels)], cwd=checkout, check=True, capture_output=True
    )
    (wheel,) = wheels.iterdir()
    packed = set(zipfile.ZipFile(wheel).namelist())
    there = {
        path.relative_to(checkout).as_posix()
        for package in PACKAGES
        for path in (checkout / package).rglob("*")
        if path.suffix in READ_AT_RUN_TIME | {".py"} and "build" not in path.parts
    }
    assert there - packed == set()
    assert sum(name.endswith(".sql") for name in packed) > 200
