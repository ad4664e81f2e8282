"""Every indicator is listed with its name in each language, and measures what it says."""

from tests.town import Town
from wellness_api.indicators.catalogue import INDICATORS


async def test_every_indicator_is_listed(town: Town) -> None:
    nurse = await town.staff("health_staff")
    answer = await town.get("/v1/indicators", nurse)
    assert answer.status == 200
    assert [item["code"] for item in answer.json["items"]] == [
        indicator.code for indicator in INDICATORS
    ]
    for item in answer.json["items"]:
        assert set(item) == {"code", "unit", "higher_is_better", "name"}
        assert {"ja", "en"} <= set(item["name"])
