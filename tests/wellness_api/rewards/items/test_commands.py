"""`wellness rewards add-codes`, as the operator runs it."""

from pathlib import Path

from tests.processes import environment, run
from tests.town import Town
from tests.wellness_api.rewards.redemptions.shop import offer


async def test_codes_of_a_file_are_added_once(town: Town, tmp_path: Path) -> None:
    await offer(town, "voucher_code")
    await offer(town, "donation")
    file = tmp_path / "codes.csv"
    file.write_text("code,yen\nA-1,500\nA-2,500\n", encoding="utf-8-sig")
    settings = environment(tmp_path, 8000) | {
        "WELLNESS_DATABASE_URL": town.settings.database_url or "",
    }

    def add(item: str, content: Path = file) -> tuple[int, str]:
        done = run("rewards", "add-codes", item, str(content), settings=settings)
        return done.returncode, done.stdout + done.stderr

    assert add("voucher-code") == (0, "2 codes added to voucher-code\n")
    code, said = add("voucher-code")
    assert code == 1
    assert "A-1, A-2. None was added." in said
    assert add("nothing") == (1, "wellness: there is no reward item nothing; add it first\n")
    code, said = add("donation")
    assert (code, "donation has no codes" in said) == (1, True)
    latin = tmp_path / "latin.csv"
    latin.write_bytes("Ä-1".encode("latin-1"))
    assert "is not UTF-8" in add("voucher-code", latin)[1]
