"""Supported people: consent, terms, who decides, what is erased, and the share of returns."""

import asyncio
from datetime import date
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.registry.people import wrong_names
from services.registry.people.rules import keyed_hash
from tests.builders.processes import Process
from tests.builders.registry import SECOND, City, CityFor, a_firm, answered, created, refused
from tests.builders.registry_cities import a_city_of
from tests.service.registry.test_mentors import a_resident_id, an_entry

pytestmark = pytest.mark.anyio
PATH = "/v1/registry/talent"
UNIT_SIDE = "client:unit"


@pytest.fixture
async def jiaxing(process: Process, city_for: CityFor) -> City:
    return await city_for("jiaxing", lambda: a_city_of(process, "jiaxing"))


def a_status(**more: Any) -> dict[str, Any]:
    named = more.pop("name", "李四光明")
    person = {"name": named, "paper_number": more.pop("paper_number", None) or a_resident_id()}
    return {
        "person": person, "kind": "off_post", "starts_on": "2026-09-01", "ends_on": "2029-09-01",
        "consent": {"given_on": "2026-08-20", "reference": "同意书2026-17"},
    } | more  # fmt: skip


async def apply(city: City, by: str = UNIT_SIDE, **more: Any) -> httpx2.Response:
    async with city.portal(by) as portal:
        return await portal.post(PATH, json=a_status(**more))


async def decide(city: City, talent: dict[str, Any], by: str = SECOND, **body: Any) -> httpx2.Response:
    given = {"outcome": "confirm", "reason": "审核意见", "facts": {"unit_consents": True}} | body
    async with city.officer(by) as officer:
        return await officer.post(f"{PATH}/{talent['id']}/decision", json=given)


async def officer_posts(city: City, path: str, body: Any = None) -> httpx2.Response:
    async with city.officer() as officer:
        return await officer.post(f"{PATH}{path}", json=body)


async def counts(city: City, on: str = "2026-09-01") -> dict[str, Any]:
    async with city.officer() as officer:
        return answered(await officer.get(f"{PATH}/counts", params={"on": on}))


async def test_a_post_is_kept_three_years_with_the_units_consent(jiaxing: City) -> None:
    """JX-14: three years to the day; three years and a day are refused."""
    talent = created(await apply(jiaxing))
    assert (talent["status"], talent["clause"], talent["name"]) == ("applied", "JX-14", "李四光明")
    assert refused(await decide(jiaxing, talent, facts={"unit_consents": False})) == ["criterion_not_met"]
    assert answered(await decide(jiaxing, talent))["status"] == "confirmed"
    longer = created(await apply(jiaxing, ends_on="2029-09-02"))
    answer = await decide(jiaxing, longer)
    assert refused(answer) == ["criterion_not_met"]
    assert answer.json()["reasons"][0]["clauses"] == ["JX-14"]
    assert answered(await decide(jiaxing, longer, outcome="refuse"))["status"] == "refused"


async def test_years_are_the_persons_and_are_counted_not_stated(jiaxing: City) -> None:
    """JX-14: who came back after two years and leaves again has one left."""
    number = a_resident_id()
    first = created(await apply(jiaxing, paper_number=number))
    stated = await decide(jiaxing, first, facts={"unit_consents": True, "off_post_years": 1})
    assert (stated.status_code, stated.json()["errors"][0]["code"]) == (422, "fact_unknown")
    answered(await decide(jiaxing, first))
    assert (await apply(jiaxing, paper_number=number)).json()["code"] == "talent_exists"
    end = f"/{first['id']}/end"
    late = await officer_posts(jiaxing, end, {"ended_on": "2029-09-02", "reason": "x"})
    assert refused(late) == ["end_outside_term"]
    answered(await officer_posts(jiaxing, end, {"ended_on": "2028-09-01", "reason": "返回原单位"}))
    again = created(await apply(jiaxing, paper_number=number, starts_on="2029-01-01", ends_on="2030-01-02"))
    assert refused(await decide(jiaxing, again)) == ["criterion_not_met"]
    answered(await decide(jiaxing, again, outcome="refuse"))
    rest = created(await apply(jiaxing, paper_number=number, starts_on="2029-01-01", ends_on="2030-01-01"))
    assert answered(await decide(jiaxing, rest))["status"] == "confirmed"


async def test_a_status_waits_for_the_years_that_are_open(process: Process) -> None:
    """WH-16, LZ-31: the text keeps the post or the enrolment and says no number of years."""
    facts: dict[str, Any] = {"is_research_staff": True, "employer_kind": "university"}
    wuhan = await a_city_of(process, "wuhan")
    talent = created(await apply(wuhan))
    answer = await decide(wuhan, talent, facts=facts)
    assert (answer.json()["code"], answer.json()["reasons"][0]["clauses"]) == ("policy_open", ["WH-16"])
    await wuhan.set_policy({"researcher.leave.years": 3}, version=3)
    assert answered(await decide(wuhan, talent, facts=facts))["status"] == "confirmed"
    liuzhou = await a_city_of(process, "liuzhou", {"student.leave.years": 2})
    student = created(await apply(liuzhou, kind="student_on_leave"))
    enrolled = {"is_enrolled_student": True}
    assert refused(await decide(liuzhou, student, facts=enrolled)) == ["criterion_not_met"]


async def test_part_time_needs_every_condition_at_once(jiaxing: City) -> None:
    """JX-13: own work done, unit unharmed, consent; the reasons come together."""
    talent = created(await apply(jiaxing, kind="part_time", ends_on=None))
    facts = {"institution_in_city": True, "own_work_done": False, "unit_unharmed": False, "unit_consents": True}
    assert refused(await decide(jiaxing, talent, facts=facts)) == ["criterion_not_met", "criterion_not_met"]
    fine = facts | {"own_work_done": True, "unit_unharmed": True}
    assert answered(await decide(jiaxing, talent, facts=fine))["status"] == "confirmed"


async def test_what_no_text_supports_is_refused_with_every_reason(process: Process, jiaxing: City) -> None:
    """ZZ-18 is Zhuzhou's; Jiaxing's text names no returning workers."""
    future = {"given_on": "2026-09-02", "reference": "x"}
    wrong = await apply(jiaxing, kind="returning_worker", consent=future, ends_on="2026-09-01")
    assert refused(wrong) == ["kind_not_supported", "consent_in_future", "ends_before_beginning"]
    assert refused(await apply(jiaxing, ends_on=None)) == ["term_needed"]
    zhuzhou = await a_city_of(process, "zhuzhou")
    for kind in ("listed", "returnee", "dispatched_expert", "returning_worker"):
        talent = created(await apply(zhuzhou, kind=kind, ends_on=None))
        assert answered(await decide(zhuzhou, talent, facts={}))["status"] == "confirmed"


async def test_who_applied_does_not_decide_and_two_apply_once(jiaxing: City) -> None:
    number = a_resident_id()
    answers = await asyncio.gather(*(apply(jiaxing, paper_number=number) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    talent = next(answer.json() for answer in answers if answer.status_code == 201)
    assert refused(await decide(jiaxing, talent, by=UNIT_SIDE)) == ["second_person_needed"]


@pytest.mark.own_city
async def test_a_status_that_has_run_out_bars_no_other(jiaxing: City) -> None:
    """JX-14: who came back on the last day may leave again; the years used are judged, not the application refused."""
    number = a_resident_id()
    first = created(await apply(jiaxing, paper_number=number, ends_on="2028-09-01"))
    answered(await decide(jiaxing, first))
    later = {"paper_number": number, "starts_on": "2028-09-01", "ends_on": "2029-09-01"}
    await jiaxing.set_clock(date(2028, 8, 31))
    assert (await apply(jiaxing, **later)).json()["code"] == "talent_exists"
    await jiaxing.set_clock(date(2028, 9, 1))
    again = created(await apply(jiaxing, **later))
    assert answered(await decide(jiaxing, again))["status"] == "confirmed"
    async with jiaxing.officer() as officer:
        before = answered(await officer.get(f"{PATH}/{first['id']}"))
    assert (before["status"], before["ends_on"]) == ("ended", "2028-09-01")


@pytest.mark.own_city
async def test_people_are_counted_once_on_the_days_they_stood(jiaxing: City) -> None:
    """JX-04: people, not statuses."""
    number = a_resident_id()
    one = created(await apply(jiaxing, paper_number=number))
    two = created(await apply(jiaxing, paper_number=number, kind="listed", ends_on=None))
    for talent in (one, two):
        answered(await decide(jiaxing, talent, facts={"unit_consents": True} if talent is one else {}))
    created(await apply(jiaxing))
    assert await counts(jiaxing) == {"on": "2026-09-01", "people": 1, "by_kind": {"listed": 1, "off_post": 1}}
    assert (await counts(jiaxing, "2026-08-31"))["people"] == 0
    assert (await counts(jiaxing, "2029-09-01"))["by_kind"] == {"listed": 1}


async def person_of(city: City, number: str) -> list[Any]:
    async with city.process.app.state.sessions() as session:
        key = city.process.app.state.settings.person_number_key.encode()
        wanted = text("SELECT name FROM natural_person WHERE city_code = :city AND number_hash = :hash")
        hashed = keyed_hash(city.code, "resident_id", number, key)
        return list(await session.scalars(wanted, {"city": city.code, "hash": hashed}))


@pytest.mark.own_city
async def test_consent_is_withdrawn_and_the_person_erased(jiaxing: City) -> None:
    number = a_resident_id()
    one = created(await apply(jiaxing, paper_number=number))
    two = created(await apply(jiaxing, paper_number=number, kind="listed", ends_on=None))
    answered(await decide(jiaxing, one))
    gone = answered(await officer_posts(jiaxing, f"/{one['id']}/consent-withdrawal"))
    assert (gone["status"], gone["name"]) == ("withdrawn", None)
    assert gone["consent_withdrawn_at"] is not None
    assert (await counts(jiaxing))["people"] == 0
    assert await person_of(jiaxing, number) == ["李四光明"]  # the other application still rests on it
    async with jiaxing.portal(UNIT_SIDE) as portal:
        answered(await portal.post(f"{PATH}/{two['id']}/consent-withdrawal"))
        again = await portal.post(f"{PATH}/{two['id']}/consent-withdrawal")
    assert again.json()["code"] == "move_not_allowed"
    assert await person_of(jiaxing, number) == []
    fresh = created(await apply(jiaxing, paper_number=number))
    assert fresh["name"] == "李四光明"


async def test_who_controls_a_firm_is_the_same_person_and_is_not_erased_with_a_status(jiaxing: City) -> None:
    """One row for a number, whoever enters it and as what; a part in a firm has a basis of its own."""
    number = a_resident_id()
    boss = {"name": "李四光明", "resident_id": number}
    body = {"role": "controller", "person": boss, "effective_on": "2026-01-05", "source": "licence"}
    talent = created(await apply(jiaxing, paper_number=number))
    async with jiaxing.portal() as portal, jiaxing.officer() as officer:
        firm = created(await portal.post("/v1/registry/organisations", json=a_firm()))
        party = created(await officer.post(f"/v1/registry/organisations/{firm['id']}/parties", json=body))
        person = answered(await officer.get(f"/v1/registry/people/{party['holder']['id']}"))
    assert (person["name"], person["number_last4"]) == ("李四光明", number[-4:])
    answered(await officer_posts(jiaxing, f"/{talent['id']}/consent-withdrawal"))
    assert await person_of(jiaxing, number) == ["李四光明"]


async def test_a_mentor_is_not_erased_with_a_status(jiaxing: City) -> None:
    number = a_resident_id()
    talent = created(await apply(jiaxing, paper_number=number))
    async with jiaxing.portal() as portal:
        created(await portal.post("/v1/registry/mentors", json=an_entry(name="李四光明", paper_number=number)))
    answered(await officer_posts(jiaxing, f"/{talent['id']}/consent-withdrawal"))
    assert await person_of(jiaxing, number) == ["李四光明"]


async def test_nobody_learns_a_name_by_its_number(jiaxing: City) -> None:
    number = a_resident_id()
    created(await apply(jiaxing, paper_number=number))
    async with jiaxing.portal("client:curious") as portal:
        answers = [
            await portal.post(PATH, json=a_status(name="x", paper_number=number, kind="listed", ends_on=None)),
            await portal.post("/v1/registry/mentors", json=an_entry(name="x", paper_number=number)),
        ]
        created(await portal.post("/v1/registry/mentors", json=an_entry(name="李四 光明", paper_number=number)))
    for answer in answers:
        assert (refused(answer), "李四光明" in answer.text) == (["person_name_differs"], False)
    assert await person_of(jiaxing, number) == ["李四光明"]


async def test_nobody_tries_names_on_a_number(jiaxing: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many wrong ones the right one gets no other answer, on whichever way; the staff goes on."""
    monkeypatch.setattr(wrong_names, "WRONG_MAX", 2)
    number = a_resident_id()
    created(await apply(jiaxing, paper_number=number))
    firm = await jiaxing.register()
    parties = f"/v1/registry/organisations/{firm['id']}/parties"

    def a_boss(name: str) -> dict[str, Any]:
        person = {"name": name, "resident_id": number}
        return {"role": "controller", "effective_on": "2026-01-05", "source": "licence", "person": person}

    async with jiaxing.portal("client:guessing") as guessing, jiaxing.officer() as officer:
        for name in ("张三", "王五"):
            wrong = await guessing.post("/v1/registry/mentors", json=an_entry(name=name, paper_number=number))
            assert refused(wrong) == ["person_name_differs"]
        right = an_entry(name="李四光明", paper_number=number)
        for body in (
            right,
            an_entry(name="赵六", paper_number=number),
            an_entry(name="新人", paper_number=a_resident_id()),
        ):
            answer = await guessing.post("/v1/registry/mentors", json=body)
            assert (answer.status_code, answer.json()["code"]) == (429, "too_many_wrong_names")
            assert 0 < int(answer.headers["Retry-After"]) <= 86_400
        for name in ("张三", "王五", "赵六"):
            assert refused(await officer.post(parties, json=a_boss(name))) == ["person_name_differs"]
        created(await officer.post(parties, json=a_boss("李四光明")))
    async with jiaxing.portal() as portal:
        created(await portal.post("/v1/registry/mentors", json=right))


async def test_personal_data_is_told_nobody_else(process: Process, jiaxing: City) -> None:
    number = a_resident_id()
    answer = await apply(jiaxing, paper_number=number)
    talent = created(answer)
    path = f"{PATH}/{talent['id']}"
    decided = await decide(jiaxing, talent)
    assert number not in answer.text + decided.text
    async with jiaxing.process.app.state.sessions() as session:
        wanted = text("SELECT data::text FROM outbox_event WHERE city_code = :city UNION ALL "
                      "SELECT body FROM determination WHERE city_code = :city")  # fmt: skip
        told = " ".join(await session.scalars(wanted, {"city": jiaxing.code}))
    assert "talent_id" in told
    assert number not in told
    assert "李四光明" not in told
    async with jiaxing.portal("client:other") as other:
        assert (await other.get(path)).status_code == 404
        assert answered(await other.get(PATH))["items"] == []
        assert (await other.post(f"{path}/consent-withdrawal")).status_code == 404
        assert (await other.get(f"{PATH}/counts")).status_code == 403
    foreign = await a_city_of(process, "jiaxing")
    assert (await decide(foreign, talent)).status_code == 404
    stranger = await foreign.register()
    assert (await apply(jiaxing, unit_id=stranger["id"])).status_code == 404


async def test_returns_are_shared_to_the_fen(process: Process, jiaxing: City) -> None:
    """JX-15: at least 70 % goes to the researchers unless a contract says otherwise."""
    async with jiaxing.portal() as portal:

        async def found(**asked: Any) -> dict[str, Any]:
            return answered(await portal.get(f"{PATH}/returns", params=asked))

        short = await found(income_fen=100_000_001, given_fen=70_000_000)
        assert (short["least_fen"], short["short_fen"], short["permitted"]) == (70_000_001, 1, False)
        assert (short["share_bp"], short["clauses"]) == (7000, ["JX-15"])
        by_contract = await found(income_fen=100_000_001, given_fen=1, contract_says_otherwise=True)
        assert (by_contract["reached"], by_contract["permitted"]) == (False, True)
        exact = {"income_fen": "100.5", "given_fen": 1}
        assert (await portal.get(f"{PATH}/returns", params=exact)).status_code == 422
    xuzhou = await a_city_of(process, "xuzhou")
    async with xuzhou.portal() as portal:
        answer = await portal.get(f"{PATH}/returns", params={"income_fen": 1, "given_fen": 1})
    assert answer.json()["code"] == "share_not_ruled"
