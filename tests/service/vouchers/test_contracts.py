"""A contract reserves a voucher's value: never twice, never what is not there, and it comes back the day it ends."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import func, select, text

from kernel.ids import decode_id, encode_id, new_id
from kernel.months import months_later
from kernel.outbox import OutboxEvent
from services.vouchers.contracts.models import Contract
from services.vouchers.issuance.models import Voucher
from tests.builders.processes import Process
from tests.builders.vouchers import FACE_FEN, HOLDER, PROVIDER, RIVAL, Wuhan

pytestmark = pytest.mark.anyio
CONTRACTS = "/v1/vouchers/contracts"
CLIENTS = 12


def codes_of(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


async def reserved(wuhan: Wuhan, code: str, **more: Any) -> dict[str, Any]:
    answer = await wuhan.reserve(wuhan.a_contract(code, **more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def value(wuhan: Wuhan, voucher: str) -> tuple[str, int, int, int]:
    async with wuhan.officer() as officer:
        shown = (await officer.get(f"/v1/vouchers/vouchers/{voucher}")).json()
    return shown["status"], shown["remaining_fen"], shown["reserved_fen"], shown["lapsed_fen"]


async def contract(wuhan: Wuhan, contract_id: str) -> dict[str, Any]:
    async with wuhan.officer() as officer:
        answer = await officer.get(f"{CONTRACTS}/{contract_id}")
    assert answer.status_code == 200, answer.text
    return answer.json() | {"etag": answer.headers["etag"]}


async def cancel(wuhan: Wuhan, found: dict[str, Any], reason: str, client: httpx2.AsyncClient) -> httpx2.Response:
    etag = (await contract(wuhan, found["id"]))["etag"]
    async with client:
        return await client.post(
            f"{CONTRACTS}/{found['id']}/cancel", json={"reason": reason}, headers={"If-Match": etag}
        )


async def until(wuhan: Wuhan, found: dict[str, Any], status: str) -> dict[str, Any]:
    for _ in range(100):
        shown = await contract(wuhan, found["id"])
        if shown["status"] == status:
            return shown
        await asyncio.sleep(0.1)
    raise AssertionError(shown)


async def told(wuhan: Wuhan, kind: str) -> list[dict[str, Any]]:
    async with wuhan.process.app.state.sessions() as session:
        rows = await session.scalars(
            select(OutboxEvent).where(OutboxEvent.city_code == wuhan.code, OutboxEvent.type == kind)
        )
        return [row.data for row in rows]


def last_days(wuhan: Wuhan) -> tuple[date, date]:
    """Of use and of claims of a voucher that is issued today."""
    use_by = months_later(wuhan.today, 12)
    return use_by, months_later(use_by, 2)


async def until_lapsed(wuhan: Wuhan, voucher: str) -> tuple[str, int, int, int]:
    for _ in range(100):
        if (found := await value(wuhan, voucher))[3]:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(found)


def claim_under(wuhan: Wuhan, code: str, found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return wuhan.a_claim(code, contract_id=found["id"], contract_on=found["signed_on"], **more)


async def test_a_contract_holds_its_part_until_it_is_claimed(wuhan: Wuhan) -> None:
    tranche, voucher, code = await wuhan.a_voucher()
    found = await reserved(wuhan, code, number=" ht-2026 / 7 ")
    assert (found["status"], found["reserved_fen"], found["open_fen"]) == ("reserved", 1_500_000, 1_500_000)
    use_by, claim_by = (day.isoformat() for day in last_days(wuhan))
    assert (found["number"], found["use_by"], found["claim_by"]) == ("HT-2026/7", use_by, claim_by)
    assert await value(wuhan, voucher) == ("issued", FACE_FEN, 1_500_000, 0)
    assert await told(wuhan, "voucher.reserved") == [
        {
            "case_id": None,
            "case_outcome": None,
            "contract_id": str(decode_id("ctr", found["id"])),
            "voucher_id": str(decode_id("vch", voucher)),
            "holder_id": str(HOLDER),
            "provider_id": str(PROVIDER),
            "reserved_fen": 1_500_000,
            "use_by": use_by,
            "claim_by": claim_by,
        }
    ]
    paid = await wuhan.redeem(claim_under(wuhan, code, found))
    assert (paid.json()["amount_fen"], paid.json()["contract_id"]) == (1_500_000, found["id"])
    assert (await contract(wuhan, found["id"]))["status"] == "redeemed"
    assert await value(wuhan, voucher) == ("issued", 3_500_000, 0, 0)
    (ended,) = await told(wuhan, "voucher.reservation_ended")
    assert (ended["released_fen"], ended["end_reason"]) == (0, "redeemed")
    assert (await wuhan.agreement(tranche))["agrees"]


async def test_twelve_clients_at_once_reserve_three_times_and_not_a_fen_more(wuhan: Wuhan) -> None:
    """5,000,000 in reservations of 1,500,000: three fit, nine are told that 500,000 is left."""
    tranche, voucher, code = await wuhan.a_voucher()
    found = await asyncio.gather(*(wuhan.reserve(wuhan.a_contract(code)) for _ in range(CLIENTS)))
    assert sorted(answer.status_code for answer in found) == [201] * 3 + [409] * (CLIENTS - 3)
    refused = [answer for answer in found if answer.status_code == 409]
    assert [codes_of(answer) for answer in refused] == [["not_enough_value"]] * (CLIENTS - 3)
    assert refused[0].json()["reasons"][0]["facts"] == {"asked_fen": 1_500_000, "unreserved_fen": 500_000}
    assert await value(wuhan, voucher) == ("issued", FACE_FEN, 4_500_000, 0)
    assert (await wuhan.agreement(tranche))["agrees"]


async def test_claims_without_and_under_contracts_at_once_never_take_each_others_value(wuhan: Wuhan) -> None:
    """3,000,000 are reserved; of the 2,000,000 left five open claims get 1,500,000 and 500,000."""
    tranche, voucher, code = await wuhan.a_voucher()
    first, second = await reserved(wuhan, code), await reserved(wuhan, code)
    under = [claim_under(wuhan, code, one) for one in (first, second)]
    found = await asyncio.gather(*(wuhan.insist(claim) for claim in [*(wuhan.a_claim(code) for _ in range(5)), *under]))
    paid = [answer.json()["amount_fen"] if answer.status_code == 201 else 0 for answer in found]
    assert sorted(paid[:5]) == [0, 0, 0, 500_000, 1_500_000]
    assert paid[5:] == [1_500_000, 1_500_000]
    assert {code for answer in found if answer.status_code == 409 for code in codes_of(answer)} == {"nothing_to_redeem"}
    assert await value(wuhan, voucher) == ("used_up", 0, 0, 0)
    assert (await wuhan.agreement(tranche))["agrees"]


async def test_a_contract_is_claimed_in_parts_and_the_last_one_frees_the_rest(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    found = await reserved(wuhan, code)
    part = await wuhan.redeem(claim_under(wuhan, code, found, contract_net_fen=1_000_000))
    assert part.json()["amount_fen"] == 500_000
    shown = await contract(wuhan, found["id"])
    assert (shown["status"], shown["open_fen"], shown["redeemed_fen"]) == ("served", 1_000_000, 500_000)
    assert await value(wuhan, voucher) == ("issued", 4_500_000, 1_000_000, 0)
    last = await wuhan.redeem(claim_under(wuhan, code, found, contract_net_fen=400_000, is_last=True))
    assert last.json()["amount_fen"] == 200_000
    shown = await contract(wuhan, found["id"])
    assert (shown["status"], shown["open_fen"], shown["redeemed_fen"]) == ("redeemed", 0, 700_000)
    assert await value(wuhan, voucher) == ("issued", 4_300_000, 0, 0)
    (ended,) = await told(wuhan, "voucher.reservation_ended")
    assert (ended["released_fen"], ended["end_reason"]) == (800_000, "redeemed")
    again = await wuhan.redeem(claim_under(wuhan, code, found))
    assert codes_of(again) == ["nothing_to_redeem", "contract_ended"]


async def test_every_reason_against_a_contract_at_once(wuhan: Wuhan) -> None:
    """Signed before the issue and the admission, out of scope and area, related, above the share and the value."""
    _, _, code = await wuhan.a_voucher()
    await wuhan.admit(RIVAL, division_code="320300", admitted_on=wuhan.today.isoformat())
    bad = wuhan.a_contract(
        code,
        organisation_id=encode_id("org", RIVAL),
        service_kind="catering",
        signed_on=(wuhan.today - timedelta(days=1)).isoformat(),
        contract_net_fen=11_999_999,
        reserve_fen=6_000_000,
    )
    refused = await wuhan.reserve(bad)
    assert codes_of(refused) == [
        "service_kind_out_of_scope",
        "provider_outside_area",
        "contract_before_issue",
        "reserve_above_share",
        "not_enough_value",
        "provider_not_admitted",
    ]
    assert all(reason["clauses"] == ["WH-18"] for reason in refused.json()["reasons"])
    own = await wuhan.reserve(wuhan.a_contract(code, organisation_id=encode_id("org", HOLDER)))
    assert codes_of(own)[-2:] == ["provider_not_admitted", "provider_is_holder"]
    later = wuhan.a_contract(
        code, signed_on=(wuhan.today + timedelta(days=1)).isoformat(), service_kind="patent_purchase"
    )
    assert codes_of(await wuhan.reserve(later)) == ["provider_not_admitted_for_kind", "contract_in_future"]
    assert await told(wuhan, "voucher.reserved") == []


async def test_related_parties_are_refused_with_how_and_when(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    link = {"kind": "shareholder", "organisation_id": str(PROVIDER), "holder_organisation_id": str(HOLDER)}
    wuhan.related = [link | {"effective_on": "2020-01-01", "name": "张三"}]
    refused = await wuhan.reserve(wuhan.a_contract(code))
    assert codes_of(refused) == ["related_parties"]
    (reason,) = refused.json()["reasons"]
    assert reason["facts"] == {"on": wuhan.today.isoformat(), "through": ["shareholder"]}
    assert "张三" not in refused.text


async def test_while_the_last_day_of_claims_is_open_nothing_is_reserved(vouchers: Process) -> None:
    wuhan = await Wuhan(vouchers).open(**{"voucher.claim_months": None})
    _, voucher, code = await wuhan.a_voucher()
    refused = await wuhan.reserve(wuhan.a_contract(code))
    (reason,) = refused.json()["reasons"]
    assert (reason["code"], reason["clauses"]) == ("parameter_open", ["WH-18"])
    assert (await wuhan.redeem(wuhan.a_claim(code))).status_code == 201  # as before there were contracts
    assert await value(wuhan, voucher) == ("issued", 3_500_000, 0, 0)


async def test_a_contract_counts_once_however_it_is_spelled(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    at_once = await asyncio.gather(*(wuhan.reserve(wuhan.a_contract(code, number=n)) for n in ("HT-1", "ht -1")))
    assert sorted(answer.status_code for answer in at_once) == [201, 409]
    (found,) = (answer.json() for answer in at_once if answer.status_code == 201)
    assert codes_of(await wuhan.reserve(wuhan.a_contract(code, number="HT-1"))) == ["contract_registered"]
    assert (await cancel(wuhan, found, "holder_withdrew", wuhan.holder())).status_code == 200
    assert (await reserved(wuhan, code, number="HT-1"))["status"] == "reserved"
    assert await value(wuhan, voucher) == ("issued", FACE_FEN, 1_500_000, 0)


async def test_the_same_key_reserves_once(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    body = wuhan.a_contract(code)
    first, again = [await wuhan.reserve(body, key="same") for _ in range(2)]
    assert (first.content, again.headers["idempotent-replayed"]) == (again.content, "true")
    assert await value(wuhan, voucher) == ("issued", FACE_FEN, 1_500_000, 0)


async def test_a_preview_tells_each_step_and_keeps_nothing(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    await reserved(wuhan, code)
    async with wuhan.officer() as officer:
        good = (await officer.post(f"{CONTRACTS}/preview", json=wuhan.a_contract(code))).json()
        bad = (await officer.post(f"{CONTRACTS}/preview", json=wuhan.a_contract(code, reserve_fen=1_500_001))).json()
    steps = {"face_fen": FACE_FEN, "remaining_fen": FACE_FEN, "reserved_fen": 1_500_000, "unreserved_fen": 3_500_000}
    share = {"share_bp": 5_000, "share_fen": 1_500_000, "asked_fen": 1_500_000}
    use_by, claim_by = (day.isoformat() for day in last_days(wuhan))
    assert good == steps | share | {
        "voucher_id": voucher,
        "would_reserve_fen": 1_500_000,
        "use_by": use_by,
        "claim_by": claim_by,
        "reasons": [],
    }
    assert (bad["would_reserve_fen"], bad["share_fen"], bad["claim_by"]) == (0, 1_500_000, None)
    assert [reason["code"] for reason in bad["reasons"]] == ["reserve_above_share"]
    assert await value(wuhan, voucher) == ("issued", FACE_FEN, 1_500_000, 0)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"code": "AAAA-AAAA-AAAA-AAAB"}, "/code"),
        ({"reserve_fen": 0}, "/reserve_fen"),
        ({"contract_net_fen": 1.5}, "/contract_net_fen"),
        ({"number": "  "}, "/number"),
        ({"number": "㍿" * 40}, "/number"),
        ({"signed_on": "2026-02-30"}, "/signed_on"),
        ({"organisation_id": "prv_01k30dwg0070008000000000b2"}, "/organisation_id"),
        ({"claim_by": "2099-01-01"}, "/claim_by"),
    ],
)
async def test_bad_contracts_are_refused_by_field(reading_desk: Wuhan, wrong: dict[str, Any], pointer: str) -> None:
    refused = await reading_desk.reserve(reading_desk.a_contract("2" * 16) | wrong)
    assert refused.status_code == 422, refused.text
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]


async def test_a_claim_under_a_contract_is_that_contracts(wuhan: Wuhan) -> None:
    tranche, _, code = await wuhan.a_voucher()
    other = await wuhan.code_of((await wuhan.issue(tranche)).json()["id"])
    found = await reserved(wuhan, code)
    elsewhere = await wuhan.redeem(claim_under(wuhan, other, found))
    assert codes_of(elsewhere) == ["contract_unknown"]
    late = (wuhan.today + timedelta(days=1)).isoformat()
    await wuhan.move_clock(2)
    await wuhan.admit(RIVAL, service_kinds=["patent_purchase"])
    differs = wuhan.a_claim(code, contract_id=found["id"], contract_on=late, service_kind="patent_purchase")
    refused = await wuhan.redeem(differs, organisation=RIVAL)
    assert codes_of(refused) == ["contract_differs"]
    fields = refused.json()["reasons"][0]["facts"]["fields"]
    assert fields == ["organisation_id", "service_kind", "signed_on"]
    alone = await wuhan.redeem(wuhan.a_claim(code, is_last=True))
    assert alone.json()["errors"][0]["code"] == "last_of_contract"


async def test_the_holder_withdraws_before_the_service_and_not_after(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    first, second = await reserved(wuhan, code), await reserved(wuhan, code)
    ended = await cancel(wuhan, first, "holder_withdrew", wuhan.holder())
    assert (ended.json()["status"], ended.json()["end_reason"], ended.json()["open_fen"]) == (
        "cancelled",
        "holder_withdrew",
        0,
    )
    assert await value(wuhan, voucher) == ("issued", FACE_FEN, 1_500_000, 0)
    path, served = f"{CONTRACTS}/{second['id']}/service", {"served_on": wuhan.today.isoformat()}
    async with wuhan.provider(HOLDER) as itself_a_provider:
        own = await itself_a_provider.post(path, json=served, headers={"If-Match": '"v1"'})
    assert (own.status_code, own.json()["code"]) == (403, "not_yours_to_report")
    async with wuhan.provider() as provider:
        early = {"served_on": (wuhan.today + timedelta(days=1)).isoformat()}
        future = await provider.post(path, json=early, headers={"If-Match": '"v1"'})
        done = await provider.post(path, json=served, headers={"If-Match": '"v1"'})
        stale = await provider.post(path, json=served, headers={"If-Match": '"v1"'})
        missing = await provider.post(path, json=served)
    assert codes_of(future) == ["service_in_future"]
    assert (done.json()["status"], done.headers["etag"]) == ("served", '"v2"')
    assert (stale.status_code, missing.status_code) == (412, 428)
    assert (await cancel(wuhan, second, "holder_withdrew", wuhan.holder())).status_code == 409
    assert (await wuhan.redeem(claim_under(wuhan, code, second))).status_code == 201


async def test_a_withdrawal_and_a_claim_at_once_have_one_winner(wuhan: Wuhan) -> None:
    """Five contracts, each claimed and withdrawn at the same time: paid or given back, and never both."""
    tranche, voucher, code = await wuhan.a_voucher()
    found = [await reserved(wuhan, code, reserve_fen=1_000_000) for _ in range(5)]

    async def both(one: dict[str, Any]) -> tuple[int, int]:
        claim = wuhan.insist(claim_under(wuhan, code, one))
        paid, ended = await asyncio.gather(claim, cancel(wuhan, one, "holder_withdrew", wuhan.holder()))
        return paid.status_code, ended.status_code

    outcomes = await asyncio.gather(*map(both, found))
    paid = [one for one in outcomes if one[0] == 201]
    assert all(ended in {409, 412} for _, ended in paid)
    assert all(one == (409, 200) for one in outcomes if one not in paid)
    spent = 1_000_000 * len(paid)
    assert await value(wuhan, voucher) == (("issued" if spent < FACE_FEN else "used_up"), FACE_FEN - spent, 0, 0)
    assert (await wuhan.agreement(tranche))["agrees"]


async def test_staff_ends_a_contract_once_its_provider_is_out(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    found = await reserved(wuhan, code)
    assert codes_of(await cancel(wuhan, found, "provider_ended", wuhan.officer())) == ["provider_still_admitted"]
    async with wuhan.officer() as officer:
        (admission,) = (await officer.get("/v1/vouchers/providers")).json()["items"]
        end = {"ended_on": wuhan.today.isoformat(), "reason": "服务质量不合格"}
        path = f"/v1/vouchers/providers/{admission['id']}/end"
        assert (await officer.post(path, json=end, headers={"If-Match": '"v1"'})).status_code == 200
    assert (await cancel(wuhan, found, "provider_ended", wuhan.holder())).status_code == 403
    ended = await cancel(wuhan, found, "provider_ended", wuhan.officer())
    assert (ended.json()["status"], ended.json()["end_reason"]) == ("cancelled", "provider_ended")
    assert await value(wuhan, voucher) == ("issued", FACE_FEN, 0, 0)


async def test_a_reservation_outlives_the_voucher_and_lapses_the_day_after_its_last(wuhan: Wuhan) -> None:
    """The last day of use and the last day of claims are whole days in city time."""
    start, (use_by, claim_by) = wuhan.today, last_days(wuhan)
    tranche, voucher, code = await wuhan.a_voucher()
    found, kept = await reserved(wuhan, code), await reserved(wuhan, code)
    await wuhan.move_clock((use_by - start).days)
    third = await reserved(wuhan, code)  # on the last day of use
    assert (await cancel(wuhan, third, "holder_withdrew", wuhan.holder())).status_code == 200
    await wuhan.move_clock((use_by - start).days + 1)
    assert await until_lapsed(wuhan, voucher) == ("issued", 3_000_000, 3_000_000, 2_000_000)
    assert codes_of(await wuhan.redeem(wuhan.a_claim(code))) == ["voucher_expired", "nothing_to_redeem"]
    assert codes_of(await wuhan.reserve(wuhan.a_contract(code))) == ["voucher_expired", "not_enough_value"]
    await wuhan.move_clock((claim_by - start).days)  # the last day of claims
    part = claim_under(wuhan, code, found, contract_net_fen=1_000_000)
    assert (await wuhan.redeem(part)).json()["amount_fen"] == 500_000
    assert (await contract(wuhan, kept["id"]))["status"] == "reserved"
    await wuhan.move_clock((claim_by - start).days + 1)
    shown = [await until(wuhan, one, "lapsed") for one in (found, kept)]
    assert [(one["open_fen"], one["end_reason"]) for one in shown] == [(0, "lapsed")] * 2
    assert await value(wuhan, voucher) == ("expired", 0, 0, 4_500_000)
    agreed = await wuhan.agreement(tranche)
    assert (agreed["agrees"], agreed["unissued_fen"], agreed["issued_fen"]) == (True, 99_500_000, 0)
    assert sorted(one["lapsed_fen"] for one in await told(wuhan, "voucher.expired")) == [
        1_000_000,
        1_500_000,
        2_000_000,
    ]


@pytest.mark.parametrize("by", ["last_claim", "withdrawal"])
async def test_what_is_freed_after_the_vouchers_last_day_is_back_in_the_tranche_at_once(wuhan: Wuhan, by: str) -> None:
    tranche, voucher, code = await wuhan.a_voucher()
    found, paid = await reserved(wuhan, code), 0
    await wuhan.move_clock(370)
    assert await until_lapsed(wuhan, voucher) == ("issued", 1_500_000, 1_500_000, 3_500_000)
    if by == "last_claim":
        last = claim_under(wuhan, code, found, contract_net_fen=1_000_000, is_last=True)
        paid = (await wuhan.redeem(last)).json()["amount_fen"]
    else:
        assert (await cancel(wuhan, found, "holder_withdrew", wuhan.holder())).status_code == 200
    assert await value(wuhan, voucher) == ("expired", 0, 0, FACE_FEN - paid)
    agreed = await wuhan.agreement(tranche)
    assert (agreed["agrees"], agreed["unissued_fen"], agreed["in_transit_fen"]) == (True, 100_000_000 - paid, paid)


async def test_whose_contracts_who_sees_and_registers(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    found = await reserved(wuhan, code)
    await reserved(wuhan, code)
    seen: tuple[tuple[Callable[[], httpx2.AsyncClient], int], ...] = (
        (wuhan.officer, 200),
        (wuhan.holder, 200),
        (wuhan.provider, 200),
        (lambda: wuhan.holder(UUID(int=9)), 404),
        (lambda: wuhan.as_("client:c", "portal"), 404),
        (lambda: wuhan.process.as_("person:officer-1", "officer"), 404),  # of another city
    )
    for make, status in seen:
        async with make() as client:
            assert (await client.get(f"{CONTRACTS}/{found['id']}")).status_code == status
            rows = (await client.get(CONTRACTS, params={"voucher_id": voucher, "limit": 1})).json()
            assert len(rows["items"]) == (status == 200)
            if status == 200:
                rest = (await client.get(CONTRACTS, params={"limit": 1, "cursor": rows["next_cursor"]})).json()
                assert [len(rest["items"]), rest["next_cursor"]] == [1, None]
    body, key = wuhan.a_contract(code), {"Idempotency-Key": new_id().hex}
    async with wuhan.holder(PROVIDER) as stranger, wuhan.provider() as provider, wuhan.officer() as officer:
        unknown = await stranger.post(CONTRACTS, json=body, headers=key)
        assert (unknown.status_code, unknown.json()["code"]) == (404, "voucher_code_unknown")
        assert (await provider.post(CONTRACTS, json=body, headers=key)).status_code == 403
        assert (await officer.post(CONTRACTS, json=body)).json()["code"] == "idempotency_key_missing"
        assert (await officer.post(CONTRACTS, json=body, headers=key)).status_code == 201
        path = f"/v1/vouchers/determinations/{found['determination_id']}"
        assert (await provider.get(path)).json()["act"] == "reserve"
    assert (await cancel(wuhan, found, "holder_withdrew", wuhan.holder(PROVIDER))).status_code == 403


async def test_the_database_counts_what_is_reserved_whoever_writes(wuhan: Wuhan) -> None:
    """The sum over the contracts is the voucher's at every statement, never above what remains, and nobody sets it."""
    _, _, code = await wuhan.a_voucher()
    await reserved(wuhan, code)
    wrong = (
        ("UPDATE voucher SET reserved_fen = 0", "counted from its contracts"),
        ("UPDATE voucher SET remaining_fen = 1499999", "reserved_within_remaining"),
        ("UPDATE contract SET open_fen = 1500001", "open_within_reserved"),
        (  # one fen more than the voucher has
            "UPDATE contract SET (contract_net_fen, reserved_fen, open_fen) = (6000000, 6000000, 5000001)",
            "reserved_within_remaining",
        ),
        ("UPDATE contract SET status = 'lapsed'", "open_while_it_stands"),
    )
    async with wuhan.process.app.state.sessions() as session:
        for statement, constraint in wrong:
            with pytest.raises(Exception, match=constraint):
                await session.execute(text(f"{statement} WHERE city_code = :city"), {"city": wuhan.code})
            await session.rollback()
        of_city = Voucher.city_code == wuhan.code
        counted = select(func.sum(Contract.open_fen)).where(Contract.city_code == wuhan.code).scalar_subquery()
        assert await session.scalar(select(Voucher.reserved_fen == counted).where(of_city))
        await session.execute(text("DELETE FROM contract WHERE city_code = :city"), {"city": wuhan.code})
        assert await session.scalar(select(Voucher.reserved_fen).where(of_city)) == 0
