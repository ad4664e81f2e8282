"""The documents that are made from the code: written by `wellness docs`, compared by `wellness check`."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import click
import msgspec

from wellness_api.checkout.figures_document import figures_document, page_figures_document
from wellness_api.checkout.limits_document import limits_document
from wellness_api.checkout.page_words import keys_document
from wellness_api.checkout.rules_document import rules_document
from wellness_api.checkout.tables import markdown_table
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.health.metrics.unit_words import UCUM_OF_SPELLING
from wellness_api.process.commands import all_commands
from wellness_api.process.settings import Settings
from wellness_api.programs.cli import GATEWAY, wellness
from wellness_api.programs.server.app import make_app
from wellness_api.programs.server.openapi import describe
from wellness_api.words.languages import named

ROOT: Final = Path(__file__).parent.parent.parent
MADE: Final = "<!-- Made from the code by `./run docs`; changes by hand are lost. -->\n\n"
NO_SERVER: Final = Settings(database_url="postgresql://", redis_url="redis://")


def settings_document() -> str:
    """Every setting, with the values that it takes."""
    rows = [
        (f"`WELLNESS_{name.upper()}`", _default(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    return (
        f"# Settings\n\n{MADE}"
        "This page is for whoever operates a server. All settings come from environment variables. If a value does not fit, the "
        "server does not start, and says so in one line that names the setting.\n\n"
        + markdown_table(("variable", "without it", "what it is"), rows)
    )


def metrics_document() -> str:
    """Every metric."""
    rows = [
        (
            f"`{metric.code}`",
            _in_every_language("metric", metric.code),
            metric.loinc or "none",
            f"`{metric.unit}`",
            f"{metric.minimum:g} to {metric.maximum:g}",
            "" if metric.day_maximum is None else f"{metric.day_maximum:g}",
            f"{metric.resolution:g}",
            metric.daily,
            metric.sample_time,
            f"`{metric.total_of}`" if metric.total_of else "",
            metric.recorders,
            metric.category,
            "" if metric.molar_mass_g_per_mol is None else f"{metric.molar_mass_g_per_mol:g}",
            "yes" if metric.is_worn else "",
        )
        for metric in METRICS
    ]
    columns = (
        "code",
        "name",
        "LOINC",
        "UCUM unit",
        "plausible",
        "at most in a day",
        "resolution",
        "over a day",
        "time is the",
        "counter of",
        "recorded by",
        "FHIR category",
        "g/mol",
        "worn",
    )
    return (
        f"# Metrics\n\n{MADE}"
        "This page is for whoever sends samples or writes a programme. It lists what uploads may carry. `GET /v1/metrics` "
        "serves the same table.\n\n"
        "- *plausible*: a sample outside of this range is kept and shown to its resident, but it counts nowhere. The same holds "
        "for all samples of a source in a minute if together they say more than the end of the range, and in a day if together "
        "they say more than *at most in a day*. [Counting](counting.md#what-cannot-be-true) has the exact limits.\n"
        "- *time is the*: a sample's time is the *moment* of a measurement, or the *minute* that was counted. A metric that counts "
        "minutes has one sample for each minute: half an hour of exercise is 30 samples of 1. A night's sleep belongs to the two "
        "days on which it was slept.\n"
        "- *LOINC*: [decision 0013](decisions/0013-metric-codes.md) says where the codes come from.\n"
        "- *counter of*: a counter starts at midnight. Each of its samples is the day so far, and a later sample takes the place "
        "of those before it ([how samples come together](samples.md)).\n"
        "- *recorded by*: points may rest on the word of somebody else than the resident. A metric that staff record is refused "
        "when an app sends it; it comes by `POST /v1/check-ins`. A station is one at which the resident showed the card.\n"
        "- *worn*: the metric is measured by something that is worn or carried meanwhile.\n"
        "- *over a day*: how the day's figure is made. [Figures](figures.md) lists what else a day comes to.\n\n"
        + markdown_table(columns, rows)
        + "\n## Answers\n\nThe values of these metrics stand for answers.\n\n"
        + markdown_table(
            ("code", "values"),
            [
                (
                    f"`{metric.code}`",
                    ", ".join(
                        f"{answer.value} {_in_every_language('answer', answer.code)}"
                        for answer in metric.codes
                    ),
                )
                for metric in METRICS
                if metric.codes
            ],
        )
        + "\n## Units\n\nA value may come in any UCUM unit of the same kind as the metric's unit. If a unit is no UCUM unit, it is "
        "looked up among these spellings, in letters of any width and case. `C` and `F` are degrees. For a rate, 回 and 拍 mean "
        "times a minute.\n\n"
        + markdown_table(
            ("UCUM", "spelled"),
            [
                (f"`{ucum}`", ", ".join(f"`{word}`" for word in words))
                for ucum, words in UCUM_OF_SPELLING.items()
            ],
        )
    )


def commands_document() -> str:
    """Every command's own help."""
    parts = [
        f"# Commands\n\n{MADE}",
        "This page is for whoever operates or changes the server. It has the help of every command. Type ",
        "`./run COMMAND` in a checkout, and `wellness COMMAND` where the package is installed.\n",
    ]
    context = click.Context(wellness, info_name="wellness", terminal_width=100)
    for name in (row.command.name for row in (*all_commands(), GATEWAY)):
        command = wellness.get_command(context, name)
        assert command is not None, "the table lists commands that exist"
        parts.extend(_help_of(command, name, context))
    return "".join(parts)


def openapi_document() -> str:
    """The API's description, from which the pages' client is made."""
    described = msgspec.json.encode(describe(make_app(NO_SERVER)))
    return msgspec.json.format(described, indent=2).decode() + "\n"


DOCUMENTS: Final[dict[str, Callable[[], str]]] = {
    "docs/settings.md": settings_document,
    "docs/metrics.md": metrics_document,
    "docs/figures.md": partial(figures_document, MADE),
    "docs/rules.md": partial(rules_document, MADE),
    "docs/commands.md": commands_document,
    "docs/limits.md": lambda: limits_document(MADE, ROOT, make_app(NO_SERVER)),
    "wellness_api/web/openapi.json": openapi_document,
    "wellness_api/web/src/words/keys.ts": keys_document,
    "wellness_api/web/src/client/figures.ts": page_figures_document,
}


def write_documents(root: Path) -> Iterator[Path]:
    """Writes the documents that are not current; yields their paths."""
    for name in stale_documents(root):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DOCUMENTS[name](), encoding="utf-8")
        yield path


def stale_documents(root: Path) -> list[str]:
    """The documents that no longer match the code."""
    return [
        name
        for name, make in DOCUMENTS.items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != make()
    ]


def _help_of(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=100)
    yield f"\n## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for below, subcommand in sorted(command.commands.items()):
            yield from _help_of(subcommand, below, context)


def _in_every_language(table: str, code: str) -> str:
    return " / ".join(named(table, code).values())


def _default(value: object) -> str:
    return "none" if value is None else f"`{value}`"


def main() -> int:
    """Returns 0 when all documents are current."""
    stale = stale_documents(ROOT)
    for name in stale:
        click.echo(f"{name} is not current: ./run docs writes it")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
