"""Files on the resident's page of data: imports that survive a broken line, and what residents take along."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.pages.visits import open_my_data
from tests.town import NOON, Person, Town, local_morning, steps
from tests.wellness_api.health.imports.exports import export, many, zipped
from tests.wellness_api.health.imports.exports import steps as exported_steps
from wellness_api.health.formats.fit.form import EXAMPLE as FIT_EXAMPLE


async def _today(town: Town, person: Person) -> Any:
    return (await town.get("/v1/me/today", person)).json


def _file(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


async def test_an_export_of_a_phone_is_sent_read_and_counted(town: Town, phone: Page) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await open_my_data(town, phone, hanako)
    content = export(*(exported_steps(minute, 100) for minute in range(25)))
    await phone.get_by_test_id("import-input").set_input_files(_file("export.zip", content))
    await expect(phone.get_by_test_id("import")).to_contain_text("届きました")

    await town.worker.read_imports()
    done = phone.get_by_test_id("import-done")
    await expect(done).to_contain_text("取り込みが終わりました。")
    await expect(done).to_contain_text("新しい記録 25件")
    await expect(phone.get_by_test_id("device")).to_have_count(1)
    await town.settle()
    assert (await _today(town, hanako))["steps"] == 2_500


async def test_sending_goes_on_where_it_stopped_after_the_page_was_closed(
    town: Town, phone_with_complaints: Page
) -> None:
    phone = phone_with_complaints
    hanako = await town.resident()
    content = zipped(many(120_000))
    assert len(content) > 1024**2, "the file has to come in more than one part"
    await open_my_data(town, phone, hanako)
    sent: list[str] = []
    phone.on("request", lambda asked: sent.append(asked.url) if asked.method == "PUT" else None)
    # The line breaks after the first part.
    await phone.route("**/parts/1", lambda route: route.abort())
    choose = phone.get_by_test_id("import-input")
    await choose.set_input_files(_file("export.zip", content))
    await expect(phone.get_by_test_id("send-on")).to_be_visible()
    await expect(phone.get_by_role("alert").filter(has_text="つながりませんでした")).to_be_visible()

    await phone.unroute("**/parts/1")
    await phone.reload()
    await expect(phone.get_by_test_id("unfinished")).to_contain_text("途中まで送ったファイル")
    await choose.set_input_files(_file("export.zip", content[:-1]))
    await expect(phone.get_by_role("alert").filter(has_text="別のファイル")).to_be_visible()
    await choose.set_input_files(_file("export.zip", content))
    await expect(phone.get_by_test_id("import")).to_contain_text("届きました")
    assert [url.endswith("/parts/0") for url in sent].count(True) == 1

    await phone.get_by_test_id("stop-import").click()
    await expect(phone.get_by_test_id("import")).to_contain_text("取り込みをやめました")
    assert (await town.get("/v1/imports", hanako)).json["items"] == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("steps.csv", b"day,steps", "名前が .zip か .fit で終わるファイルを選んでください"),
        ("export.zip", b"", "このファイルは空です"),
    ],
)
async def test_a_file_of_another_kind_is_not_sent_and_the_page_says_what_would_do(
    town: Town, phone: Page, name: str, content: bytes, said: str
) -> None:
    hanako = await town.resident()
    await open_my_data(town, phone, hanako)
    await phone.get_by_test_id("import-input").set_input_files(_file(name, content))
    await expect(phone.get_by_role("alert").filter(has_text=said)).to_be_visible()
    assert (await town.get("/v1/imports", hanako)).json["items"] == []


async def test_a_zip_that_is_none_is_refused_in_plain_words(town: Town, phone: Page) -> None:
    await open_my_data(town, phone, await town.resident())
    await phone.get_by_test_id("import-input").set_input_files(_file("photo.zip", b"no zip"))
    await expect(phone.get_by_test_id("import")).to_contain_text("届きました")
    await town.worker.read_imports()
    await expect(phone.get_by_test_id("import-problem")).to_contain_text(
        "zipファイルではないか、途中で切れています。"
    )


async def test_a_fit_file_is_taken_at_once(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    await open_my_data(town, phone, hanako)
    await phone.get_by_test_id("import-input").set_input_files(_file("scale.FIT", FIT_EXAMPLE))
    await expect(phone.get_by_test_id("import-done")).to_contain_text("新しい記録 1件")
    await expect(phone.get_by_test_id("device")).to_contain_text("据え置き機器")


@pytest.mark.parametrize("content", [b"no fit" * 9, FIT_EXAMPLE[:-8]], ids=["none", "cut"])
async def test_a_fit_file_that_is_none_or_was_cut_short_is_refused_in_plain_words(
    town: Town, phone_with_complaints: Page, content: bytes
) -> None:
    phone = phone_with_complaints
    await open_my_data(town, phone, await town.resident())
    await phone.get_by_test_id("import-input").set_input_files(_file("run.fit", content))
    await expect(
        phone.get_by_role("alert").filter(has_text="壊れているか、途中で切れています")
    ).to_be_visible()


async def test_residents_take_their_steps_along_as_a_table(town: Town, phone: Page) -> None:
    hanako = await town.resident()
    earlier = local_morning(NOON.date()) - timedelta(days=60)
    await town.upload(hanako, steps([10, 20], start=earlier), steps([30]))
    await town.settle()
    await open_my_data(town, phone, hanako)
    async with phone.expect_download() as download:
        await phone.get_by_test_id("download-steps").click()
    saved = await download.value
    assert saved.suggested_filename == "steps-2026-11-18.csv"
    assert Path(await saved.path()).read_text().splitlines() == [
        "time,steps ({steps})",
        "2026-09-19T06:00:00.000+09:00,10",
        "2026-09-19T06:01:00.000+09:00,20",
        "2026-11-18T06:00:00.000+09:00,30",
    ]


async def test_residents_take_everything_of_a_month_along_as_one_bundle(
    town: Town, phone: Page
) -> None:
    hanako = await town.resident()
    # More than a page of the API holds, and one of the month before.
    midnight = local_morning(NOON.date()) - timedelta(hours=6)
    await town.upload(hanako, steps([10] * 1_100, start=midnight - timedelta(days=2)))
    await town.upload(hanako, steps([77], start=midnight - timedelta(days=30)))
    await town.settle()
    await open_my_data(town, phone, hanako)
    await expect(phone.get_by_label("月")).to_have_value("2026-11")
    async with phone.expect_download() as download:
        await phone.get_by_test_id("download-month").click()
    bundle = json.loads(Path(await (await download.value).path()).read_text())
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert len(bundle["entry"]) == 1_100

    await phone.get_by_label("月").select_option("2026-09")
    await phone.get_by_test_id("download-month").click()
    await expect(phone.get_by_test_id("take-along")).to_contain_text("この期間の記録はありません。")
