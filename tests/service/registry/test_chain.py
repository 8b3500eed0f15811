"""XZ-09, LZ-13: projects from nursery to incubator to accelerator, with the consent of both carriers."""

import asyncio
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import event

from tests.builders.processes import Process
from tests.builders.registry import PORTAL, City, a_city, a_credit_code, a_firm, answered, created, recounted, refused
from tests.policy.cases import default_settings

pytestmark = pytest.mark.anyio
PATH = "/v1/registry/chain"
OTHER = "client:other-portal"
TERMS = {
    "chain.offer_working_days": 5,
    "chain.graduation.criteria": ["high_tech_certificate", "financing"],
    "chain.equity_cap": 2000,
}


@pytest.fixture(scope="module")
def terms() -> dict[str, Any]:
    return default_settings("xuzhou") | TERMS


async def a_carrier(city: City, kind: str = "makerspace", by: str = PORTAL) -> str:
    async with city.portal(by) as portal:
        firm = created(await portal.post("/v1/registry/organisations", json=a_firm(name=f"{kind}运营公司")))
        body = {"kind": kind, "name": f"某{kind}", "operator_id": firm["id"]}
        return str(created(await portal.post("/v1/registry/carriers", json=body))["id"])


async def a_holder(city: City, kind: str = "team", by: str = PORTAL) -> str:
    async with city.portal(by) as portal:
        code = None if kind == "team" else a_credit_code()
        body = {"kind": kind, "name": "巡检机器人团队", "credit_code": code}
        return str(created(await portal.post("/v1/registry/organisations", json=body))["id"])


async def a_project(city: City, holder: str | None = None) -> str:
    holder = holder or await a_holder(city)
    async with city.portal() as portal:
        body = {"name": "矿用巡检机器人", "organisation_id": holder}
        return str(created(await portal.post(f"{PATH}/projects", json=body))["id"])


def an_admission(carrier: str, stage: str = "nursery", **more: Any) -> dict[str, Any]:
    paper = "入驻协议2026-017"
    return {"carrier_id": carrier, "stage": stage, "admitted_on": "2026-09-01", "agreement_reference": paper} | more


async def step(city: City, project: str, name: str, body: dict[str, Any], by: str = PORTAL) -> Any:
    async with city.portal(by) as portal:
        return await portal.post(f"{PATH}/projects/{project}/{name}", json=body)


async def admitted(city: City, stage: str = "nursery", carrier: str | None = None, **more: Any) -> str:
    kind = {"nursery": "makerspace"}.get(stage, stage)
    project = await a_project(city)
    carrier = carrier or await a_carrier(city, kind)
    answered(await step(city, project, "admission", an_admission(carrier, stage, **more)))
    return project


async def offered(city: City, project: str, to: str, stage: str) -> dict[str, Any]:
    return created(await step(city, project, "transfers", {"to_carrier_id": to, "stage": stage}))


async def answer(city: City, offer: dict[str, Any], how: str, body: dict[str, Any], by: str = PORTAL) -> Any:
    async with city.portal(by) as portal:
        return await portal.post(f"{PATH}/transfers/{offer['id']}/{how}", json=body)


AGREED = {"agreement_reference": "孵化协议2026-021"}


async def chain(city: City, project: str, on: str | None = None) -> dict[str, Any]:
    async with city.portal() as portal:
        return answered(await portal.get(f"{PATH}/projects/{project}/chain", params={"on": on} if on else {}))


@pytest.mark.own_city
async def test_a_project_goes_the_whole_chain_and_every_day_of_it_can_be_told(city: City) -> None:
    """XZ-09: 选苗、育苗、移苗入孵; LZ-13: the three parts of the chain."""
    project = await admitted(city)
    incubator, accelerator = await a_carrier(city, "incubator"), await a_carrier(city, "accelerator")
    await city.set_clock(date(2026, 9, 10))
    answered(await answer(city, await offered(city, project, incubator, "incubator"), "acceptance", AGREED))
    await city.set_clock(date(2026, 9, 20))
    answered(await answer(city, await offered(city, project, accelerator, "accelerator"), "acceptance", AGREED))
    await city.set_clock(date(2026, 9, 30))
    body = {"on": "2026-09-30", "criteria": ["financing"], "evidence": "增资协议2026-031"}
    now = answered(await step(city, project, "graduation", body))
    assert (now["standing"], now["now"]) == ("graduated", None)
    assert [(stay["stage"], stay["admitted_on"], stay["ended_on"], stay["ending"]) for stay in now["history"]] == [
        ("nursery", "2026-09-01", "2026-09-10", "transferred"),
        ("incubator", "2026-09-10", "2026-09-20", "transferred"),
        ("accelerator", "2026-09-20", "2026-09-30", "graduated"),
    ]
    snapshot = now["history"][-1]["graduation"]
    assert (snapshot["met"], snapshot["criteria"]) == (["financing"], ["high_tech_certificate", "financing"])
    assert len(snapshot["policy"]["hash"]) == 64
    days = {"2026-08-31": "outside", "2026-09-01": "nursery", "2026-09-09": "nursery", "2026-09-10": "incubator",
            "2026-09-20": "accelerator", "2026-09-29": "accelerator", "2026-09-30": "graduated"}  # fmt: skip
    for day, standing in days.items():
        told = await chain(city, project, day)
        assert told["standing"] == standing
        assert all(stay["admitted_on"] <= day for stay in told["history"])
    then = await chain(city, project, "2026-09-15")
    assert (then["since"], then["now"]["ended_on"], then["now"]["graduation"]) == ("2026-09-10", None, None)
    assert [fact["stage"] for fact in await city.facts("project.admitted")] == ["nursery"]
    assert [fact["stage"] for fact in await city.facts("project.transferred")] == ["incubator", "accelerator"]
    assert [fact["criteria"] for fact in await city.facts("project.graduated")] == [["financing"]]


async def test_nothing_is_told_of_a_day_that_has_not_come(city: City) -> None:
    project = await admitted(city)
    async with city.portal() as portal:
        told = await portal.get(f"{PATH}/projects/{project}/chain", params={"on": "2026-09-02"})
    assert (told.status_code, told.json()["code"]) == (422, "day_in_future")


async def test_all_reasons_against_an_admission_are_told_at_once(city: City) -> None:
    project, carrier = await a_project(city), await a_carrier(city, "incubator")
    body = an_admission(carrier, "nursery", admitted_on="2026-09-02")
    told = await step(city, project, "admission", body)
    assert refused(told) == ["carrier_kind_unfit", "date_in_future"]
    assert told.json()["reasons"][0]["clauses"] == ["XZ-09"]
    assert told.json()["reasons"][0]["facts"] == {"kind": "incubator", "fitting": ["makerspace"]}


async def test_a_firm_in_two_nurseries_is_refused_also_when_both_come_at_once(city: City) -> None:
    """XZ-09: a firm is in one nursery."""
    holder = await a_holder(city, "firm")
    projects = [await a_project(city, holder) for _ in range(2)]
    nurseries = [await a_carrier(city) for _ in range(2)]
    answers = await asyncio.gather(
        *(
            step(city, project, "admission", an_admission(nursery))
            for project, nursery in zip(projects, nurseries, strict=True)
        )
    )
    assert sorted(told.status_code for told in answers) == [200, 409]
    assert [told.json()["code"] for told in answers if told.status_code != 200] == ["firm_in_two_carriers"]
    assert len(await city.facts("project.admitted")) == 1


async def test_a_project_in_a_carrier_is_not_admitted_by_another(city: City) -> None:
    project = await admitted(city)
    told = await step(city, project, "admission", an_admission(await a_carrier(city)))
    assert (told.status_code, told.json()["code"]) == (409, "stays_elsewhere")


async def test_a_stage_is_not_skipped_and_nobody_goes_back(city: City) -> None:
    """XZ-09: 苗圃—孵化器—加速器, one after the other."""
    nursery = await admitted(city)
    accelerator, space = await a_carrier(city, "accelerator"), await a_carrier(city)
    skipped = await step(city, nursery, "transfers", {"to_carrier_id": accelerator, "stage": "accelerator"})
    assert (skipped.status_code, skipped.json()["code"]) == (409, "move_not_allowed")
    incubated = await admitted(city, "incubator")
    back = await step(city, incubated, "transfers", {"to_carrier_id": space, "stage": "nursery"})
    assert (back.status_code, back.json()["code"]) == (409, "move_not_allowed")
    body = {"on": "2026-09-01", "criteria": ["financing"], "evidence": "x"}
    assert (await step(city, nursery, "graduation", body)).json()["code"] == "move_not_allowed"


async def test_a_transfer_needs_the_consent_of_the_carrier_that_receives(city: City) -> None:
    project = await admitted(city)
    to = await a_carrier(city, "incubator", by=OTHER)
    async with city.officer() as officer:
        body = {"to_carrier_id": to, "stage": "incubator"}
        for_it = await officer.post(f"{PATH}/projects/{project}/transfers", json=body)
        offer = await offered(city, project, to, "incubator")
        own = await officer.post(f"{PATH}/transfers/{offer['id']}/acceptance", json=AGREED)
    assert (for_it.status_code, own.status_code) == (403, 403)
    assert (await answer(city, offer, "acceptance", AGREED)).status_code == 403
    assert (await answer(city, offer, "acceptance", AGREED, by="client:stranger")).status_code == 404
    assert (await chain(city, project))["standing"] == "nursery"
    assert answered(await answer(city, offer, "acceptance", AGREED, by=OTHER))["status"] == "accepted"
    assert (await chain(city, project))["now"]["carrier_id"] == to
    again = await answer(city, offer, "refusal", {"reason": "改主意"}, by=OTHER)
    assert (again.status_code, again.json()["code"]) == (409, "move_not_allowed")


async def test_a_refused_transfer_leaves_the_project_where_it_is_and_frees_the_way_for_another(city: City) -> None:
    project, to = await admitted(city), await a_carrier(city, "incubator")
    offer = await offered(city, project, to, "incubator")
    second = await step(city, project, "transfers", {"to_carrier_id": to, "stage": "incubator"})
    assert (second.status_code, second.json()["code"]) == (409, "transfer_offered_already")
    assert answered(await answer(city, offer, "refusal", {"reason": "场地已满"}))["reason"] == "场地已满"
    assert (await chain(city, project))["standing"] == "nursery"
    offer = await offered(city, project, to, "incubator")
    assert answered(await answer(city, offer, "withdrawal", {"reason": "另寻载体"}))["status"] == "withdrawn"
    assert await city.facts("project.transferred") == []


@pytest.mark.own_city
async def test_an_offer_is_answered_on_its_last_evening_and_expires_by_the_clock_after(city: City) -> None:
    project, to = await admitted(city), await a_carrier(city, "incubator")
    offer = await offered(city, project, to, "incubator")
    # 1 September 2026 is a Tuesday: five working days end on Tuesday the 8th.
    assert (offer["expires_on"], offer["expires_provisional"]) == ("2026-09-08", False)
    other = await admitted(city)
    last = await offered(city, other, to, "incubator")
    await city.set_clock(date(2026, 9, 8), time(23, 59))
    assert answered(await answer(city, last, "acceptance", AGREED))["status"] == "accepted"
    await city.set_clock(date(2026, 9, 9), time(0, 1))
    async with asyncio.timeout(10), city.portal() as portal:
        while True:
            waiting = answered(await portal.get(f"{PATH}/transfers", params={"status": "expired"}))["items"]
            if [item["id"] for item in waiting] == [offer["id"]]:
                break
            await asyncio.sleep(0.05)
    late = await answer(city, offer, "acceptance", AGREED)
    assert (late.status_code, late.json()["code"]) == (409, "move_not_allowed")


@pytest.mark.own_city
async def test_an_offer_into_a_year_without_a_calendar_is_counted_again(city: City) -> None:
    """Practice f.3: told provisional, later when the year's notice is out, and it lapses by the day it has become."""
    await city.set_clock(date(2026, 12, 29))
    project, to = await admitted(city), await a_carrier(city, "incubator")
    offer = await offered(city, project, to, "incubator")
    assert (offer["expires_on"], offer["expires_provisional"]) == ("2027-01-06", True)
    assert await recounted(city) == [("transfer_offer", "2027-01-06", "2027-01-07", False)]
    assert len(await recounted(city)) == 1  # once: what is final is left alone
    await city.set_clock(date(2027, 1, 7), time(23, 59))
    assert answered(await answer(city, offer, "acceptance", AGREED))["status"] == "accepted"


async def test_a_holder_offers_its_project_to_a_carrier_of_somebody_else(city: City) -> None:
    project, space = await a_project(city), await a_carrier(city, by=OTHER)
    assert (await step(city, project, "admission", an_admission(space), by=OTHER)).status_code == 404
    offer = await offered(city, project, space, "nursery")
    async with city.portal(OTHER) as other:
        waiting = answered(await other.get(f"{PATH}/transfers", params={"status": "offered"}))["items"]
        assert [item["id"] for item in waiting] == [offer["id"]]
        assert answered(await other.get(f"{PATH}/projects/{project}/chain"))["standing"] == "outside"
    milestone = {"kind": "other", "reached_on": "2026-09-01", "description": "x", "evidence": "x"}
    assert (await step(city, project, "milestones", milestone, by=OTHER)).status_code == 403
    answered(await answer(city, offer, "acceptance", AGREED, by=OTHER))
    assert [fact["stage"] for fact in await city.facts("project.admitted")] == ["nursery"]
    answered(await step(city, project, "milestones", milestone, by=OTHER))
    gone = await step(city, project, "leaving", {"on": "2026-09-01", "reason": "退出"})
    assert gone.status_code == 403
    answered(await step(city, project, "leaving", {"on": "2026-09-01", "reason": "退出"}, by=OTHER))
    # Who had it once does not take it back alone, nor by an offer to itself.
    assert (await step(city, project, "admission", an_admission(space), by=OTHER)).status_code == 404
    to_itself = {"to_carrier_id": space, "stage": "nursery"}
    assert (await step(city, project, "transfers", to_itself, by=OTHER)).status_code == 404


async def test_an_offer_of_a_project_that_went_another_way_bars_nothing(city: City) -> None:
    project, to = await admitted(city), await a_carrier(city, "incubator")
    offer = await offered(city, project, to, "incubator")
    answered(await step(city, project, "leaving", {"on": "2026-09-01", "reason": "团队解散"}))
    assert (await answer(city, offer, "acceptance", AGREED)).json()["code"] == "move_not_allowed"
    assert (await offered(city, project, to, "incubator"))["from_carrier_id"] is None


@pytest.mark.parametrize(
    ("pack", "clause"), [("zhuzhou", "ZZ-07"), ("jiaxing", "JX-06"), ("wuhan", "WH-02"), ("liuzhou", "LZ-13")]
)
async def test_a_city_that_names_no_kinds_of_carriers_sets_them_first(process: Process, pack: str, clause: str) -> None:
    """ZZ-07, JX-06, WH-02, LZ-13: firms are incubated; what counts as a nursery is the owner's to set."""
    city = await a_city(process, pack=pack)
    project, space = await a_project(city), await a_carrier(city)
    told = await step(city, project, "admission", an_admission(space))
    assert refused(told) == ["parameter_open"]
    assert told.json()["reasons"][0]["clauses"] == [clause]
    await city.set_policy(default_settings(pack) | {"chain.nursery.carrier_kinds": ["makerspace"]}, version=3)
    assert answered(await step(city, project, "admission", an_admission(space)))["standing"] == "nursery"


LIUZHOU = {"chain.offer_working_days": 5, "accelerator.growth": 2000}


@pytest.mark.parametrize(("growth", "outcome"), [(1999, "not_eligible"), (2000, "eligible")])
async def test_a_high_growth_firm_has_precedence_in_an_accelerator(process: Process, growth: int, outcome: str) -> None:
    """LZ-41: 对高成长性企业引导其进入加速器; the carrier still answers."""
    city = await a_city(process, pack="liuzhou", settings=LIUZHOU)
    project, to = await admitted(city, "incubator"), await a_carrier(city, "accelerator")
    body = {"to_carrier_id": to, "stage": "accelerator", "revenue_growth_bp": growth}
    offer = created(await step(city, project, "transfers", body))
    assert (offer["precedence"], offer["status"]) == (outcome, "offered")
    async with city.officer() as officer:
        kept = answered(await officer.get(f"/v1/registry/determinations/{offer['determination_id']}"))
    assert kept["programme"] == "accelerator.entry"
    said = kept["document"]["findings"]
    assert [reason["clauses"] for reason in said] == ([] if outcome == "eligible" else [["LZ-41"]])
    answered(await answer(city, offer, "acceptance", AGREED))


async def test_where_the_growth_is_open_precedence_is_not_decided_and_nothing_is_barred(process: Process) -> None:
    """LZ-41 leaves the growth open; XZ knows no such precedence."""
    liuzhou = await a_city(process, pack="liuzhou", settings={"chain.offer_working_days": 5})
    xuzhou = await a_city(process, settings=TERMS)
    for city, precedence in ((liuzhou, "refused_open"), (xuzhou, None)):
        project, to = await admitted(city, "incubator"), await a_carrier(city, "accelerator")
        body = {"to_carrier_id": to, "stage": "accelerator", "revenue_growth_bp": 9000}
        assert created(await step(city, project, "transfers", body))["precedence"] == precedence


async def test_an_operator_with_all_three_links_has_the_whole_chain(process: Process) -> None:
    """LZ-13: 选种、孵化器、加速器."""
    terms = {"chain.nursery.carrier_kinds": ["makerspace"]}
    city = await a_city(process, pack="liuzhou", settings=terms)
    operator = await a_holder(city, "firm")
    outcomes = []
    async with city.portal() as portal:
        for kind in ("makerspace", "incubator", "accelerator"):
            body = {"kind": kind, "name": f"某{kind}", "operator_id": operator}
            created(await portal.post("/v1/registry/carriers", json=body))
            told = answered(await portal.get(f"{PATH}/operators/{operator}/completeness"))
            outcomes.append((told["outcome"], len(told["reasons"])))
            assert all(reason["clauses"] == ["LZ-13"] for reason in told["reasons"])
    assert outcomes == [("not_eligible", 2), ("not_eligible", 1), ("eligible", 0)]
    open_city, xuzhou = await a_city(process, pack="liuzhou", settings={}), await a_city(process)
    async with open_city.portal() as portal:
        path = f"{PATH}/operators/{await a_holder(open_city, 'firm')}/completeness"
        assert answered(await portal.get(path))["outcome"] in {"undetermined", "not_eligible"}
    async with xuzhou.portal() as portal:
        told = await portal.get(f"{PATH}/operators/{await a_holder(xuzhou, 'firm')}/completeness")
    assert (told.status_code, told.json()["code"]) == (409, "chain_not_ruled")


async def test_two_acceptances_at_once_move_the_project_once(city: City) -> None:
    project, to = await admitted(city), await a_carrier(city, "incubator")
    offer = await offered(city, project, to, "incubator")
    answers = await asyncio.gather(*(answer(city, offer, "acceptance", AGREED) for _ in range(2)))
    assert sorted(told.status_code for told in answers) == [200, 409]
    assert len(await city.facts("project.transferred")) == 1


async def test_what_the_city_left_open_refuses_and_names_the_clause(process: Process) -> None:
    """XZ-09 states the three stages, and neither the time to answer nor when a firm graduates."""
    city = await a_city(process)
    project, to = await admitted(city, "incubator"), await a_carrier(city, "accelerator")
    told = await step(city, project, "transfers", {"to_carrier_id": to, "stage": "accelerator"})
    assert refused(told) == ["parameter_open"]
    body = {"on": "2026-09-01", "criteria": ["financing"], "evidence": "增资协议"}
    done = await step(city, project, "graduation", body)
    assert refused(done) == ["parameter_open"]
    assert done.json()["reasons"][0]["clauses"] == ["XZ-09"]


async def test_graduation_takes_a_criterion_of_the_city_and_tells_the_one_it_does_not_know(city: City) -> None:
    project = await admitted(city, "incubator")
    body = {"on": "2026-08-31", "criteria": ["acquired_or_listed"], "evidence": "公告"}
    told = await step(city, project, "graduation", body)
    assert refused(told) == ["criterion_unknown", "no_criterion_met", "before_last_step"]


async def test_leaving_without_graduation_keeps_its_reason_and_the_project_may_come_again(city: City) -> None:
    project = await admitted(city)
    told = answered(await step(city, project, "leaving", {"on": "2026-09-01", "reason": "团队解散"}))
    assert (told["standing"], told["history"][0]["ending"]) == ("outside", "left")
    assert told["history"][0]["end_reason"] == "团队解散"
    again = await step(city, project, "leaving", {"on": "2026-09-01", "reason": "团队解散"})
    assert again.json()["code"] == "nowhere_in_chain"
    answered(await step(city, project, "admission", an_admission(await a_carrier(city))))


@pytest.mark.own_city
async def test_a_team_that_incorporates_keeps_its_line_and_the_firm_cannot_enter_twice(city: City) -> None:
    """LZ-13: from team to firm to industry."""
    project = await admitted(city)
    firm = await a_holder(city, "firm")
    await city.set_clock(date(2026, 9, 15))
    body = {"organisation_id": firm, "effective_on": "2026-09-15"}
    told = answered(await step(city, project, "incorporation", body))
    assert (told["organisation_id"], told["now"]["organisation_id"], told["since"]) == (firm, firm, "2026-09-01")
    assert [holder["effective_on"] for holder in told["holders"]] == ["2026-09-01", "2026-09-15"]
    assert (await chain(city, project, "2026-09-14"))["organisation_id"] != firm
    twice = await step(city, await a_project(city, firm), "admission", an_admission(await a_carrier(city)))
    assert twice.json()["code"] == "firm_in_two_carriers"
    again = await step(city, project, "incorporation", body)
    assert refused(again) == ["holder_not_a_team", "same_organisation"]


@pytest.mark.own_city
async def test_equity_is_dated_and_stays_within_the_cap_of_the_city(city: City) -> None:
    """XZ-16: 持股孵化."""
    nursery = await a_carrier(city)
    project = await admitted(city, carrier=nursery)
    share = {"carrier_id": nursery, "share_bp": 2000, "held_from": "2026-09-01", "evidence": "增资协议"}
    above = await step(city, project, "equity", share | {"share_bp": 2001})
    assert refused(above) == ["equity_above_cap"]
    assert above.json()["reasons"][0]["clauses"] == ["XZ-16"]
    stranger = await step(city, project, "equity", share | {"carrier_id": await a_carrier(city)})
    assert refused(stranger) == ["never_incubated_here"]
    answered(await step(city, project, "equity", share))
    assert refused(await step(city, project, "equity", share)) == ["equity_not_later"]
    await city.set_clock(date(2026, 9, 15))
    told = answered(await step(city, project, "equity", share | {"share_bp": 500, "held_from": "2026-09-10"}))
    assert [(row["share_bp"], row["held_until"]) for row in told["equity"]] == [(2000, "2026-09-10"), (500, None)]
    then = (await chain(city, project, "2026-09-09"))["equity"]
    assert [(row["share_bp"], row["held_until"]) for row in then] == [(2000, None)]


async def test_without_a_cap_of_the_city_only_the_whole_limits(process: Process) -> None:
    city = await a_city(process)
    nursery = await a_carrier(city)
    project = await admitted(city, carrier=nursery)
    share = {"carrier_id": nursery, "share_bp": 10_000, "held_from": "2026-09-01", "evidence": "增资协议"}
    assert (await step(city, project, "equity", share | {"share_bp": 10_001})).status_code == 422
    assert answered(await step(city, project, "equity", share))["equity"][0]["share_bp"] == 10_000


async def test_milestones_are_dated_with_evidence(city: City) -> None:
    project = await admitted(city)
    body = {"kind": "product", "reached_on": "2026-09-01", "description": "样机", "evidence": "试用报告"}
    assert refused(await step(city, project, "milestones", body | {"reached_on": "2026-09-02"})) == ["date_in_future"]
    assert answered(await step(city, project, "milestones", body))["milestones"] == [body]


@pytest.mark.own_city
async def test_a_carrier_lists_and_counts_who_is_with_it(city: City) -> None:
    nursery = await a_carrier(city)
    for _ in range(2):
        await admitted(city, carrier=nursery)
    gone = await admitted(city, carrier=nursery)
    answered(await step(city, gone, "leaving", {"on": "2026-09-01", "reason": "搬迁"}))
    async with city.portal() as portal:
        here = answered(await portal.get(f"{PATH}/carriers/{nursery}/stays", params={"is_open": True, "limit": 1}))
        counts = answered(await portal.get(f"{PATH}/carriers/{nursery}/counts"))["items"]
        whole = answered(await portal.get(f"{PATH}/counts"))["items"]
    assert (len(here["items"]), here["next_cursor"] is not None) == (1, True)
    assert counts[0] == {"stage": "nursery", "staying": 2, "transferred": 0, "graduated": 0, "left": 1}
    assert whole == counts
    async with city.portal("client:stranger") as stranger:
        assert (await stranger.get(f"{PATH}/carriers/{nursery}/stays")).status_code == 404


async def test_a_stranger_and_another_city_see_nothing(process: Process, city: City) -> None:
    project = await admitted(city)
    for elsewhere in (city.portal("client:stranger"), (await a_city(process)).officer()):
        async with elsewhere as stranger:
            assert (await stranger.get(f"{PATH}/projects/{project}/chain")).status_code == 404
            assert answered(await stranger.get(f"{PATH}/projects"))["items"] == []


async def asked(city: City, path: str) -> int:
    """How many statements a read takes."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engine = city.process.app.state.engine.sync_engine
    async with city.portal() as portal:
        event.listen(engine, "before_cursor_execute", note)
        answered(await portal.get(path))
        event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in seen if "chain_" in statement])


async def test_lists_ask_as_often_for_three_as_for_one(city: City) -> None:
    nursery = await a_carrier(city)
    paths = [f"{PATH}/carriers/{nursery}/stays", f"{PATH}/projects", f"{PATH}/transfers"]
    to = await a_carrier(city, "incubator")
    await offered(city, await admitted(city, carrier=nursery), to, "incubator")
    for_one = [await asked(city, path) for path in paths]
    for _ in range(2):
        await offered(city, await admitted(city, carrier=nursery), to, "incubator")
    assert [await asked(city, path) for path in paths] == for_one == [2, 1, 1]


@pytest.mark.own_city
async def test_a_team_that_becomes_a_firm_stays_in_its_nursery_since_when_it_came(city: City) -> None:
    """LZ-13: the organisation incorporates, and its project is a firm's from that day."""
    team = await a_holder(city)
    project = await a_project(city, team)
    answered(await step(city, project, "admission", an_admission(await a_carrier(city))))
    await city.set_clock(date(2026, 9, 15))
    body = {"name": "徐州巡检智能有限公司", "credit_code": a_credit_code(), "effective_on": "2026-09-10"}
    async with city.portal() as portal:
        path = f"/v1/registry/organisations/{team}/incorporation"
        answered(await portal.post(path, json=body, headers={"If-Match": "*"}))
    told = await chain(city, project)
    assert (told["standing"], told["since"], told["now"]["organisation_id"]) == ("nursery", "2026-09-01", team)
    assert [(one["organisation_id"], one["effective_on"]) for one in told["holders"]] == [
        (team, "2026-09-01"), (team, "2026-09-10"),
    ]  # fmt: skip
    second = await step(city, await a_project(city, team), "admission", an_admission(await a_carrier(city)))
    assert second.json()["code"] == "firm_in_two_carriers"


@pytest.mark.own_city
async def test_a_firm_that_is_deregistered_leaves_its_stage_with_the_reason(city: City) -> None:
    firm, other = await a_holder(city, "firm"), await a_carrier(city, "incubator")
    staying, offered_on = await a_project(city, firm), await a_project(city, firm)
    answered(await step(city, staying, "admission", an_admission(await a_carrier(city))))
    waiting = await offered(city, offered_on, other, "incubator")
    await city.set_clock(date(2026, 9, 15))
    async with city.officer() as officer:
        path = f"/v1/registry/organisations/{firm}/deregistration"
        body = {"on": "2026-09-12", "reason": "市场监管部门公告注销"}
        answered(await officer.post(path, json=body, headers={"If-Match": "*"}))
    told = await chain(city, staying)
    (stay,) = told["history"]
    assert (told["standing"], told["now"], stay["ended_on"], stay["ending"]) == ("outside", None, "2026-09-12", "left")
    assert "注销" in stay["end_reason"]
    assert (await chain(city, staying, "2026-09-11"))["standing"] == "nursery"
    assert (await answer(city, waiting, "acceptance", AGREED)).status_code == 409
    (left,) = await city.facts("project.left")
    assert left["left_on"] == "2026-09-12"


@pytest.mark.own_city
async def test_a_merger_hands_stays_on_but_never_puts_a_firm_into_two_nurseries(city: City) -> None:
    firm, successor = await a_holder(city, "firm"), await a_holder(city, "firm")
    nursery, incubating = await a_project(city, firm), await a_project(city, firm)
    theirs = await a_project(city, successor)
    for project, stage in ((nursery, "nursery"), (incubating, "incubator"), (theirs, "nursery")):
        carrier = await a_carrier(city, "incubator" if stage == "incubator" else "makerspace")
        answered(await step(city, project, "admission", an_admission(carrier, stage)))
    await city.set_clock(date(2026, 9, 15))
    async with city.officer("person:officer-2") as officer:
        body = {"into_id": successor, "on": "2026-09-12", "reason": "吸收合并", "evidence": "准予合并登记通知书"}
        path = f"/v1/registry/organisations/{firm}/merger"
        ending = created(await officer.post(path, json=body, headers={"If-Match": "*"}))
    async with city.officer("person:officer-3") as officer:
        answered(await officer.post(f"/v1/registry/endings/{ending['id']}/confirmation"))
    on, out = await chain(city, incubating), await chain(city, nursery)
    assert (on["standing"], on["since"], on["now"]["organisation_id"]) == ("incubator", "2026-09-01", successor)
    assert (out["standing"], out["organisation_id"], out["history"][0]["ending"]) == ("outside", successor, "left")
    assert "同一阶段" in out["history"][0]["end_reason"]
    assert (await chain(city, theirs))["standing"] == "nursery"
