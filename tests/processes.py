"""The product as its user runs it: `wellness` commands in processes of their own, with a var folder of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from wellness_api.programs.start.obstacles import free_port

ROOT = Path(__file__).parent.parent
LOOK_SECONDS = 0.05
MEMORY_BYTES_MIN = 4 * 1024**3


@dataclass(frozen=True)
class Started:
    """A running command; what it printed is in `output`."""

    process: "subprocess.Popen[bytes]"
    output: Path
    var_dir: Path
    port: int

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def access(self) -> dict[str, Any]:
        """var/demo/access.json"""
        content: dict[str, Any] = json.loads((self.var_dir / "demo" / "access.json").read_bytes())
        return content

    def wait_for(self, text: str, *, seconds_max: float = 90) -> float:
        """Until the command has printed the text; returns after how many seconds."""
        began = time.monotonic()
        while text not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() - began < seconds_max, self.output.read_text()
            time.sleep(LOOK_SECONDS)
        return time.monotonic() - began

    def stop(self, signal_number: int = signal.SIGINT) -> int:
        """Sends the signal and waits for the end; returns the exit code."""
        self.process.send_signal(signal_number)
        return self.process.wait(30)

    def all_processes(self) -> list[psutil.Process]:
        """Every process that works for this start, the command itself among them."""
        own = [
            process
            for process in psutil.process_iter(["cmdline", "environ"])
            if str(self.var_dir) in " ".join(process.info["cmdline"] or ())
            or (process.info["environ"] or {}).get("WELLNESS_VAR_DIR") == str(self.var_dir)
        ]
        # Redis shows neither: it writes its title over both. But it is a child of the command.
        with suppress(psutil.NoSuchProcess):
            own += psutil.Process(self.process.pid).children()
        return own

    def kill_all(self) -> None:
        """Kills every one of them, one after the other; some end by themselves as those before them are gone."""
        for process in self.all_processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()


def environment(var_dir: Path, port: int) -> dict[str, str]:
    """Without the settings that the caller's own shell may have."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WELLNESS_")}
    return kept | {"WELLNESS_VAR_DIR": str(var_dir), "WELLNESS_PORT": str(port)}


def run(
    *arguments: str, settings: dict[str, str], seconds_max: float = 60
) -> "subprocess.CompletedProcess[str]":
    """A command that ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "wellness_api", *arguments],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        timeout=seconds_max,
        check=False,
    )


def memory() -> Path | None:
    """A file system in memory, where there is one with room: making a database is 20 to 40 MB written."""
    folder = Path("/dev/shm")
    if folder.is_dir() and shutil.disk_usage(folder).free >= MEMORY_BYTES_MIN:
        return folder
    return None


@contextmanager
def own_var_dir(parent: Path | None = None) -> Iterator[Path]:
    """A var folder; not pytest's own, which the database server's unprivileged user could not reach."""
    folder = Path(tempfile.mkdtemp(prefix="wellness-var-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def start(arguments: Sequence[str], *, var_dir: Path, port: int | None = None) -> Iterator[Started]:
    """A command that goes on; whatever is left of it in the end is killed."""
    port = port or free_port()
    output = var_dir / f"output-{time.monotonic_ns()}.txt"
    with output.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "wellness_api", *arguments],
            cwd=ROOT,
            env=environment(var_dir, port),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
        )
    started = Started(process, output, var_dir, port)
    try:
        yield started
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                started.kill_all()
                process.wait()
