"""Vouchers frozen and voided, organisations barred, redemptions reversed: two officers, and the books agree."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from kernel.ids import decode_id, encode_id, new_id
from kernel.outbox import OutboxEvent
from tests.builders.vouchers import FACE_FEN, HOLDER, PROVIDER, RIVAL, STRANGER, Wuhan

pytestmark = pytest.mark.anyio
FIRST, SECOND = "person:officer-2", "person:officer-3"
ALLOTTED_FEN = 100_000_000


def codes_of(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


async def post(wuhan: Wuhan, path: str, body: Any = None, *, by: str = FIRST, version: int = 0) -> httpx2.Response:
    headers = {"Idempotency-Key": new_id().hex} | ({"If-Match": f'"v{version}"'} if version else {})
    async with wuhan.as_(by, "officer") as officer:
        return await officer.post(f"/v1/vouchers/{path}", json=body, headers=headers)


async def told(wuhan: Wuhan, kind: str) -> list[dict[str, Any]]:
    async with wuhan.process.app.state.sessions() as session:
        found = await session.scalars(
            select(OutboxEvent).where(OutboxEvent.city_code == wuhan.code, OutboxEvent.type == kind)
        )
        return [row.data for row in found]


async def a_bar(wuhan: Wuhan, organisation: Any, *, days: int = 30, **more: Any) -> dict[str, Any]:
    """Proposed by one officer, confirmed by another."""
    body = {
        "organisation_id": encode_id("org", organisation),
        "from_on": wuhan.today.isoformat(),
        "until_on": (wuhan.today + timedelta(days=days)).isoformat(),
        "reason": "虚假合同",
        "legal_ground": "科学技术部令第19号",
    }
    proposed = await post(wuhan, "bars", body | more)
    assert proposed.status_code == 201, proposed.text
    confirmed = await post(wuhan, f"bars/{proposed.json()['id']}/confirm", by=SECOND, version=1)
    assert confirmed.status_code == 200, confirmed.text
    found: dict[str, Any] = confirmed.json()
    return found


async def a_redemption(wuhan: Wuhan) -> tuple[str, dict[str, Any]]:
    """Of 1,500,000 fen, booked by funds and told: tranche and redemption."""
    tranche, _, code = await wuhan.a_voucher()
    done = (await wuhan.redeem(wuhan.a_claim(code))).json()
    await wuhan.book(done, tranche)
    assert await wuhan.tell_booked(done, tranche) == "done"
    return tranche, done


def a_finding(redemption: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "redemption_id": redemption["id"],
        "kind": "invoice_cancelled",
        "amount_fen": redemption["amount_fen"],
        "reason": "发票已红冲",
        "evidence": ["红字信息表 4201002612000001"],
    } | more


async def test_a_frozen_voucher_pays_nothing_until_it_is_unfrozen(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    frozen = await post(wuhan, f"vouchers/{voucher}/freeze", {"reason": "举报核查"})
    assert (frozen.status_code, frozen.json()["status"], frozen.json()["remaining_fen"]) == (200, "frozen", FACE_FEN)
    assert codes_of(await wuhan.redeem(wuhan.a_claim(code))) == ["voucher_frozen"]
    again = await post(wuhan, f"vouchers/{voucher}/freeze", {"reason": "再次"})
    assert (again.status_code, again.json()["code"]) == (409, "move_not_allowed")
    assert (await post(wuhan, f"vouchers/{voucher}/unfreeze", {"reason": "核查无误"})).json()["status"] == "issued"
    assert (await wuhan.redeem(wuhan.a_claim(code))).status_code == 201
    async with wuhan.officer() as officer:
        kept = (await officer.get(f"/v1/vouchers/vouchers/{voucher}/measures")).json()["items"]
    assert [(one["kind"], one["made_by"]) for one in kept] == [("frozen", FIRST), ("unfrozen", FIRST)]
    (event,) = await told(wuhan, "voucher.frozen")
    assert event["voucher_id"] == str(decode_id("vch", voucher))


async def test_a_frozen_voucher_still_expires(wuhan: Wuhan) -> None:
    tranche, voucher, _ = await wuhan.a_voucher()
    await post(wuhan, f"vouchers/{voucher}/freeze", {"reason": "举报核查"})
    await wuhan.move_clock(400)
    async with wuhan.officer() as officer:
        for _ in range(100):
            shown = (await officer.get(f"/v1/vouchers/vouchers/{voucher}")).json()
            if shown["status"] == "expired":
                break
            await asyncio.sleep(0.1)
    assert (shown["status"], shown["lapsed_fen"]) == ("expired", FACE_FEN)
    assert (await wuhan.agreement(tranche))["unissued_fen"] == ALLOTTED_FEN


async def test_a_voided_voucher_returns_its_value_to_the_tranche_at_once(wuhan: Wuhan) -> None:
    tranche, voucher, code = await wuhan.a_voucher()
    assert (await wuhan.redeem(wuhan.a_claim(code))).status_code == 201
    body = {"reason": "转让创新券", "clauses": ["WH-18"]}
    foreign = await post(wuhan, f"vouchers/{voucher}/void", body | {"clauses": ["XZ-23"]})
    assert codes_of(foreign) == ["clause_unknown"]
    assert (await post(wuhan, f"vouchers/{voucher}/void", body | {"clauses": []})).status_code == 422
    voided = (await post(wuhan, f"vouchers/{voucher}/void", body)).json()
    assert (voided["status"], voided["remaining_fen"], voided["lapsed_fen"]) == ("voided", 0, 3_500_000)
    found = await wuhan.agreement(tranche)
    assert (found["agrees"], found["issued_fen"], found["unissued_fen"]) == (True, 0, ALLOTTED_FEN - 1_500_000)
    assert codes_of(await wuhan.redeem(wuhan.a_claim(code))) == ["nothing_to_redeem", "voucher_voided"]
    assert (await post(wuhan, f"vouchers/{voucher}/void", body)).status_code == 409
    (event,) = await told(wuhan, "voucher.voided")
    assert (event["returned_fen"], event["clauses"]) == (3_500_000, ["WH-18"])


async def test_a_voided_voucher_frees_what_its_contracts_hold(wuhan: Wuhan) -> None:
    tranche, voucher, code = await wuhan.a_voucher()
    held = (await wuhan.reserve(wuhan.a_contract(code))).json()
    voided = await post(wuhan, f"vouchers/{voucher}/void", {"reason": "转让创新券", "clauses": ["WH-18"]})
    assert (voided.status_code, voided.json()["lapsed_fen"], voided.json()["reserved_fen"]) == (200, FACE_FEN, 0)
    async with wuhan.officer() as officer:
        ended = (await officer.get(f"/v1/vouchers/contracts/{held['id']}")).json()
    assert (ended["status"], ended["end_reason"], ended["open_fen"]) == ("cancelled", "voucher_voided", 0)
    (event,) = await told(wuhan, "voucher.reservation_ended")
    assert event["released_fen"] == held["open_fen"]
    found = await wuhan.agreement(tranche)
    assert (found["agrees"], found["issued_fen"], found["unissued_fen"]) == (True, 0, ALLOTTED_FEN)


async def test_what_is_frozen_or_barred_reserves_nothing(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    await post(wuhan, f"vouchers/{voucher}/freeze", {"reason": "举报核查"})
    await a_bar(wuhan, HOLDER)
    await a_bar(wuhan, PROVIDER)
    refused = codes_of(await wuhan.reserve(wuhan.a_contract(code)))
    assert refused == ["holder_barred", "provider_barred", "voucher_frozen"]


async def test_a_frozen_voucher_keeps_what_a_contract_holds_past_its_last_day(wuhan: Wuhan) -> None:
    tranche, voucher, code = await wuhan.a_voucher()
    held = (await wuhan.reserve(wuhan.a_contract(code))).json()
    await post(wuhan, f"vouchers/{voucher}/freeze", {"reason": "举报核查"})
    await wuhan.move_clock(367)  # a year, though a leap year, is over
    async with wuhan.officer() as officer:
        for _ in range(100):
            shown = (await officer.get(f"/v1/vouchers/vouchers/{voucher}")).json()
            if shown["lapsed_fen"]:
                break
            await asyncio.sleep(0.1)
    assert (shown["status"], shown["remaining_fen"]) == ("frozen", held["open_fen"])
    assert (await wuhan.agreement(tranche))["agrees"]


async def test_redeeming_and_voiding_at_once_never_lose_or_make_a_fen(wuhan: Wuhan) -> None:
    tranche, voucher, code = await wuhan.a_voucher()
    body = {"reason": "转让创新券", "clauses": ["WH-18"]}
    await asyncio.gather(
        *(wuhan.insist(wuhan.a_claim(code)) for _ in range(4)), post(wuhan, f"vouchers/{voucher}/void", body)
    )
    found = await wuhan.agreement(tranche)
    assert (found["agrees"], found["reasons"]) == (True, [])
    assert found["unissued_fen"] + found["issued_fen"] + found["in_transit_fen"] == ALLOTTED_FEN


async def test_a_barred_holder_is_issued_and_redeems_nothing_for_so_long(wuhan: Wuhan) -> None:
    tranche, _, code = await wuhan.a_voucher()
    bar = await a_bar(wuhan, HOLDER)
    assert (bar["status"], bar["confirmed_by"]) == ("in_force", SECOND)
    assert codes_of(await wuhan.issue(tranche)) == ["holder_barred"]
    refused = await wuhan.redeem(wuhan.a_claim(code, service_kind="catering"))
    assert set(codes_of(refused)) == {
        "service_kind_out_of_scope",
        "holder_barred",
        "provider_not_admitted_for_kind",
    }
    (reason,) = [one for one in refused.json()["reasons"] if one["code"] == "holder_barred"]
    assert (reason["facts"], reason["clauses"]) == ({"until_on": bar["until_on"]}, ["WH-18"])
    await wuhan.move_clock(31)
    assert (await wuhan.redeem(wuhan.a_claim(code))).status_code == 201
    assert (await wuhan.issue(tranche)).status_code == 201


async def test_a_barred_provider_is_not_admitted_and_serves_nothing_within_the_bar(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    served = wuhan.today
    await wuhan.move_clock(2)
    await a_bar(wuhan, PROVIDER)
    within = await wuhan.redeem(wuhan.a_claim(code))
    assert codes_of(within) == ["provider_barred"]
    async with wuhan.officer() as officer:
        on = [
            (await officer.get("/v1/vouchers/providers", params={"on": day.isoformat()})).json()["items"]
            for day in (served, wuhan.today)
        ]
    assert [len(admitted) for admitted in on] == [1, 0]
    before = wuhan.a_claim(code, service_on=served.isoformat(), contract_on=served.isoformat())
    assert (await wuhan.redeem(before)).status_code == 201
    await a_bar(wuhan, HOLDER)
    assert codes_of(await wuhan.admit(HOLDER)) == ["provider_barred"]
    ahead = (wuhan.today + timedelta(days=5)).isoformat()
    assert codes_of(await wuhan.admit(HOLDER, admitted_on=ahead)) == ["provider_barred"]


@pytest.mark.parametrize(("who", "into", "barred"), [(RIVAL, PROVIDER, RIVAL), (HOLDER, RIVAL, RIVAL)])
async def test_a_bar_counts_after_a_merger_with_an_admitted_provider_or_by_a_holder(
    wuhan: Wuhan, who: UUID, into: UUID, barred: UUID
) -> None:
    """What had become part of the provider by the day of service, and what the holder is part of today."""
    _, _, code = await wuhan.a_voucher()
    signed = wuhan.today.isoformat()
    held = (await wuhan.reserve(wuhan.a_contract(code))).json()
    await a_bar(wuhan, barred)
    await wuhan.move_clock(1)
    wuhan.endings = {who: {"status": "merged", "ended_on": wuhan.today.isoformat(), "merged_into": str(into)}}
    reason = "provider_barred" if into == PROVIDER else "holder_barred"
    under = wuhan.a_claim(code, contract_id=held["id"], contract_on=signed)
    assert codes_of(await wuhan.redeem(under)) == [reason]
    assert codes_of(await wuhan.redeem(wuhan.a_claim(code))) == [reason]
    assert codes_of(await wuhan.reserve(wuhan.a_contract(code))) == [reason]
    before = await wuhan.redeem(under | {"service_on": signed})
    assert before.status_code == (201 if into == PROVIDER else 409), "served before the merger"


async def test_a_bar_takes_two_officers_and_so_does_lifting_it(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche()
    body = {
        "organisation_id": encode_id("org", HOLDER), "reason": "虚假合同", "legal_ground": "科学技术部令第19号",
        "from_on": wuhan.today.isoformat(), "until_on": (wuhan.today + timedelta(days=900)).isoformat(),
    }  # fmt: skip
    bar = (await post(wuhan, "bars", body)).json()
    assert (await wuhan.issue(tranche)).status_code == 201  # nobody is barred by one officer
    same = await post(wuhan, f"bars/{bar['id']}/confirm", version=1)
    assert codes_of(same) == ["proposed_by_same_person"]
    assert (await post(wuhan, f"bars/{bar['id']}/confirm", by=SECOND, version=9)).status_code == 412
    assert (await post(wuhan, f"bars/{bar['id']}/confirm", by=SECOND, version=1)).status_code == 200
    assert codes_of(await wuhan.issue(tranche)) == ["holder_barred"]
    asked = await post(wuhan, f"bars/{bar['id']}/lift-proposal", {"reason": "信用修复"}, version=2)
    assert asked.json()["status"] == "lift_proposed"
    assert codes_of(await wuhan.issue(tranche)) == ["holder_barred"]
    assert codes_of(await post(wuhan, f"bars/{bar['id']}/lift", version=3)) == ["proposed_by_same_person"]
    lifted = (await post(wuhan, f"bars/{bar['id']}/lift", by=SECOND, version=3)).json()
    assert (lifted["status"], lifted["lifted_by"], lifted["lifted_on"]) == ("lifted", SECOND, wuhan.today.isoformat())
    assert (await wuhan.issue(tranche)).status_code == 201
    assert [event["until_on"] for event in await told(wuhan, "voucher.organisation_barred")] == [body["until_on"]]
    assert len(await told(wuhan, "voucher.organisation_bar_lifted")) == 1


async def test_a_bar_confirmed_late_begins_then_and_one_confirmed_too_late_bars_nobody(wuhan: Wuhan) -> None:
    body = {
        "organisation_id": encode_id("org", HOLDER), "reason": "虚假合同", "legal_ground": "科学技术部令第19号",
        "from_on": wuhan.today.isoformat(), "until_on": (wuhan.today + timedelta(days=5)).isoformat(),
    }  # fmt: skip
    late, too_late = [(await post(wuhan, "bars", body)).json()["id"] for _ in range(2)]
    await wuhan.move_clock(5)
    confirmed = (await post(wuhan, f"bars/{late}/confirm", by=SECOND, version=1)).json()
    assert (confirmed["from_on"], confirmed["until_on"]) == (body["until_on"], body["until_on"])
    await wuhan.move_clock(6)
    assert codes_of(await post(wuhan, f"bars/{too_late}/confirm", by=SECOND, version=1)) == ["bar_is_over"]


async def test_bars_are_refused_listed_and_seen_by_the_citys_staff_only(wuhan: Wuhan) -> None:
    past = {"from_on": (wuhan.today - timedelta(days=1)).isoformat()}
    body = {
        "organisation_id": encode_id("org", HOLDER), "reason": "虚假合同", "legal_ground": "科学技术部令第19号",
        "from_on": wuhan.today.isoformat(), "until_on": wuhan.today.isoformat(),
    }  # fmt: skip
    assert codes_of(await post(wuhan, "bars", body | past)) == ["bar_begins_in_past"]
    stranger = await post(wuhan, "bars", body | {"organisation_id": encode_id("org", STRANGER)})
    assert (stranger.status_code, stranger.json()["errors"][0]["pointer"]) == (422, "/organisation_id")
    bar = (await post(wuhan, "bars", body)).json()
    declined = await post(wuhan, f"bars/{bar['id']}/decline", by=SECOND, version=1)
    assert declined.json()["status"] == "declined"
    held = await a_bar(wuhan, HOLDER)
    async with wuhan.as_("person:auditor-1", "auditor") as auditor:
        everything = (await auditor.get("/v1/vouchers/bars")).json()["items"]
        today = (await auditor.get("/v1/vouchers/bars", params={"on": wuhan.today.isoformat()})).json()["items"]
        one = await auditor.get(f"/v1/vouchers/bars/{held['id']}")
        assert (await auditor.post("/v1/vouchers/bars", json=body)).status_code == 403
    assert ([row["id"] for row in everything], [row["id"] for row in today]) == ([bar["id"], held["id"]], [held["id"]])
    assert one.headers["etag"] == '"v2"'
    async with wuhan.provider() as provider, wuhan.process.as_("person:o", "officer") as elsewhere:
        assert (await provider.get("/v1/vouchers/bars")).status_code == 403
        assert (await elsewhere.get(f"/v1/vouchers/bars/{held['id']}")).status_code == 404


async def test_a_reversed_redemption_comes_back_when_funds_has_booked_it(wuhan: Wuhan) -> None:
    tranche, done = await a_redemption(wuhan)
    part = await post(wuhan, "findings", a_finding(done, amount_fen=1_000_000))
    assert (part.status_code, part.json()["status"]) == (201, "proposed")
    path = f"findings/{part.json()['id']}"
    assert codes_of(await post(wuhan, f"{path}/confirm", version=1)) == ["proposed_by_same_person"]
    assert (await wuhan.agreement(tranche))["settled_fen"] == 1_500_000
    assert (await post(wuhan, f"{path}/confirm", by=SECOND, version=1)).json()["status"] == "confirmed"
    found = await wuhan.agreement(tranche)
    standing = ("agrees", "settled_fen", "returning_fen", "unissued_fen", "untold_fen")
    assert [found[name] for name in standing] == [True, 500_000, 1_000_000, 95_000_000, 0]
    (event,) = await told(wuhan, "voucher.redemption_reversed")
    assert (event["amount_fen"], event["cause"], event["provider_id"]) == (
        1_000_000,
        "invoice_cancelled",
        str(PROVIDER),
    )
    await wuhan.book_reversal(1_000_000, tranche)
    found = await wuhan.agreement(tranche)
    assert [found[name] for name in standing] == [True, 500_000, 1_000_000, 95_000_000, -1_000_000]
    assert await wuhan.tell_reversed(part.json(), done, tranche) == "done"
    found = await wuhan.agreement(tranche)
    assert [found[name] for name in standing] == [True, 500_000, 0, 96_000_000, 0]
    async with wuhan.officer() as officer:
        assert (await officer.get(f"/v1/vouchers/{path}")).json()["status"] == "booked"
        shown = (await officer.get(f"/v1/vouchers/redemptions/{done['id']}")).json()
    assert (shown["amount_fen"], shown["reversed_fen"]) == (1_500_000, 1_000_000)


async def test_never_more_is_reversed_than_was_redeemed(wuhan: Wuhan) -> None:
    """Two findings of two thirds each are proposed; whichever is confirmed second is refused."""
    tranche, done = await a_redemption(wuhan)
    assert codes_of(await post(wuhan, "findings", a_finding(done, amount_fen=1_500_001))) == ["above_redeemed"]
    proposed = [(await post(wuhan, "findings", a_finding(done, amount_fen=1_000_000))).json() for _ in range(2)]
    answers = await asyncio.gather(
        *(post(wuhan, f"findings/{one['id']}/confirm", by=SECOND, version=1) for one in proposed)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert codes_of(refused) == ["above_redeemed"]
    assert (await wuhan.agreement(tranche))["returning_fen"] == 1_000_000


async def test_a_finding_waits_for_the_booking_and_may_be_dropped(wuhan: Wuhan) -> None:
    tranche, _, code = await wuhan.a_voucher()
    done = (await wuhan.redeem(wuhan.a_claim(code))).json()
    assert codes_of(await post(wuhan, "findings", a_finding(done))) == ["redemption_in_transit"]
    await wuhan.book(done, tranche)
    await wuhan.tell_booked(done, tranche)
    finding = (await post(wuhan, "findings", a_finding(done, kind="found_false"))).json()
    dropped = await post(wuhan, f"findings/{finding['id']}/drop", by=SECOND, version=1)
    assert dropped.json()["status"] == "dropped"
    late = await post(wuhan, f"findings/{finding['id']}/confirm", by=SECOND, version=2)
    assert (late.status_code, late.json()["code"]) == (409, "move_not_allowed")
    assert (await wuhan.agreement(tranche))["settled_fen"] == 1_500_000


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"amount_fen": 0}, "/amount_fen"),
        ({"amount_fen": True}, "/amount_fen"),
        ({"kind": "ugly"}, "/kind"),
        ({"evidence": []}, "/evidence"),
        ({"reason": "  "}, "/reason"),
        ({"redemption_id": "vch_01k30dwg0070008000000000c3"}, "/redemption_id"),
    ],
)
async def test_bad_findings_are_refused_by_field(reading_desk: Wuhan, wrong: dict[str, Any], pointer: str) -> None:
    body = a_finding({"id": "rdm_01k30dwg0070008000000000f6", "amount_fen": 1})
    refused = await post(reading_desk, "findings", body | wrong)
    assert (refused.status_code, [error["pointer"] for error in refused.json()["errors"]]) == (422, [pointer])
    assert (await post(reading_desk, "findings", body)).status_code == 404


async def test_a_reversal_booked_differently_is_parked(wuhan: Wuhan) -> None:
    tranche, done = await a_redemption(wuhan)
    finding = (await post(wuhan, "findings", a_finding(done))).json()
    await post(wuhan, f"findings/{finding['id']}/confirm", by=SECOND, version=1)
    assert await wuhan.tell_reversed(finding, done, tranche, amount_fen=1) != "done"
    assert (await wuhan.agreement(tranche))["returning_fen"] == 1_500_000
