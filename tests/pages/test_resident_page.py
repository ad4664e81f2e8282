"""What a resident sees on the phone."""

from datetime import UTC, datetime, timedelta

import msgspec
from playwright.async_api import Page, expect

from points.presets import preset_text
from points.programme import read_programme
from tests.pages.visits import sign_in, switch_language
from tests.town import Person, Town, local_morning, steps
from wellness_api.identity.accounts.enrolment import print_code


async def _hanako_has_walked(town: Town) -> Person:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 45))
    await town.settle()
    return hanako


async def _code(town: Town, person: Person) -> str:
    return await print_code(town.owner, person.principal_id, now=town.clock())


async def test_a_resident_signs_in_with_the_code_from_the_paper_and_sees_the_day_in_japanese(
    town: Town, phone: Page
) -> None:
    code = await _code(town, await _hanako_has_walked(town))
    await sign_in(phone, code.lower().replace("-", " "))

    await expect(phone.get_by_test_id("steps-today")).to_have_text("4,500")
    await expect(phone.get_by_test_id("points-today")).to_have_text("2")
    await expect(phone.get_by_test_id("wallet-balance")).to_have_text("0")
    await expect(phone.get_by_test_id("wallet-pending")).to_have_text(
        "2ポイントは、12月3日(木)から使えます。"
    )
    await expect(phone.get_by_role("heading", level=1)).to_have_text(
        "今日 11月18日(水)", use_inner_text=True
    )
    await expect(phone.locator("main")).to_contain_text("あと1,500歩で、1ポイントもらえます。")
    await expect(phone.locator("header")).to_contain_text("花子さん")


async def test_what_earned_no_points_for_how_it_was_recorded_is_told_in_the_residents_words(
    town: Town, phone: Page
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    start = local_morning(town.clock().date())
    await town.upload(hanako, steps([100] * 45), key="walked-0001")
    typed = steps([100] * 30, start=start + timedelta(hours=2)) | {"origin": "typed"}
    await town.upload(hanako, typed)
    await town.settle()
    await sign_in(phone, await _code(town, hanako))
    await expect(phone.get_by_test_id("steps-today")).to_have_text("7,500")
    await expect(phone.get_by_test_id("points-today")).to_have_text("2")
    told = phone.get_by_test_id("left-out")
    await expect(told).to_contain_text("手入力の記録の3,000歩はポイントの対象外です")
    await expect(told).to_contain_text("ウォーキングポイント")
    await expect(told).to_contain_text("画面の数字には入っています。")
    await expect(phone.get_by_test_id("entry").first).to_contain_text("手入力の記録の3,000歩")
    await expect(phone.get_by_test_id("entry").first).to_contain_text("ウォーキングポイント")
    await switch_language(phone)
    await expect(told).to_contain_text("3,000 steps typed in: not counted for points")


async def test_a_week_in_which_all_counts_says_nothing_of_it(town: Town, phone: Page) -> None:
    await sign_in(phone, await _code(town, await _hanako_has_walked(town)))
    await expect(phone.get_by_test_id("steps-today")).to_have_text("4,500")
    await expect(phone.get_by_test_id("left-out")).to_have_count(0)


async def test_points_are_there_to_spend_after_the_day_turn_and_the_page_says_how_long(
    town: Town, phone: Page
) -> None:
    preset = read_programme(preset_text("yokohama"))
    await town.put_in_force(
        msgspec.structs.replace(preset, spendable_after_days=0, kept_fiscal_years=0)
    )
    hanako = await town.resident("花子")
    town.clock.now = datetime(2027, 1, 10, 3, tzinfo=UTC)
    day = town.clock().date()
    await town.owner.execute("SELECT health.ensure_segment_partitions($1)", day)
    await town.upload(hanako, steps([100] * 45, start=local_morning(day)))
    await town.settle()
    town.clock.advance(timedelta(days=1))
    await town.worker.turn_day()
    await sign_in(phone, await _code(town, hanako))

    await expect(phone.get_by_test_id("wallet-balance")).to_have_text("2")
    await expect(phone.get_by_test_id("wallet-pending")).to_have_count(0)
    await expect(phone.get_by_test_id("wallet-expiring")).to_have_text(
        "2ポイントは、3月31日(水)まで使えます。"
    )
    await expect(phone.get_by_test_id("entry").first).to_contain_text(
        "1月11日(月)から使えるポイント"
    )


async def test_full_width_letters_of_a_japanese_keyboard_are_understood(
    town: Town, phone: Page
) -> None:
    code = await _code(town, await _hanako_has_walked(town))
    as_typed = code.translate({letter: letter + 0xFEE0 for letter in range(0x21, 0x7F)})
    await sign_in(phone, as_typed.replace("-", "ー"))
    await expect(phone.get_by_test_id("steps-today")).to_have_text("4,500")


async def test_english_is_one_press_away_and_tells_why_each_point_came(
    town: Town, phone: Page
) -> None:
    await sign_in(phone, await _code(town, await _hanako_has_walked(town)))
    entry = phone.get_by_test_id("entry")
    await expect(entry).to_contain_text("4,500歩")

    await switch_language(phone)
    await expect(entry).to_contain_text("4,500 steps")
    await expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Today Wed 18 Nov", use_inner_text=True
    )
    assert await phone.evaluate("document.documentElement.lang") == "en"

    await phone.reload()
    await expect(entry).to_contain_text("4,500 steps")


async def test_the_figures_change_by_themselves_when_more_steps_have_arrived(
    town: Town, phone: Page
) -> None:
    hanako = await _hanako_has_walked(town)
    async with phone.expect_response("**/v1/me/events"):
        await sign_in(phone, await _code(town, hanako))
    await expect(phone.get_by_test_id("steps-today")).to_have_text("4,500")
    await phone.evaluate("window.sameDocument = true")

    later = local_morning(town.clock().date()) + timedelta(hours=3)
    await town.upload(hanako, steps([100] * 20, start=later))
    await town.settle()

    await expect(phone.get_by_test_id("steps-today")).to_have_text("6,500")
    await expect(phone.get_by_test_id("points-today")).to_have_text("3")
    await expect(phone.get_by_test_id("wallet-pending")).to_contain_text("3ポイントは")
    await expect(phone.get_by_test_id("entry")).to_have_count(2)
    assert await phone.evaluate("window.sameDocument")


async def test_a_wrong_code_is_answered_calmly_and_with_what_to_do(town: Town, phone: Page) -> None:
    await sign_in(phone, "WRNG-WRNG-WRNG")
    await expect(phone.get_by_role("alert")).to_have_text(
        "この番号では入れませんでした。紙の番号をもう一度お確かめください。"
    )
    await expect(phone.locator("main")).to_contain_text("窓口で新しい番号をお渡しします")
    await expect(phone.get_by_test_id("sign-in-code")).to_be_focused()
    await expect(phone.get_by_test_id("sign-in-code")).to_have_value("WRNG-WRNG-WRNG")


async def test_signing_out_leads_back_to_the_sign_in_and_leaves_nothing_to_see(
    town: Town, phone: Page
) -> None:
    await sign_in(phone, await _code(town, await _hanako_has_walked(town)))
    await phone.get_by_test_id("sign-out").click()
    await expect(phone.get_by_test_id("sign-in-code")).to_have_value("")
    await phone.goto("/")
    await expect(phone.get_by_test_id("sign-in-code")).to_be_visible()


async def test_a_day_without_data_is_a_dash_and_a_true_zero_a_zero(town: Town, phone: Page) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await sign_in(phone, await _code(town, hanako))
    await expect(phone.get_by_test_id("steps-today")).to_have_text("–")
    await expect(phone.locator(".steps")).to_contain_text("今日の歩数はまだ届いていません")
    await expect(phone.locator(".week .figure")).to_have_text(["–"] * 7)
    await town.upload(hanako, steps([0] * 10))
    await town.settle()
    await phone.reload()
    await expect(phone.get_by_test_id("steps-today")).to_have_text("0")
    await expect(phone.locator(".steps")).not_to_contain_text("まだ届いていません")
    await expect(phone.locator(".week .figure")).to_have_text(["0"] + ["–"] * 6)
