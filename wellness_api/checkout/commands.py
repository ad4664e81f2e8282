"""The developer's commands: `wellness test`, `check`, `bench`, `fuzz`, `chaos`, `wheel`, `docs`, `screenshots`. They
need a checkout.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import click

from wellness_api.checkout.steps import CHECKS, Step
from wellness_api.programs.start.obstacles import CannotStart

ROOT: Final = Path(__file__).parent.parent.parent
PASS_ON: Final = {"ignore_unknown_options": True, "allow_interspersed_args": False}


@click.command(context_settings=PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: Sequence[str]) -> None:
    """Runs the tests on every core; ARGUMENTS go to pytest."""
    _run_or_exit("-m", "tests.chromium")
    # The files run in the order of tests/conftest.py, and not by their number of tests.
    spread = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
    _run_or_exit("-m", "pytest", *spread, *arguments)


@click.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended: formats, imports, documents.")
def check(*, fix: bool) -> None:
    """Format, lint, types, contracts, dead code, secrets, pages, generated documents."""
    _in_checkout()
    # Side by side, but what mends the same files is done one after the other.
    with ThreadPoolExecutor(1 if fix else os.cpu_count()) as pool:
        all_ended = pool.map(partial(_ended, fix=fix), CHECKS)
        failed = [
            step.name
            for step, ended in zip(CHECKS, all_ended, strict=True)
            if not _passes(step, ended)
        ]
    if failed:
        raise CannotStart(f"check failed: {', '.join(failed)}")


@click.command(context_settings=PASS_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: Sequence[str]) -> None:
    """Runs the benchmarks, all or by name: `wellness bench [NAME …] [--rounds N] [--json FILE]`."""
    _run_or_exit("-m", "tests.bench", *arguments)


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option(
    "--seconds",
    type=click.IntRange(min=1),
    default=15,
    show_default=True,
    help="How long each target is fuzzed.",
)
@click.option(
    "--seed",
    type=click.IntRange(1, 2**31 - 1),
    help="Search the same way each time; without it each search is another.",
)
@click.option(
    "--input",
    "kept",
    type=click.Path(exists=True, dir_okay=False),
    help="Read this kept input with the target instead, and show what it raises.",
)
def fuzz(targets: Sequence[str], seconds: int, seed: int | None, kept: str | None) -> None:
    """Gives unexpected inputs to every decoder of outside data, or to the named ones.

    Findings are kept under var/fuzz, and the exit code is 1.
    """
    options = ["--input", str(Path(kept).absolute())] if kept else []
    options += ["--seed", str(seed)] if seed else []
    _run_or_exit("-m", "tests.fuzz", "--seconds", str(seconds), *options, *targets)


@click.command()
@click.option(
    "--seconds",
    type=click.IntRange(min=5, max=86_400),
    default=60,
    show_default=True,
    help="How long the server is struck.",
)
@click.option(
    "--seed",
    type=click.IntRange(1, 2**31 - 1),
    help="Strike the same parts at the same times; without it each run is another, and says its seed.",
)
def chaos(seconds: int, seed: int | None) -> None:
    """Kills and stops every part of a server of its own under load, and proves that nothing acknowledged was lost.

    Everything that was sent and acknowledged is written down outside of the server. The exit code is 1 if anything is
    missing, counts twice, got a wrong answer, or differs in the ledger.
    """
    seed = seed or secrets.randbelow(2**31 - 1) + 1
    _run_or_exit("-m", "tests.chaos", "--seconds", str(seconds), "--seed", str(seed))


@click.command()
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("dist"),
    show_default=True,
    help="The folder that gets it.",
)
def wheel(to: Path) -> None:
    """Makes the wheel that a city installs. The same sources give the same bytes."""
    from wellness_api.checkout.wheel import build_wheel

    _in_checkout()
    made = build_wheel(ROOT, to.absolute())
    click.echo(f"made {made} ({made.stat().st_size / 1e6:.1f} MB)")


@click.command()
def docs() -> None:
    """Writes the documents that are made from the code, and the pages' API client."""
    from wellness_api.checkout.documents import write_documents

    _in_checkout()
    for path in write_documents(ROOT):
        click.echo(f"wrote {path.relative_to(ROOT)}")
    _run_or_exit_command(["./run", "npm", "run", "--silent", "client"])


@click.command()
def screenshots() -> None:
    """Fills a small city of its own, and takes the pictures of README and docs in it."""
    _run_or_exit("-m", "tests.chromium")
    _run_or_exit("-m", "tests.pages.screenshots")


def _in_checkout() -> None:
    if not (ROOT / "tests").is_dir():
        raise CannotStart(
            "this command needs a checkout of the project; an installed copy has no tests"
        )


def _run_or_exit(*arguments: str) -> None:
    _in_checkout()
    _run_or_exit_command([sys.executable, *arguments])


def _run_or_exit_command(command: Sequence[str]) -> None:
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code:
        sys.exit(code)


def _ended(step: Step, *, fix: bool) -> "subprocess.CompletedProcess[str]":
    command = step.mend if fix and step.mend else step.command
    return subprocess.run(
        command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _passes(step: Step, ended: "subprocess.CompletedProcess[str]") -> bool:
    click.echo(f"{'ok    ' if ended.returncode == 0 else 'FAILED'} {step.name}")
    if ended.returncode:
        click.echo(ended.stdout)
    return ended.returncode == 0
