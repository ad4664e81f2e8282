"""Two devices of one kind that nobody has put in order: told apart, asked about once, and the answer seen at once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.pages.test_day import PHONE, PHONE_NAME, open_day
from tests.pages.visits import switch_language
from tests.town import LATE_WINDOW_DAYS, NOON, Person, Town, local_morning, steps

OTHER = "phone:jp.co.example.walking"
SERIES_6 = "watch:Watch6.1-1a2b3c4d"
ULTRA_2 = "watch:Watch7.5-9f8e7d6c"
TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)


async def _with_two_watches(
    town: Town, watches: Sequence[str], metrics: Sequence[str] = ("steps",)
) -> Person:
    hanako = await town.resident()
    first, second = watches
    for metric in metrics:
        await town.upload(
            hanako,
            steps([1] * 20, source=first) | {"metric": metric},
            steps([1] * 40, source=second) | {"metric": metric},
        )
    await town.settle()
    return hanako


async def test_two_apps_of_one_kind_are_asked_about_once_and_the_page_follows(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([50] * 40, source=PHONE), steps([100] * 20, source=OTHER))
    await town.settle()
    await open_day(town, phone, hanako)
    question = phone.get_by_test_id("order-question")
    await expect(question).to_contain_text("歩数は、どちらを先に数えますか")
    await expect(question.get_by_role("button")).to_have_text(
        [PHONE_NAME, "スマートフォン Walking", "どちらでもよい"]
    )
    await expect(phone.get_by_test_id("figure-steps")).to_contain_text("2,000歩")
    await question.get_by_role("button", name="Walking").click()
    await expect(question).to_have_count(0)
    await expect(phone.get_by_test_id("order-answered")).to_contain_text("保存しました")
    await expect(phone.get_by_test_id("figure-steps")).to_contain_text("3,000歩")
    await phone.reload()
    await expect(phone.get_by_test_id("figure-steps")).to_contain_text("3,000歩")
    await expect(question).to_have_count(0)


async def test_an_answer_about_two_phones_leaves_the_watch_where_it_was(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako,
        steps([90] * 10, source=ULTRA_2),
        steps([50] * 40, source=PHONE),
        steps([100] * 20, source=OTHER),
    )
    await town.settle()
    await open_day(town, phone, hanako)
    await phone.get_by_test_id("order-question").get_by_role("button", name="Walking").click()
    await expect(phone.get_by_test_id("order-answered")).to_contain_text("保存しました")
    await expect(phone.get_by_test_id("figure-steps")).to_contain_text("2,900歩")
    (listed,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert [of["source"] for of in listed["sources"]] == [ULTRA_2, OTHER, PHONE]


@pytest.mark.parametrize(
    ("of_watches", "of_phones", "order", "value"),
    [
        ("Series 6", "Walking", [SERIES_6, ULTRA_2, OTHER, PHONE], "3,000歩"),
        ("どちらでもよい", "Walking", [ULTRA_2, SERIES_6, OTHER, PHONE], "2,000歩"),
        ("Series 6", "どちらでもよい", [SERIES_6, ULTRA_2, PHONE, OTHER], "3,000歩"),
    ],
)
async def test_watches_and_phones_are_asked_about_one_after_the_other(
    town: Town, phone: Page, of_watches: str, of_phones: str, order: list[str], value: str
) -> None:
    hanako = await town.resident()
    await town.upload(
        hanako,
        *(steps([50] * 40, source=source) for source in (ULTRA_2, PHONE)),
        *(steps([100] * 20, source=source) for source in (SERIES_6, OTHER)),
    )
    await town.settle()
    await open_day(town, phone, hanako)
    question = phone.get_by_test_id("order-question")
    await expect(question).to_contain_text("腕時計")
    await question.get_by_role("button", name=of_watches).click()
    await expect(question).to_contain_text("スマートフォン")
    await phone.reload()
    await expect(question).to_contain_text("スマートフォン")
    await question.get_by_role("button", name=of_phones).click()
    await expect(question).to_have_count(0)
    await phone.reload()
    await expect(phone.get_by_test_id("figure-steps")).to_contain_text(value)
    await expect(question).to_have_count(0)
    fates = (await town.get(f"/v1/me/days/{TODAY}", hanako)).json["figures"][0]["sources"]
    assert [of["source"] for of in fates] == order


async def test_that_the_order_does_not_matter_is_not_asked_again(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await town.upload(hanako, *(steps([50] * 40, source=f"phone:{name}") for name in ("a", "b")))
    await open_day(town, phone, hanako)
    await phone.get_by_role("button", name="どちらでもよい").click()
    await expect(phone.get_by_test_id("order-question")).to_have_count(0)
    await phone.reload()
    await expect(phone.get_by_test_id("figure-steps")).to_contain_text("2,000歩")
    await expect(phone.get_by_test_id("order-question")).to_have_count(0)


async def test_one_answer_by_the_keyboard_holds_for_all_that_two_watches_count(
    town: Town, desk: Page
) -> None:
    metrics = ("steps", "distance_walked", "active_minutes")
    hanako = await _with_two_watches(town, (SERIES_6, ULTRA_2), metrics)
    await open_day(town, desk, hanako)
    question = desk.get_by_test_id("order-question")
    await expect(question).to_have_count(1)
    await expect(question).to_contain_text("歩数とほか2つは、どちらを先に数えますか")
    await question.get_by_role("button", name="Series 6").focus()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_test_id("order-answered")).to_be_focused()
    await expect(question).to_have_count(0)
    kept = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert {of["metric"] for of in kept if of["chosen"]} == set(metrics)
    assert all(of["sources"][0]["source"] == SERIES_6 for of in kept)


async def test_a_day_that_no_answer_changes_is_not_asked_about(town: Town, phone: Page) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    frozen = TODAY - timedelta(days=LATE_WINDOW_DAYS + 1)
    for day in (frozen, YESTERDAY):
        await town.upload(
            hanako,
            *(steps([50] * 40, source=of, start=local_morning(day)) for of in (SERIES_6, ULTRA_2)),
        )
    await town.settle()
    await open_day(town, phone, hanako, str(frozen))
    await expect(phone.get_by_test_id("order-question")).to_have_count(0)
    await phone.goto(f"/day?date={YESTERDAY}")
    await expect(phone.get_by_test_id("order-question")).to_have_count(1)


@pytest.mark.parametrize(
    ("watches", "ja", "en"),
    [
        (
            (SERIES_6, ULTRA_2),
            ["腕時計 Apple Watch Series 6", "腕時計 Apple Watch Ultra 2"],
            ["Watch Apple Watch Series 6", "Watch Apple Watch Ultra 2"],
        ),
        (
            (SERIES_6, "watch:Watch6.2-9f8e3c4d"),
            ["腕時計 Apple Watch(番号の終わり b3c4d)", "腕時計 Apple Watch(番号の終わり e3c4d)"],
            ["Apple Watch (ending in b3c4d)", "Apple Watch (ending in e3c4d)"],
        ),
    ],
    ids=["by their models", "by the ends of their ids"],
)
async def test_devices_of_one_name_are_told_apart_everywhere(
    town: Town, phone: Page, watches: Sequence[str], ja: list[str], en: list[str]
) -> None:
    hanako = await _with_two_watches(town, watches)
    await open_day(town, phone, hanako)
    question = phone.get_by_test_id("order-question").get_by_role("button")
    for named in (
        question,
        phone.get_by_test_id("drawing").locator("figcaption"),
        phone.get_by_test_id("source-heard").locator("strong"),
    ):
        told = (await named.all_inner_texts())[:2]
        assert sorted(told) == ja
    await phone.goto("/my-data")
    await expect(phone.get_by_test_id("import")).to_be_visible()
    devices = phone.get_by_test_id("device").locator("strong")
    assert sorted(await devices.all_inner_texts()) == ja
    assert (
        sorted(await phone.get_by_test_id("order-steps").locator("strong").all_inner_texts()) == ja
    )
    await switch_language(phone)
    for told, name in zip(sorted(await devices.all_inner_texts()), en, strict=True):
        assert name.removeprefix("Watch ") in told
