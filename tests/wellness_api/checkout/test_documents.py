"""The documents say whom they are for, and the rules' page says what each field takes."""

from pathlib import Path

import pytest

from wellness_api.checkout.rules_document import rules_document

DOCS = Path(__file__).parents[3] / "docs"
DOCUMENTS = sorted([*DOCS.glob("*.md"), *(DOCS / "formats").glob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_says_whom_it_is_for_before_its_first_section(document: Path) -> None:
    beginning = document.read_text(encoding="utf-8").partition("\n## ")[0]
    assert "This page is for " in beginning


def test_the_most_of_a_day_takes_a_number_for_each_metric_and_no_text() -> None:
    section = rules_document("").partition("## OriginTrust\n")[2].partition("\n## ")[0]
    assert "| `day_max` | a number for each metric, such as `{ steps = 8000 }`; none" in section
