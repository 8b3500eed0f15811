"""Scans: with consent or by duty, of what exists for the caller, over what the services hold, always recorded."""

from typing import Any
from uuid import UUID

import pytest

from gateway.window.eligibility.models import EligibilityScan
from gateway.window.eligibility.service import CARRIERS_MAX
from kernel.ids import decode_id, encode_id
from tests.builders.neighbours import answers
from tests.builders.processes import Process
from tests.policy.cases import default_settings
from tests.service.window.rig import ELSEWHERE, OTHER_PORTAL, OURS, PORTAL, THEIRS, count, set_values
from tests.service.window.scanning import (
    BATCHES,
    CARRIER,
    CONSENTS,
    FACTS,
    SCANS,
    Neighbours,
    a_carrier,
    consented,
    officer,
    portal,
    result_of,
    scan,
)

pytestmark = pytest.mark.anyio
KEY = "recognition.key_makerspace"
UNKNOWN = UUID(int=999)


@pytest.fixture
async def neighbours(window: Process, city: str) -> Neighbours:
    """Everything the scan of a key makerspace rests on is set."""
    values = {name: value for name, value in default_settings("xuzhou").items() if name.startswith(f"{KEY}.")}
    values |= {"window.correction_working_days": 5, "award.recognition.upgrade_treatment": "difference"}
    values |= {"fund.award_subsidy.period": "annual"}
    await set_values(window, city, **values)
    return Neighbours(window, city, carriers=[a_carrier()]).listen()


async def test_without_consent_nothing_is_told_and_only_the_registry_is_asked(neighbours: Neighbours) -> None:
    async with portal(neighbours) as client:
        refused = await scan(client, status=403)
    assert (refused["code"], set(refused) & {"results", "counts"}) == ("consent_required", set())
    assert "POST /v1/window/consents" in refused["detail"]
    assert neighbours.asked == ["registry"]
    assert await count(neighbours.process, EligibilityScan, neighbours.city) == 0


async def test_a_scan_says_of_every_programme_what_would_have_to_change(neighbours: Neighbours) -> None:
    consent = await consented(neighbours)
    neighbours.carriers = [a_carrier(facts=FACTS | {"tenants": 18, "seats": 3})]
    async with portal(neighbours) as client:
        found = await scan(client)
    assert (found["basis"], found["consent_id"], found["sources_away"]) == ("consent", consent["id"], [])
    assert sum(found["counts"].values()) == len(found["results"])
    near = result_of(found, KEY)
    assert (near["status"], near["carrier_id"], near["carrier_name"]) == (
        "nearly", encode_id("car", CARRIER), "云创众创空间",
    )  # fmt: skip
    assert near["changes"] == [
        {"fact": "tenants", "zh": "入驻团队和企业数", "en": "resident teams and firms", "actual": 18, "needed": 20,
         "clauses": ["XZ-39"]}
    ]  # fmt: skip
    assert [reason["facts"]["fact"] for reason in near["reasons"]] == ["tenants"]
    assert [(item["id"], item["apply_at"]) for item in near["items"]] == [
        ("recognise-key-makerspace", "/v1/window/cases")
    ]


async def test_once_it_changed_the_scan_says_eligible_and_why(neighbours: Neighbours) -> None:
    await consented(neighbours)
    async with portal(neighbours) as client:
        result = result_of(await scan(client), KEY)
    assert (result["status"], result["changes"], result["reasons"], result["missing"]) == ("eligible", [], [], [])
    assert result["terms"] == {"notice_working_days": 5}
    read = {step["name"]: step for step in result["trace"]}
    assert (read["tenants"]["value"], read[f"{KEY}.tenants"]["value"]) == (26, 20)
    assert read[f"{KEY}.tenants"]["clauses"] == ["XZ-39"]
    assert {"fact": "tenants", "value": 26, "source": "registry", "overruled": None} in result["facts"]


async def test_an_award_is_told_in_fen_and_not_twice(neighbours: Neighbours) -> None:
    await consented(neighbours)
    neighbours.carriers = [a_carrier(levels=[{"level": "municipal", "is_key": True}])]
    async with portal(neighbours) as client:
        granted = result_of(await scan(client), "award.recognition")
        neighbours.awards = [
            {"programme": "award.recognition", "carrier_id": str(CARRIER), "level": "municipal",
             "amount_fen": 30_000_000}
        ]  # fmt: skip
        taken = result_of(await scan(client), "award.recognition")
    assert (granted["status"], granted["amounts"], granted["level"]) == ("eligible", {"award": 30_000_000}, "municipal")
    assert (taken["status"], taken["amounts"]) == ("not_eligible", {})
    assert [reason["code"] for reason in taken["reasons"]] == ["already_awarded"]
    assert taken["reasons"][0]["zh"].endswith("。")
    assert taken["reasons"][0]["en"].endswith(".")


async def test_a_programme_that_is_not_live_names_what_is_open(neighbours: Neighbours) -> None:
    await consented(neighbours)
    async with portal(neighbours) as client:
        result = result_of(await scan(client), "patent.subsidy")
    assert result["status"] == "not_open"
    assert result["open_parameters"] == [f"patent.subsidy.{kind}" for kind in ("invention", "utility_model", "design")]
    assert [reason["facts"]["clause"]["id"] for reason in result["reasons"]] == ["XZ-30"] * 3


@pytest.mark.parametrize("organisation", [THEIRS, ELSEWHERE, UNKNOWN])
async def test_what_does_not_exist_for_a_portal_is_not_found_and_never_not_eligible(
    neighbours: Neighbours, organisation: UUID
) -> None:
    async with portal(neighbours) as client:
        assert (await scan(client, organisation, status=404))["code"] == "not_found"
    assert await count(neighbours.process, EligibilityScan, neighbours.city) == 0


async def test_a_consent_serves_who_recorded_it_alone(neighbours: Neighbours) -> None:
    await consented(neighbours)
    async with portal(neighbours, OTHER_PORTAL) as client:
        assert (await scan(client, status=404))["code"] == "not_found"


async def test_a_withdrawn_consent_and_one_that_ran_out_count_no_more(neighbours: Neighbours) -> None:
    consent = await consented(neighbours)
    async with portal(neighbours) as client:
        await scan(client)
        await client.post(f"{CONSENTS}/{consent['id']}/withdrawal", json={})
        assert (await scan(client, status=403))["code"] == "consent_required"


async def test_a_consent_withdrawn_while_the_services_were_asked_counts_no_more(neighbours: Neighbours) -> None:
    consent = await consented(neighbours)
    process = neighbours.process
    async with portal(neighbours) as client, portal(neighbours) as other:
        http = process.app.state.neighbours["vouchers"]._http
        handle = http._transport.handler

        async def withdrawing(request: Any) -> Any:
            await other.post(f"{CONSENTS}/{consent['id']}/withdrawal", json={})
            return await handle(request)

        http._transport.handler = withdrawing
        assert (await scan(client, status=403))["code"] == "consent_required"
    assert neighbours.asked.count("vouchers") == 1
    assert await count(process, EligibilityScan, neighbours.city) == 0


async def test_an_officer_scans_in_the_course_of_duty(neighbours: Neighbours) -> None:
    async with officer(neighbours) as client:
        found = await scan(client, THEIRS)
        assert (found["basis"], found["consent_id"]) == ("duty", None)
        for organisation in (ELSEWHERE, UNKNOWN):
            await scan(client, organisation, status=404)


async def test_an_organisation_may_look_at_itself(neighbours: Neighbours) -> None:
    bound = {"organisation": str(OURS), "scopes": ["eligibility:scan"]}  # as a provider's client is, a portal's never
    async with neighbours.process.as_("own-client", "provider", city=neighbours.city, **bound) as client:
        assert (await scan(client))["basis"] == "own"


async def test_every_scan_leaves_its_record_and_nothing_of_what_was_seen(neighbours: Neighbours) -> None:
    consent = await consented(neighbours)
    async with portal(neighbours) as client:
        found = await scan(client, facts={"cost_fen": 123_456_789})
        mine = (await client.get(SCANS)).json()["items"]
    async with officer(neighbours) as client:
        duty = await scan(client)
    async with neighbours.process.as_("person:auditor", "auditor", city=neighbours.city) as auditor:
        everything = (await auditor.get(SCANS, params={"organisation_id": encode_id("org", OURS)})).json()["items"]
    assert [record["id"] for record in everything] == [found["id"], duty["id"]]
    assert mine == everything[:1]
    assert {name: mine[0][name] for name in ("basis", "consent_id", "scanned_by", "policy_version", "policy_hash")} == {
        "basis": "consent", "consent_id": consent["id"], "scanned_by": PORTAL,
        "policy_version": found["policy_version"], "policy_hash": found["policy_hash"],
    }  # fmt: skip
    async with neighbours.process.app.state.sessions() as session:
        row = await session.get(EligibilityScan, decode_id("scn", found["id"]))
    assert "123456789" not in str(vars(row))


@pytest.mark.parametrize("name", ["funds", "vouchers"])
async def test_a_service_that_is_away_is_named_and_never_guessed(neighbours: Neighbours, name: str) -> None:
    await consented(neighbours)
    neighbours.carriers = [a_carrier(levels=[{"level": "municipal", "is_key": True}])]
    neighbours.away = {name}
    async with portal(neighbours) as client:
        found = await scan(client)
        (record,) = (await client.get(SCANS)).json()["items"]
    assert found["sources_away"] == record["sources_away"] == [name]
    award = result_of(found, "award.recognition")
    if name == "funds":
        assert (award["status"], award["amounts"]) == ("undetermined", {})
        assert [(missing["fact"], missing["away"]) for missing in award["missing"]] == [("earlier_awards", "funds")]
    else:
        assert award["status"] == "eligible"


async def test_a_service_that_answers_something_else_is_as_good_as_away(neighbours: Neighbours) -> None:
    await consented(neighbours)
    answers(neighbours.process, "funds", lambda _path: {"awards": "many"})
    async with portal(neighbours) as client:
        assert (await scan(client))["sources_away"] == ["funds"]


async def test_without_the_registry_there_is_nobody_to_scan(neighbours: Neighbours) -> None:
    await consented(neighbours)
    neighbours.away = {"registry"}
    async with portal(neighbours) as client:
        problem = await scan(client, status=503)
    assert problem["retryable"] is True


async def test_stated_facts_are_marked_and_what_a_service_holds_overrules_them(neighbours: Neighbours) -> None:
    await consented(neighbours)
    facts = {name: value for name, value in FACTS.items() if name != "mentors"}
    neighbours.carriers = [a_carrier(facts=facts)]
    async with portal(neighbours) as client:
        lacking = result_of(await scan(client), KEY)
        result = result_of(await scan(client, facts={"mentors": 6, "tenants": 2}), KEY)
    assert (lacking["status"], [missing["fact"] for missing in lacking["missing"]]) == ("undetermined", ["mentors"])
    told = {fact["fact"]: fact for fact in result["facts"]}
    assert result["status"] == "eligible"
    assert told["mentors"] == {"fact": "mentors", "value": 6, "source": "stated", "overruled": None}
    assert told["tenants"] == {"fact": "tenants", "value": 26, "source": "registry", "overruled": 2}


@pytest.mark.parametrize(
    ("facts", "pointers"),
    [
        ({"surname": "Zhang"}, ["/facts/surname"]),
        ({"tenants": "many", "mentors": True}, ["/facts/tenants", "/facts/mentors"]),
        ({"a/b": 1}, ["/facts/a~1b"]),
    ],
)
async def test_a_stated_fact_no_programme_reads_is_pointed_at(
    neighbours: Neighbours, facts: dict[str, Any], pointers: list[str]
) -> None:
    async with officer(neighbours) as client:
        problem = await scan(client, facts=facts, status=422)
    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert await count(neighbours.process, EligibilityScan, neighbours.city) == 0


@pytest.mark.parametrize("facts", [{"tenants": -1}, {"tenants": None}, {"tenants": 1.5}, {"tenants": {"a": 1}}, []])
async def test_a_stated_fact_that_is_no_fact_is_malformed(neighbours: Neighbours, facts: Any) -> None:
    async with officer(neighbours) as client:
        await scan(client, facts=facts, status=422)


async def test_one_carrier_is_scanned_when_named_and_too_many_have_to_be(neighbours: Neighbours) -> None:
    ids = [UUID(int=100 + number) for number in range(CARRIERS_MAX + 1)]
    neighbours.carriers = [a_carrier(one) for one in ids]
    async with officer(neighbours) as client:
        assert (await scan(client, status=409))["code"] == "too_many_carriers"
        found = await scan(client, carrier_id=encode_id("car", ids[7]))
        await scan(client, carrier_id=encode_id("car", UNKNOWN), status=404)
    assert {result["carrier_id"] for result in found["results"]} == {None, encode_id("car", ids[7])}
    neighbours.carriers.pop()
    async with officer(neighbours) as client:
        assert len([r for r in (await scan(client))["results"] if r["programme"] == KEY]) == CARRIERS_MAX


async def test_another_sandbox_does_not_know_the_organisation(neighbours: Neighbours) -> None:
    await consented(neighbours)
    stranger = Neighbours(neighbours.process, "320300-elsewher")
    async with portal(stranger) as client:
        await scan(client, status=404)


async def test_a_batch_answers_in_order_and_tells_what_cannot_be_read_in_its_place(neighbours: Neighbours) -> None:
    facts = {"carrier_kind": "makerspace", "level": "municipal", "designation": "key", "earlier_awards": []}
    good = {"programme": "award.recognition", "act": "award", "facts": facts}
    questions = [good, 7, good | {"facts": {"level": 3}}, good | {"facts": {}}]
    async with portal(neighbours) as client:
        answer = await client.post(BATCHES, json={"questions": questions}, headers={"Accept-Language": "en"})
        assert answer.status_code == 200, answer.text
        first, second, third, last = answer.json()["answers"]
        empty = await client.post(BATCHES, json={"questions": []})
        many = await client.post(BATCHES, json={"questions": [good] * 1_001})
    assert (first["outcome"], first["amounts"], first["errors"]) == ("eligible", {"award": 30_000_000}, [])
    assert (second["outcome"], second["errors"][0]["code"]) == (None, "model_type")
    assert [error["pointer"] for error in third["errors"]] == ["/facts/level"]
    assert (last["outcome"], len(last["reasons"])) == ("undetermined", 4)
    assert (empty.status_code, many.status_code) == (422, 422)
