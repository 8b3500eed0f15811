"""The feed: gapless, only what concerns the reader, nothing personal."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from gateway.window.feed.models import FeedEntry
from kernel.ids import decode_id, encode_id, new_id
from tests.builders.processes import Process
from tests.service.window.rig import CASES, OTHER_PORTAL, PORTAL, THEIRS, a_case

pytestmark = pytest.mark.anyio
FEED = "/v1/window/feed"


async def poll(window: Process, city: str, *identity: str, **asked: Any) -> Any:
    organisation = asked.pop("organisation", None)
    async with window.as_(*identity, city=city, organisation=organisation) as reader:
        answer = await reader.get(FEED, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_staff_read_everything_in_gapless_order(window: Process, city: str) -> None:
    await asyncio.gather(*(a_case(window, city) for _ in range(8)))
    found = await poll(window, city, "person:auditor", "auditor")
    assert [entry["position"] for entry in found["items"]] == list(range(1, 10))
    assert found["items"][0]["type"] == "policy.snapshot_published"
    assert "body" not in found["items"][0]["data"]
    await a_case(window, city)
    news = await poll(window, city, "person:auditor", "auditor", after=found["next"])
    assert [entry["position"] for entry in news["items"]] == [10]


async def test_pages_follow_each_other_without_loss(window: Process, city: str) -> None:
    cases = [await a_case(window, city) for _ in range(5)]
    seen: list[str] = []
    asked: dict[str, Any] = {"limit": 2}
    for _ in range(4):
        page = await poll(window, city, PORTAL, "portal", **asked)
        seen += [entry["case_id"] for entry in page["items"]]
        asked["after"] = page["next"]
    assert seen == [case["id"] for case in cases]
    assert page["more"] is False


async def test_a_partner_reads_its_own_cases_alone(window: Process, city: str) -> None:
    case = await a_case(window, city)
    mine = await poll(window, city, PORTAL, "portal")
    assert [(entry["type"], entry["case_id"]) for entry in mine["items"]] == [("case.opened", case["id"])]
    others = await poll(window, city, OTHER_PORTAL, "portal")
    assert (others["items"], others["more"]) == ([], False)


async def test_a_bank_reads_what_names_it(window: Process, city: str) -> None:
    bank = UUID(int=99)
    for holder in (bank, THEIRS):
        data = {"loan_id": str(new_id()), "bank_id": str(holder), "principal_fen": 100}
        await window.tell("loan.registered", data, city=city)
    found = await poll(window, city, "bank-1", "bank", organisation=str(bank))
    assert [(entry["type"], entry["data"]["principal_fen"]) for entry in found["items"]] == [("loan.registered", 100)]


@pytest.mark.parametrize(
    ("fact", "field", "role"),
    [("sub_fund.distributed", "manager_id", "fund_manager"), ("angel_investment.reviewed", "investor_id", "portal")],
)
async def test_a_fund_manager_and_an_investor_read_what_names_them(
    window: Process, city: str, fact: str, field: str, role: str
) -> None:
    own = UUID(int=98)
    for named, fen in ((own, 100), (THEIRS, 200)):
        await window.tell(fact, {field: str(named), "amount_fen": fen}, city=city)
    found = await poll(window, city, "partner-1", role, organisation=str(own))
    assert [(entry["type"], entry["data"]["amount_fen"]) for entry in found["items"]] == [(fact, 100)]


async def test_a_portal_reads_what_names_whom_it_acts_for(window: Process, city: str) -> None:
    """A seat that is offered lapses: whom it was offered to learns of it without asking for every registration."""
    for number in (55, 56, 57):
        data = {"organisation_id": str(UUID(int=number)), "event_id": str(new_id()), "seats": number}
        await window.tell("event_registration.offered", data, city=city)
    own = (UUID(int=55), UUID(int=57))
    found = await poll(window, city, PORTAL, "portal", organisation=own)
    assert [(entry["type"], entry["data"]["seats"]) for entry in found["items"]] == [
        ("event_registration.offered", 55), ("event_registration.offered", 57),
    ]  # fmt: skip


async def test_an_identifier_kept_with_a_prefix_no_route_takes_is_told_with_the_right_one(
    window: Process, city: str
) -> None:
    case = await a_case(window, city)
    claim = new_id()
    data = {"case_id": str(decode_id("case", case["id"])), "claim_id": str(claim)}
    await window.tell("angel_claim.reviewed", data, city=city)
    wrong = {"claim_id": encode_id("clm", claim), "case_id": case["id"]}
    async with window.app.state.sessions() as session, session.begin():
        kept = update(FeedEntry).where(FeedEntry.city_code == city, FeedEntry.type == "angel_claim.reviewed")
        assert (await session.execute(kept.values(data=wrong))).rowcount == 1
    right = wrong | {"claim_id": encode_id("acl", claim)}
    found = await poll(window, city, PORTAL, "portal")
    assert found["items"][-1]["data"] == right
    async with window.as_(PORTAL, "portal", city=city) as portal:
        timeline = (await portal.get(f"{CASES}/{case['id']}/timeline")).json()
    assert [line["data"] for line in timeline["items"] if line["type"] == "angel_claim.reviewed"] == [right]


async def test_a_provider_learns_that_value_is_reserved_with_it_and_that_it_is_paid(window: Process, city: str) -> None:
    """Else it would have to ask again and again for every voucher it ever saw."""
    for provider in (UUID(int=77), THEIRS):
        data = {"provider_id": str(provider), "holder_id": str(new_id()), "reserved_fen": 100}
        await window.tell("voucher.reserved", data, city=city)
        await window.tell("voucher_settlement.paid", {"organisation_id": str(provider), "total_fen": 100}, city=city)
    found = await poll(window, city, "provider-1", "provider", organisation=str(UUID(int=77)))
    assert [entry["type"] for entry in found["items"]] == ["voucher.reserved", "voucher_settlement.paid"]


async def test_what_nobody_declared_public_stays_out(window: Process, city: str) -> None:
    data = {"organisation_id": str(new_id()), "contact_name": "张三", "name": "某公司", "kind": "firm"}
    await window.tell("organisation.registered", data, city=city, actor="person:officer-1")
    found = await poll(window, city, "person:auditor", "auditor")
    assert found["items"][-1]["data"].keys() == {"organisation_id", "kind"}
    assert "officer-1" not in str(found)


async def test_a_cursor_nobody_signed_is_refused(window: Process, city: str) -> None:
    async with window.as_(PORTAL, "portal", city=city) as portal:
        for cursor in ("1", "AAAAAAAAAAAAAAAAAAAAAFtbImkiLCIxIl1d", "喵"):
            answer = await portal.get(FEED, params={"after": cursor})
            assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")
        other = (await portal.get(f"{CASES}?limit=1")).json()
        assert other["next_cursor"] is None


async def test_readers_at_the_same_time_agree_on_positions(window: Process, city: str) -> None:
    await asyncio.gather(*(a_case(window, city) for _ in range(6)))
    polls = await asyncio.gather(*(poll(window, city, "person:auditor", "auditor") for _ in range(6)))
    orders = [[(entry["position"], entry["id"]) for entry in found["items"]] for found in polls]
    longest = max(orders, key=len)
    assert [position for position, _ in longest] == list(range(1, 8))
    assert all(order == longest[: len(order)] for order in orders)
