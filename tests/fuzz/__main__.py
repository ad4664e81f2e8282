"""`python -m tests.fuzz [--seconds N] [TARGET …]`: fuzzes targets, each in a process of its own."""

import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.target import Target
from tests.fuzz.targets import all_targets

ROOT = Path(__file__).parent.parent.parent
FINDINGS = ROOT / "var" / "fuzz"

INPUT_SECONDS_MAX = 10
MEMORY_MEBIBYTES_MAX = 1_024
GRACE_SECONDS = 60
"""How much longer than its time a process may take to start and to end."""

TRACE_LINES_MAX = 30
WRITTEN = re.compile(r"Test unit written to (\S+)")
DONE = re.compile(r"^(?:#|stat::number_of_executed_units:\s+)(\d+)", re.MULTILINE)
COVERAGE = re.compile(r"\bcov: (\d+)")


class Outcome(NamedTuple):
    """How a target fared; `trouble` is what was found, empty if nothing."""

    name: str
    executions: int
    seconds: float
    coverage: int
    trouble: str

    def line(self) -> str:
        """As it is printed; coverage is in branches of our own packages."""
        outcome = "FOUND" if self.trouble else "nothing found"
        return (
            f"{self.name:24} {self.executions:>10,} inputs {self.executions / self.seconds:>9,.0f}/s"
            f" {self.coverage:>6,} branches  {outcome}"
        )


def fuzz(name: str, seconds: int, seed: int | None) -> Outcome:
    """Fuzzes one target for that long; with a seed, the same way each time."""
    FINDINGS.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "tests.fuzz.one_target", name),
        f"-max_total_time={seconds}",
        f"-timeout={INPUT_SECONDS_MAX}",
        f"-rss_limit_mb={MEMORY_MEBIBYTES_MAX}",
        f"-artifact_prefix={FINDINGS}/{name}-",
        "-print_final_stats=1",
        *([f"-seed={seed}"] if seed else []),
    ]
    started = time.monotonic()
    try:
        ended = subprocess.run(
            command,
            cwd=ROOT,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds + GRACE_SECONDS,
            # Sets of words are walked by the fuzzer; their order must be the same too.
            env=os.environ | ({"PYTHONHASHSEED": "0"} if seed else {}),
        )
    except subprocess.TimeoutExpired:
        return Outcome(name, 0, time.monotonic() - started, 0, f"{name} does not end")
    log = ended.stdout.decode(errors="replace")
    return Outcome(
        name,
        executions=int(_last(DONE, log) or 0),
        seconds=max(1.0, min(float(seconds), time.monotonic() - started)),
        coverage=int(_last(COVERAGE, log) or 0),
        trouble=_trouble(name, log) if ended.returncode else "",
    )


def _last(pattern: re.Pattern[str], log: str) -> str | None:
    matches = pattern.findall(log)
    return matches[-1] if matches else None


def _trouble(name: str, log: str) -> str:
    """The error, where its input is kept, and how to run it again."""
    _, marked, after = log.partition(" === Uncaught Python exception: ===")
    # What else libFuzzer finds, as too much memory or time, stands at the end of its log.
    lines = (after.partition("\n==")[0] if marked else log).strip().splitlines()
    written = _last(WRITTEN, log)
    again = f"./run fuzz {name} --input {Path(written).relative_to(ROOT)}" if written else ""
    return "\n".join([*lines[-TRACE_LINES_MAX:], *([f"run it again: {again}"] if again else [])])


def try_input(target: Target, path: Path) -> int:
    """Reads one kept input, without the fuzzer: an error shows as it is."""
    target.try_input(path.read_bytes())
    print(f"{target.name}: {path} is read or refused as it should be")
    return 0


def main() -> int:
    """0 when nothing was found."""
    targets = all_targets()
    parser = argparse.ArgumentParser(prog="./run fuzz")
    parser.add_argument("names", nargs="*", metavar="TARGET", choices=[*targets, []])
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--input", type=Path)
    arguments = parser.parse_args()
    if arguments.input is not None:
        if len(arguments.names) != 1:
            parser.error("--input needs the one target that reads it")
        return try_input(targets[arguments.names[0]], arguments.input)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = []
        for outcome in pool.map(
            lambda name: fuzz(name, arguments.seconds, arguments.seed), arguments.names or targets
        ):
            print(outcome.line(), flush=True)
            if outcome.trouble:
                print(outcome.trouble, flush=True)
            outcomes.append(outcome)
    return 1 if any(outcome.trouble for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
