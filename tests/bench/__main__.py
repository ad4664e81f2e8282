"""`python -m tests.bench [NAME …]`: runs benchmarks by name, or all; prints them and, if asked, writes them as JSON."""

import argparse
from importlib import import_module
from pathlib import Path

import msgspec

from tests.bench.measure import ROUNDS_DEFAULT, Benchmark, Result, line
from wellness_api.programs.start.signals import stopped_by_signals


def benchmarks() -> dict[str, Benchmark]:
    """Every benchmark: one file each in this folder. What they share has no BENCHMARK."""
    modules = [
        import_module(f"tests.bench.{path.stem}")
        for path in sorted(Path(__file__).parent.glob("[!_]*.py"))
    ]
    benchmarks_found = [module.BENCHMARK for module in modules if hasattr(module, "BENCHMARK")]
    return {benchmark.name: benchmark for benchmark in benchmarks_found}


def main() -> None:
    known = benchmarks()
    parser = argparse.ArgumentParser(prog="wellness bench", description="Measured, never asserted.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; all without"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS_DEFAULT, help="of each side, in turn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results here too")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(known)}")
    if asked.rounds < 1:
        parser.error("at least one round")
    results: list[Result] = []
    with stopped_by_signals():
        for name in asked.names or known:
            for result in known[name].run(asked.rounds):
                results.append(result)
                print(line(result), flush=True)
        if asked.json:
            encoded = msgspec.json.encode(results)
            asked.json.write_bytes(msgspec.json.format(encoded, indent=2) + b"\n")


if __name__ == "__main__":
    main()
