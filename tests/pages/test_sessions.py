"""Signing in on devices, seeing them, and the way out: on the real pages."""

from playwright.async_api import Page, expect

from tests.pages.neighbourhoods import settle_neighbourhoods
from tests.pages.visits import enlarge_text, open_my_data, sign_in, switch_language
from tests.town import Town
from tests.wellness_api.identity.accounts.test_sign_in import printed
from tests.wellness_api.identity.accounts.test_sign_in import sign_in as sign_in_elsewhere
from wellness_api.identity.accounts.enrolment import print_code

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1"

WIDEST_CODE = "WMWM-WMWM-WMWM"


async def test_a_resident_sees_where_they_are_signed_in_and_signs_a_lost_phone_out(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    await open_my_data(town, phone, hanako)
    code = await printed(town, hanako)
    lost = await sign_in_elsewhere(town, code, agent=IPHONE)
    await phone.reload()
    sessions = phone.get_by_test_id("sessions")
    await expect(sessions.get_by_role("heading")).to_have_text("ログインしている端末")
    await expect(sessions.get_by_text("この端末")).to_be_visible()
    row = sessions.get_by_test_id("session").filter(has_text="Safari, iPhone")
    await expect(row).to_contain_text("最後に使ったとき 2026年11月18日")
    await expect(row).to_contain_text("ログインしたとき 2026年11月18日")
    await row.get_by_role("button").click()
    await expect(phone.get_by_test_id("end-session-no")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_test_id("end-session-dialog")).to_have_count(0)
    await expect(row).to_have_count(1)
    await row.get_by_role("button", name="ログアウト Safari, iPhone").click()
    await phone.get_by_test_id("end-session-yes").click()
    await expect(sessions.get_by_role("status")).to_have_text(
        "「Safari, iPhone」をログアウトしました。"
    )
    await expect(sessions.get_by_role("heading")).to_be_focused()
    headers = {"Authorization": f"Bearer {lost.json['token']}"}
    assert (await town.call("GET", "/v1/me", headers=headers)).status == 401


async def test_a_device_that_was_signed_out_elsewhere_says_so_at_the_sign_in(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    await sign_in(phone, await printed(town, hanako))
    await expect(phone.get_by_test_id("steps-today")).to_be_visible()
    for session in (await town.get("/v1/me/sessions", hanako)).json["items"]:
        if not session["is_this"]:
            address = f"/v1/me/sessions/{session['session_id']}"
            assert (await town.call("DELETE", address, headers=hanako.headers)).status == 204
    await phone.reload()
    await expect(phone.get_by_test_id("session-over")).to_contain_text("ログアウトされました")
    await phone.reload()
    await expect(phone.get_by_test_id("sign-in-code")).to_be_visible()
    await expect(phone.get_by_test_id("session-over")).to_have_count(0)


async def test_the_staff_see_their_devices_in_english_too(town: Town, desk: Page) -> None:
    await settle_neighbourhoods(town)
    staff = await town.staff("health_staff")
    await sign_in(desk, await printed(town, staff))
    await switch_language(desk)
    sessions = desk.get_by_test_id("sessions")
    await expect(sessions.get_by_role("heading")).to_have_text("Devices that are signed in")
    await expect(sessions.get_by_text("This device")).to_be_visible()


async def test_signing_out_and_in_again_needs_no_counter_and_counts_one_device(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    code = await print_code(town.owner, hanako.principal_id, now=town.clock(), devices_max=1)
    for _ in range(3):
        await sign_in(phone, code)
        await phone.get_by_test_id("sign-out").click()
        await expect(phone.get_by_test_id("sign-in-code")).to_be_visible()
    # The cookie is lost, and the session is not over.
    await sign_in(phone, code)
    await expect(phone.get_by_test_id("sign-out")).to_be_visible()
    await phone.context.clear_cookies()
    await sign_in(phone, code)
    await expect(phone.get_by_test_id("sign-out")).to_be_visible()


async def test_who_has_no_way_back_is_asked_before_signing_out(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await sign_in(phone, await printed(town, hanako))
    await expect(phone.get_by_test_id("sign-out")).to_be_visible()
    await town.owner.execute("DELETE FROM identity.sign_in_code")
    await phone.get_by_test_id("sign-out").click()
    dialog = phone.get_by_test_id("sign-out-dialog")
    await expect(dialog).to_contain_text("窓口で新しい番号を受け取るまで入れません")
    await phone.get_by_test_id("sign-out-no").click()
    await expect(dialog).to_be_hidden()
    await phone.get_by_test_id("sign-out").click()
    await phone.get_by_test_id("sign-out-yes").click()
    await expect(phone.get_by_test_id("sign-in-code")).to_be_visible()


async def test_an_old_paper_says_that_a_newer_one_was_printed(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    old = await printed(town, hanako)
    await printed(town, hanako)
    await sign_in(phone, old)
    await expect(phone.get_by_role("alert")).to_contain_text("新しい番号の紙をお渡しした")


async def test_the_sign_in_fits_the_smallest_phones_with_the_whole_code_after_a_refusal_too(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    hanako = await town.resident()
    old = await printed(town, hanako)
    await printed(town, hanako)
    await phone.set_viewport_size({"width": 360, "height": 640})
    await enlarge_text(phone)
    await sign_in(phone, old)
    alert, field = phone.get_by_role("alert"), phone.get_by_test_id("sign-in-code")
    for said in ("新しい番号の紙をお渡しした", "A newer paper was printed"):
        await expect(alert).to_contain_text(said)
        assert await phone.evaluate("document.documentElement.scrollWidth") == 360
        await switch_language(phone)
    await field.fill(WIDEST_CODE)
    shown, whole = await field.evaluate("field => [field.clientWidth, field.scrollWidth]")
    assert whole <= shown
