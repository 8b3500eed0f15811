"""What a claim must agree with, who may not claim, how a statement is read in parts, and a bar that is not lifted."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from kernel.ids import encode_id, new_id
from tests.builders.vouchers import HOLDER, PROVIDER, RIVAL, Wuhan

pytestmark = pytest.mark.anyio


def codes_of(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


async def reserved(wuhan: Wuhan, code: str) -> dict[str, Any]:
    answer = await wuhan.reserve(wuhan.a_contract(code))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_no_service_is_claimed_of_a_day_after_the_one_it_was_reported_done(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    contract, signed_on = await reserved(wuhan, code), wuhan.today.isoformat()
    async with wuhan.provider() as provider:
        path = f"/v1/vouchers/contracts/{contract['id']}/service"
        await provider.post(path, json={"served_on": signed_on}, headers={"If-Match": '"v1"'})
    await wuhan.move_clock(1)
    claim = wuhan.a_claim(code, contract_id=contract["id"], contract_on=signed_on)
    refused = await wuhan.redeem(claim)
    assert codes_of(refused) == ["service_after_report"]
    assert refused.json()["reasons"][0]["facts"] == {"reported_on": signed_on}
    assert (await wuhan.redeem(claim | {"service_on": signed_on})).status_code == 201


async def test_parts_of_a_service_nobody_reported_as_done_are_claimed_each_with_its_day(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    contract, signed_on = await reserved(wuhan, code), wuhan.today.isoformat()
    part = {"contract_id": contract["id"], "contract_on": signed_on, "contract_net_fen": 1_000_000}
    assert (await wuhan.redeem(wuhan.a_claim(code, **part))).status_code == 201
    await wuhan.move_clock(1)
    assert (await wuhan.redeem(wuhan.a_claim(code, **part))).status_code == 201
    async with wuhan.officer() as officer:
        shown = (await officer.get(f"/v1/vouchers/contracts/{contract['id']}")).json()
    assert (shown["status"], shown["served_on"], shown["open_fen"]) == ("served", None, 500_000)


async def test_related_parties_do_not_redeem_without_a_contract_either(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    contract = await reserved(wuhan, code)
    link = {"kind": "shareholder", "organisation_id": str(PROVIDER), "holder_organisation_id": str(HOLDER)}
    wuhan.related = [link | {"effective_on": "2020-01-01", "name": "张三"}]
    claim = wuhan.a_claim(code)
    refused = await wuhan.redeem(claim)
    assert codes_of(refused) == ["related_parties"]
    assert refused.json()["reasons"][0]["facts"] == {"on": wuhan.today.isoformat(), "through": ["shareholder"]}
    async with wuhan.provider() as provider:
        preview = (await provider.post("/v1/vouchers/redemptions/preview", json=claim)).json()
    assert (preview["would_pay_fen"], [one["code"] for one in preview["reasons"]]) == (0, ["related_parties"])
    assert "张三" not in refused.text
    # Of a contract it was asked when the contract was registered.
    assert (await wuhan.redeem(wuhan.a_claim(code, contract_id=contract["id"]))).status_code == 201


async def test_lines_of_a_statement_come_in_pages(wuhan: Wuhan) -> None:
    tranche, _, code = await wuhan.a_voucher()
    for _ in range(2):
        done = (await wuhan.redeem(wuhan.a_claim(code))).json()
        await wuhan.book(done, tranche)
        await wuhan.tell_booked(done, tranche)
    body = {
        "tranche_id": tranche, "organisation_id": encode_id("org", PROVIDER), "until_on": wuhan.today.isoformat(),
    }  # fmt: skip
    async with wuhan.as_("person:finance-1", "finance") as finance:
        key = {"Idempotency-Key": new_id().hex}
        drawn = (await finance.post("/v1/vouchers/settlements", json=body, headers=key)).json()
        path = f"/v1/vouchers/settlements/{drawn['id']}"
        first = (await finance.get(f"{path}/lines?limit=1")).json()
        rest = (await finance.get(f"{path}/lines?limit=1&cursor={first['next_cursor']}")).json()
        assert drawn["lines"] == (await finance.get(path)).json()["lines"] == 2  # how many, not which
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [1, 1, None]
    assert first["items"][0]["redemption_id"] != rest["items"][0]["redemption_id"]


async def test_a_proposal_to_lift_a_bar_is_declined_and_may_be_made_again(wuhan: Wuhan) -> None:
    body = {
        "organisation_id": encode_id("org", HOLDER), "reason": "虚假合同", "legal_ground": "科学技术部令第19号",
        "from_on": wuhan.today.isoformat(), "until_on": (wuhan.today + timedelta(days=900)).isoformat(),
    }  # fmt: skip
    bar = await step(wuhan, "", body=body)
    await step(wuhan, f"/{bar['id']}/confirm", 1, by="person:officer-3")
    await step(wuhan, f"/{bar['id']}/lift-proposal", 2, body={"reason": "信用修复"})
    path = f"/{bar['id']}/lift-proposal/decline"
    declined = await step(wuhan, path, 3, by="person:officer-3")
    kept = [declined[name] for name in ("status", "lift_reason", "lift_proposed_by", "lift_declined_by")]
    assert kept == ["in_force", "信用修复", "person:officer-2", "person:officer-3"]
    assert declined["lift_declined_at"]
    for gone in (path, f"/{bar['id']}/lift"):
        assert (await step(wuhan, gone, 4, by="person:officer-3", status=409))["code"] == "move_not_allowed"
    assert codes_of(await wuhan.issue(await wuhan.tranche())) == ["holder_barred"]
    async with wuhan.process.as_("workload:window", "workload") as window:  # which believes no promise of the barred
        asked = {"organisation_id": str(HOLDER), "city": wuhan.code}
        facts = (await window.get("/internal/eligibility-facts", params=asked)).json()
    assert facts["barred_until"] == body["until_on"]
    again = await step(wuhan, f"/{bar['id']}/lift-proposal", 4, body={"reason": "整改完成"})
    assert (again["status"], again["lift_reason"]) == ("lift_proposed", "整改完成")
    assert (again["lift_declined_by"], again["lift_declined_at"]) == (None, None)


async def step(
    wuhan: Wuhan, path: str, version: int = 0, *, body: Any = None, by: str = "person:officer-2", status: int = 0
) -> dict[str, Any]:
    headers = {"Idempotency-Key": new_id().hex} | ({"If-Match": f'"v{version}"'} if version else {})
    async with wuhan.as_(by, "officer") as officer:
        answer = await officer.post(f"/v1/vouchers/bars{path}", json=body, headers=headers)
    assert answer.status_code == (status or (200 if version else 201)), answer.text
    return dict(answer.json())


@pytest.mark.parametrize(("who", "code"), [(HOLDER, "holder_ended"), (PROVIDER, "provider_ended")])
async def test_nothing_is_paid_for_a_day_on_which_a_party_was_no_more(wuhan: Wuhan, who: UUID, code: str) -> None:
    """practice.md: a firm deregistered between service and payment; what was served before is paid."""
    _, _, secret = await wuhan.a_voucher()
    held = (await wuhan.reserve(wuhan.a_contract(secret))).json()
    before, today = wuhan.today, wuhan.today + timedelta(days=1)
    await wuhan.move_clock(1)
    wuhan.endings = {who: {"status": "deregistered", "ended_on": today.isoformat()}}
    under = {"contract_id": held["id"], "contract_on": held["signed_on"]}
    assert codes_of(await wuhan.reserve(wuhan.a_contract(secret))) == [code]
    assert codes_of(await wuhan.redeem(wuhan.a_claim(secret))) == [code]
    assert codes_of(await wuhan.redeem(wuhan.a_claim(secret, **under))) == [code]
    # It exists again from tomorrow: the days between are not made good by that.
    gap = {"since": today.isoformat(), "until": (today + timedelta(days=1)).isoformat()}
    wuhan.endings = {who: {"absent": [gap]}}
    assert codes_of(await wuhan.redeem(wuhan.a_claim(secret, **under))) == [code]
    assert (await wuhan.redeem(wuhan.a_claim(secret, service_on=before.isoformat(), **under))).status_code == 201


async def test_a_holder_that_was_merged_goes_on_as_what_it_is_part_of(wuhan: Wuhan) -> None:
    _, _, secret = await wuhan.a_voucher()
    ended = {"status": "merged", "ended_on": wuhan.today.isoformat()}
    wuhan.endings = {HOLDER: ended | {"merged_into": str(RIVAL)}}
    assert (await wuhan.redeem(wuhan.a_claim(secret))).status_code == 201
    wuhan.endings = {PROVIDER: ended | {"merged_into": str(RIVAL)}}
    assert codes_of(await wuhan.redeem(wuhan.a_claim(secret))) == ["provider_ended"]


async def test_a_provider_its_holder_was_merged_into_is_not_paid_for_what_it_does_from_then_on(wuhan: Wuhan) -> None:
    """It would be its own customer; what it did before is paid."""
    _, _, secret = await wuhan.a_voucher()
    held = await reserved(wuhan, secret)
    under = {"contract_id": held["id"], "contract_on": held["signed_on"], "contract_net_fen": 1_000_000}
    before, day = wuhan.today, (wuhan.today + timedelta(days=1)).isoformat()
    await wuhan.move_clock(1)
    wuhan.endings = {
        HOLDER: {"status": "merged", "ended_on": day, "merged_into": str(RIVAL)},
        RIVAL: {"status": "merged", "ended_on": day, "merged_into": str(PROVIDER)},
    }
    assert codes_of(await wuhan.redeem(wuhan.a_claim(secret, **under))) == ["provider_is_holder"]
    assert codes_of(await wuhan.redeem(wuhan.a_claim(secret))) == ["provider_is_holder"]
    assert (await wuhan.redeem(wuhan.a_claim(secret, service_on=before.isoformat(), **under))).status_code == 201


async def test_a_holder_ends_with_what_it_is_part_of(wuhan: Wuhan) -> None:
    _, _, secret = await wuhan.a_voucher()
    signed_on, day = wuhan.today.isoformat(), (wuhan.today + timedelta(days=1)).isoformat()
    await wuhan.move_clock(1)
    wuhan.endings = {
        HOLDER: {"status": "merged", "ended_on": signed_on, "merged_into": str(RIVAL)},
        RIVAL: {"status": "deregistered", "ended_on": day},
    }
    claim = wuhan.a_claim(secret, contract_on=signed_on)
    assert codes_of(await wuhan.redeem(claim)) == ["holder_ended"]
    assert codes_of(await wuhan.reserve(wuhan.a_contract(secret))) == ["holder_ended"]
    assert (await wuhan.redeem(claim | {"service_on": signed_on})).status_code == 201


async def test_an_end_that_is_to_come_may_be_brought_forward_and_nothing_else(wuhan: Wuhan) -> None:
    """A day mistyped, or misconduct after an end was announced: the provider is out all the same."""
    admitted = (await wuhan.admit()).json()

    async def ends(days: int, tag: int) -> httpx2.Response:
        body = {"ended_on": (wuhan.today + timedelta(days=days)).isoformat(), "reason": "服务质量不合格"}
        async with wuhan.officer() as officer:
            path = f"/v1/vouchers/providers/{admitted['id']}/end"
            return await officer.post(path, json=body, headers={"If-Match": f'"v{tag}"'})

    assert (await ends(20_000, 1)).status_code == 200
    assert codes_of(await ends(20_000, 2)) == ["ends_no_sooner"]
    assert (await ends(0, 2)).json()["ended_on"] == wuhan.today.isoformat()
    assert (await ends(-1, 3)).json()["code"] == "admission_already_ended"
