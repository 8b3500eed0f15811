import pytest

from tests.builders.neighbours import answers
from tests.builders.processes import Process

pytestmark = pytest.mark.anyio
COUNTS = [
    {"key": "service_platforms", "counted": 30},
    {"key": "clusters", "counted": 9},
    {"key": "cluster_coverage", "counted": 1, "divisions": ["320312"]},
]


async def test_targets_stand_where_the_services_count_them(window: Process, city: str) -> None:
    answers(window, "registry", lambda path: {"counts": COUNTS} if path == "/internal/counts" else 404)
    async with window.as_("portal-1", "portal", city=city) as portal:
        answer = await portal.get(f"/v1/window/policies/{city}/targets")
    assert answer.status_code == 200, answer.text
    found = {item["id"]: item for item in answer.json()["items"]}
    platforms = found["service_platforms"]
    assert (platforms["operator"], platforms["value"], platforms["clauses"]) == ("≥", 30, ["XZ-01"])
    assert platforms["standing"] == {"counted": 30, "difference": 0, "reached": True}
    assert found["clusters"]["standing"] == {"counted": 9, "difference": -1, "reached": False}
    coverage = found["cluster_coverage"]["coverage"]
    assert [division["zh"] for division in coverage["covered"]] == ["铜山区"]
    assert (found["little_giants"]["clauses"], found["little_giants"]["source"]) == (["XZ-14"], "progress_report")
    assert found["little_giants"]["standing"] is None


async def test_a_reported_figure_stands_where_reports_are_handed_in(window: Process, city: str) -> None:
    """XZ-14: what no service counts is added up from progress reports, at the registry."""
    counted = [*COUNTS, {"key": "little_giants", "counted": 301}]
    answers(window, "registry", lambda path: {"counts": counted} if path == "/internal/counts" else 404)
    async with window.as_("portal-1", "portal", city=city) as portal:
        answer = await portal.get(f"/v1/window/policies/{city}/targets")
    found = {item["id"]: (item["source"], item["standing"]) for item in answer.json()["items"]}
    source, standing = found["little_giants"]
    assert (source, standing["counted"]) == ("progress_report", 301)


async def test_a_service_that_is_away_leaves_its_targets_uncounted(window: Process, city: str) -> None:
    answers(window, "registry", lambda _path: 503)
    async with window.as_("portal-1", "portal", city=city) as portal:
        answer = await portal.get(f"/v1/window/policies/{city}/targets")
    found = {item["id"]: (item["source"], item["standing"]) for item in answer.json()["items"]}
    assert (found["clusters"], found["little_giants"]) == (("unavailable", None), ("progress_report", None))


async def test_targets_of_no_city_or_of_anothers_sandbox_are_not_there(window: Process, city: str) -> None:
    async with window.as_("portal-1", "portal", city="320300-zzzzzzzz") as stranger:
        statuses = [
            (await stranger.get(f"/v1/window/policies/{code}/targets")).status_code for code in (city, "999999")
        ]
    assert statuses == [404, 404]


@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01"])
async def test_a_day_no_service_can_count_to_is_refused(window: Process, city: str, on: str) -> None:
    async with window.as_("portal-1", "portal", city=city) as portal:
        refused = await portal.get(f"/v1/window/policies/{city}/targets?on={on}")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "query/on")
