"""Makes docs/figures.md and the list of figures with a line on the resident's page, from the table of figures."""

from typing import Final

from wellness_api.checkout.tables import markdown_table
from wellness_api.health.figures.catalogue import FIGURES
from wellness_api.health.figures.figure import WHOLE_DAY, Figure
from wellness_api.health.figures.parts_of_days import PARTS_OF_DAYS
from wellness_api.words.languages import named

ABOUT: Final = (
    "What a day comes to in one respect. Rules name figures, and indicators and pages show them. Each metric has one of its "
    "own, under its code: [over a day](metrics.md) the metric says how. These are the others; `hours` are those of the "
    "resident's clocks.\n\n"
)

HOW: Final = (
    "\nA figure is *kept* of every day, or while a programme names it: then `programme add` has the days worked out anew that "
    "its rules look back on.\n\n"
    "A figure of which nothing is known is not there, and that is not 0. Amounts are counted as "
    "[the whole day](counting.md) is, and each is rounded once, so that the parts of a day may differ from it by as much as "
    "they are rounded by.\n\n"
    "- `first_two`, `last_two`: the mean of the first or last two readings at home, which are those that no station took; a "
    "single reading stands for itself (高血圧治療ガイドライン2019). From 135/85 on a home pressure counts as high.\n"
    "- `share_in_range`: a reading of glucose tells of the time until the next one, 15 minutes at most. There is a share on "
    "days of which readings tell at least 70%.\n"
    "- `sum_within`: what was counted in the time of the other metric. In months with snow it tells walking indoors; which "
    "months these are, a rule's season says.\n"
    "- `minutes_worn`: minutes of the day of which anything tells that is *worn* ([metrics](metrics.md)), 0 too. A record "
    "of a whole day tells of all of it.\n"
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
