"""Every kind of problem that the API reports has words of the pages, in both languages."""

import re
from typing import Final

from tests.wellness_api.programs.server.problem_codes import PACKAGE, server_codes

WORDS: Final = PACKAGE / "web" / "src" / "frame" / "problem-words.ts"


def test_the_list_of_codes_is_that_of_the_source() -> None:
    codes = server_codes()
    assert {"wrong_shape", "wrong_team_code", "sold_out", "draw_exists", "body_too_large"} <= codes
    assert {"signature_expired", "not_found", "unknown_parameter", "too_slow"} <= codes


def test_every_kind_of_problem_has_words_on_the_pages() -> None:
    table = WORDS.read_text(encoding="utf-8").partition("const WORDS")[2].partition("\n};")[0]
    spoken = set(re.findall(r"^  (\w+):", table, re.MULTILINE))
    assert server_codes() - spoken == set(), f"say these in {WORDS.name}"
    assert spoken - server_codes() == set(), f"nothing answers these of {WORDS.name}"
