"""What developers do in a checkout of the project: test, check, measure, write the generated documents."""

from typing import Final

from wellness_api.process.commands import Command

COMMANDS: Final = (
    Command("Checkout", "test", "Run the tests (in a checkout)."),
    Command("Checkout", "check", "Format, lint, types, contracts, docs (in a checkout)."),
    Command("Checkout", "bench", "Run the benchmarks (in a checkout)."),
    Command("Checkout", "fuzz", "Fuzz the decoders of outside data (in a checkout)."),
    Command(
        "Checkout", "chaos", "Kill parts of a server under load; prove its ledger (in a checkout)."
    ),
    Command("Checkout", "wheel", "Make the wheel that a city installs (in a checkout)."),
    Command("Checkout", "docs", "Write the generated documents anew (in a checkout)."),
    Command("Checkout", "screenshots", "Take the pictures of the docs (in a checkout)."),
)
