"""Makes docs/figures.md and the list of figures with a line on the resident's page, from the table of figures."""

from typing import Final

from wellness_api.checkout.tables import markdown_table
from wellness_api.health.figures.catalogue import FIGURES
from wellness_api.health.figures.figure import WHOLE_DAY, Figure
from wellness_api.health.figures.parts_of_days import PARTS_OF_DAYS
from wellness_api.words.languages import named

ABOUT: Final = (
    "This page is for whoever writes a programme or reads a day's figures. A figure is what a day comes to in one respect, such "
    "as its steps, or its steps before eight. Rules name figures, and indicators and pages show them.\n\n"
    "Each metric has a figure of its own, under the metric's code. The column *over a day* of [metrics](metrics.md) says how it "
    "is made. This table has all other figures. `hours` are hours of the resident's clocks.\n\n"
)

HOW: Final = (
    "\nSome figures are *kept* of every day. Others are kept while a programme names them: then `programme add` has the days "
    "worked out again that the programme's rules look back on.\n\n"
    "If nothing is known of a figure, the figure is not there; that is not the same as 0. Amounts are counted as "
    "[the whole day](counting.md) is. Each amount is rounded once, so the parts of a day may differ from the whole day by their "
    "rounding. A mean is not rounded: it is the sum divided by the number of values.\n\n"
    "- `first_two`, `last_two`: the mean of the first or last two readings at home. A reading at home is one that no station "
    "took: its source is none of the kind `station`. If there is only one, it stands for itself (高血圧治療ガイドライン2019). From 135/85 on a home pressure counts as "
    "high.\n"
    "- `share_in_range`: a reading of glucose holds for the time until the next reading, but for at most 15 minutes. A day has a "
    "share if its readings hold for at least 70% of it.\n"
    "- `sum_within`: what was counted during the time of the other metric. In months with snow it shows walking indoors. A rule's "
    "season says which months these are.\n"
    "- `minutes_worn`: the minutes of the day about which a *worn* metric ([metrics](metrics.md)) says anything, even 0. A record "
    "of a whole day is about all of its minutes.\n"
    "- The sleep of a night is `sleep_minutes_before_18` of its day and `sleep_minutes_after_18` of the day before.\n"
)

PAGE_HEAD: Final = (
    "// Made from the table of figures by `./run docs`; changes by hand are lost.\n"
    "// For each figure with a line on the resident's page: the number of decimals that people read, and the line's word.\n\n"
    "export const FIGURES = {\n"
)


def figures_document(made: str) -> str:
    """Every figure apart from the metrics' own figures. `made`: the line that says that the document is generated."""
    rows = [
        (
            f"`{figure.code}`",
            " / ".join(named("figure", figure.code).values()),
            "all that is worn" if figure.of is None else f"`{figure.of}`",
            _how(figure),
            "" if figure.hours == WHOLE_DAY else f"{figure.hours.since} to {figure.hours.until}",
            f"`{figure.unit}`",
            f"{figure.resolution:g}",
            "of every day" if figure.is_kept else "while named",
        )
        for figure in PARTS_OF_DAYS
    ]
    columns = ("code", "name", "of", "how", "hours", "UCUM unit", "resolution", "kept")
    return f"# Figures\n\n{made}{ABOUT}{markdown_table(columns, rows)}{HOW}"


def _how(figure: Figure) -> str:
    if figure.within is not None:
        return f"`{figure.how}` `{figure.within}`"
    if figure.inside is not None:
        return f"`{figure.how}` {figure.inside.least:g} to {figure.inside.greatest:g}"
    return f"`{figure.how}`"


def page_figures_document() -> str:
    """TypeScript. The page does not compile with a line that has no row here, or a word that does not exist."""
    lines = [
        f'  {figure.code}: {{ digits: {figure.digits}, pageName: "{figure.page_name}" }},\n'
        for figure in FIGURES
        if figure.page_name is not None
    ]
    return PAGE_HEAD + "".join(lines) + "} as const;\n"
