"""`python -m tests.fuzz.one_target NAME [LIBFUZZER OPTIONS]`: fuzzes one target; atheris takes over the process."""

import sys
import tempfile
from pathlib import Path

import atheris

WATCHED = [
    *("wellness_api", "device_bridge", "points"),
    *("fitdecode", "http_message_signatures", "http_sf", "tomllib"),
]
"""Packages whose branches tell inputs apart: our own, and the parsers in Python that they put before themselves."""


def main() -> None:
    """Ends when the time given is over, or with a finding."""
    with atheris.instrument_imports(include=WATCHED, enable_loader_override=False):
        from tests.fuzz.targets import all_targets

    _, name, *options = sys.argv
    target = all_targets()[name]
    mutator = target.mutator

    def changed(data: bytes, size_max: int, seed: int) -> bytes:
        assert mutator is not None
        return mutator(bytes(data), size_max, seed, atheris.Mutate)

    with tempfile.TemporaryDirectory(prefix="wellness-fuzz-") as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(target.seeds):
            (corpus / f"seed-{number}").write_bytes(seed)
        if target.words:
            words = Path(folder) / "words"
            words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
            options.append(f"-dict={words}")
        atheris.Setup(
            ["fuzz", f"-max_len={target.bytes_max}", *options, str(corpus)],
            target.try_input,
            **({"custom_mutator": changed} if mutator else {}),
        )
        atheris.Fuzz()


def _escaped(word: str) -> str:
    """As the dictionary file wants it: each byte in hexadecimal."""
    return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
