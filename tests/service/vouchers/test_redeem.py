"""A provider redeems; funds books; both sides agree at every moment, and nobody gets more than the face value."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import Connection, event, func, select

from kernel.ids import decode_id, encode_id, new_id
from kernel.outbox import OutboxEvent
from services.vouchers.issuance.models import Voucher
from services.vouchers.redemption.models import Redemption
from tests.builders.neighbours import answers
from tests.builders.vouchers import FACE_FEN, HOLDER, PROVIDER, Wuhan

pytestmark = pytest.mark.anyio
CLIENTS = 30


def codes_of(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


async def redeemed(wuhan: Wuhan) -> tuple[int, int]:
    """How many redemptions are stored in the city, and their sum."""
    async with wuhan.process.app.state.sessions() as session:
        row = await session.execute(
            select(func.count(), func.coalesce(func.sum(Redemption.amount_fen), 0)).where(
                Redemption.city_code == wuhan.code
            )
        )
        count, total = row.one()
        return count, int(total)


async def test_a_redemption_pays_the_share_and_tells_funds(wuhan: Wuhan) -> None:
    tranche, voucher, code = await wuhan.a_voucher()
    answer = await wuhan.redeem(wuhan.a_claim(code))
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["amount_fen"], found["status"], found["voucher_id"]) == (1_500_000, "in_transit", voucher)
    async with wuhan.process.app.state.sessions() as session:
        told = await session.scalar(
            select(OutboxEvent).where(OutboxEvent.city_code == wuhan.code, OutboxEvent.type == "voucher.redeemed")
        )
    assert told.data == {
        "case_id": None,
        "case_outcome": None,
        "redemption_id": str(decode_id("rdm", found["id"])),
        "voucher_id": str(decode_id("vch", voucher)),
        "tranche_id": str(decode_id("trn", tranche)),
        "provider_id": str(PROVIDER),
        "amount_fen": 1_500_000,
        "invoice_reference": told.data["invoice_reference"],
        "determination_id": str(decode_id("det", found["determination_id"])),
    }
    assert UUID(told.data["invoice_reference"]).version == 5


async def test_thirty_clients_at_once_get_the_face_value_and_not_a_fen_more(wuhan: Wuhan) -> None:
    """5,000,000 in shares of 1,500,000: three whole ones, the rest of 500,000, and nothing for the others."""
    tranche, voucher, code = await wuhan.a_voucher()
    found = await asyncio.gather(*(wuhan.insist(wuhan.a_claim(code)) for _ in range(CLIENTS)))
    paid = sorted(answer.json()["amount_fen"] for answer in found if answer.status_code == 201)
    assert paid == [500_000, 1_500_000, 1_500_000, 1_500_000]
    refused = [answer for answer in found if answer.status_code != 201]
    assert [codes_of(answer) for answer in refused] == [["nothing_to_redeem"]] * (CLIENTS - 4)
    assert await redeemed(wuhan) == (4, FACE_FEN)
    async with wuhan.officer() as officer:
        shown = (await officer.get(f"/v1/vouchers/vouchers/{voucher}")).json()
    assert (shown["status"], shown["remaining_fen"]) == ("used_up", 0)
    assert (await wuhan.agreement(tranche))["agrees"]


async def test_contention_is_told_as_retryable_and_never_as_a_business_no(wuhan: Wuhan) -> None:
    """Somebody holds the voucher's row: whoever cannot have it is told to come again."""
    _, _, code = await wuhan.a_voucher()

    def wait_less(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")

    everywhere = (wuhan.process.app.state.engine.sync_engine, "begin", wait_less)
    event.listen(*everywhere)
    try:
        async with wuhan.process.app.state.sessions() as session, session.begin():
            await session.execute(select(Voucher).where(Voucher.city_code == wuhan.code).with_for_update())
            blocked = await wuhan.redeem(wuhan.a_claim(code))
    finally:
        event.remove(*everywhere)
    assert blocked.status_code == 503, blocked.text
    assert (blocked.json()["retryable"], blocked.headers["retry-after"]) == (True, "1")
    assert (await wuhan.redeem(wuhan.a_claim(code))).status_code == 201


async def test_the_same_key_redeems_once_and_answers_the_same(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    claim = wuhan.a_claim(code)
    found = await asyncio.gather(*(wuhan.redeem(claim, key="same") for _ in range(10)))
    for answer in found:
        assert answer.status_code == 201 or answer.json()["retryable"]
    replay = await wuhan.redeem(claim, key="same")
    assert replay.headers["idempotent-replayed"] == "true"
    assert {answer.content for answer in found if answer.status_code == 201} == {replay.content}
    other = await wuhan.redeem(claim | {"contract_net_fen": 2}, key="same")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await redeemed(wuhan) == (1, 1_500_000)


async def test_an_invoice_pays_once_whatever_the_voucher(wuhan: Wuhan) -> None:
    tranche, _, code = await wuhan.a_voucher()
    issued = await wuhan.issue(tranche)
    other_code = await wuhan.code_of(issued.json()["id"])
    invoice = {"invoice": {"number": "12345678", "code": "4200182130"}}
    at_once = await asyncio.gather(
        wuhan.insist(wuhan.a_claim(code, **invoice)), wuhan.insist(wuhan.a_claim(other_code, **invoice))
    )
    assert sorted(answer.status_code for answer in at_once) == [201, 409]
    again = await wuhan.redeem(wuhan.a_claim(other_code, **invoice))
    assert codes_of(again) == ["invoice_used"]
    assert await redeemed(wuhan) == (1, 1_500_000)


async def test_an_invoice_used_elsewhere_is_told_without_saying_by_whom(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    wuhan.funds.used = [{"number_last4": "5678", "programme_kind": "cost_subsidy", "claimed_on": "2026-03-01"}]
    claim = wuhan.a_claim(code)
    refused = await wuhan.redeem(claim)
    assert codes_of(refused) == ["invoice_used"]
    (reason,) = refused.json()["reasons"]
    assert reason["facts"] == {"number_last4": "5678", "programme_kind": "cost_subsidy", "claimed_on": "2026-03-01"}
    async with wuhan.provider() as provider:
        preview = (await provider.post("/v1/vouchers/redemptions/preview", json=claim)).json()
    assert (preview["would_pay_fen"], [one["code"] for one in preview["reasons"]]) == (0, ["invoice_used"])
    assert await redeemed(wuhan) == (0, 0)
    wuhan.funds.used = []
    answers(wuhan.process, "funds", lambda _path: 500)
    unknown = await wuhan.redeem(claim)
    assert (unknown.status_code, unknown.json()["retryable"]) == (503, True)
    assert await redeemed(wuhan) == (0, 0)


async def test_every_reason_at_once(wuhan: Wuhan) -> None:
    """The holder itself, not admitted, out of scope, outside the area, contract and service before the issue."""
    _, _, code = await wuhan.a_voucher()
    await wuhan.admit(HOLDER, division_code="320300", admitted_on=wuhan.today.isoformat())
    early = (wuhan.today - timedelta(days=2)).isoformat()
    claim = wuhan.a_claim(code, service_kind="catering", service_on=early, contract_on=early)
    refused = await wuhan.redeem(claim, organisation=HOLDER)
    assert set(codes_of(refused)) == {
        "provider_not_admitted",
        "provider_is_holder",
        "service_before_issue",
        "service_kind_out_of_scope",
        "provider_outside_area",
        "contract_before_issue",
    }
    assert all(reason["clauses"] == ["WH-18"] for reason in refused.json()["reasons"])
    assert await redeemed(wuhan) == (0, 0)


async def test_no_service_is_paid_for_from_before_its_contract(wuhan: Wuhan) -> None:
    """Registered or not: a contract signed afterwards, or still to be signed, is one made for the claim."""
    _, _, code = await wuhan.a_voucher()
    later = (wuhan.today + timedelta(days=1)).isoformat()
    assert codes_of(await wuhan.redeem(wuhan.a_claim(code, contract_on=later))) == ["service_before_contract"]
    held = (await wuhan.reserve(wuhan.a_contract(code))).json()
    early = (wuhan.today - timedelta(days=1)).isoformat()
    claim = wuhan.a_claim(code, contract_id=held["id"], service_on=early, contract_on=held["signed_on"])
    assert "service_before_contract" in codes_of(await wuhan.redeem(claim))


async def test_reasons_in_english(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    async with wuhan.provider() as provider:
        refused = await provider.post(
            "/v1/vouchers/redemptions",
            json=wuhan.a_claim(code, service_kind="catering"),
            headers={"Idempotency-Key": "en", "Accept-Language": "en"},
        )
    texts = [reason["text"] for reason in refused.json()["reasons"]]
    assert len(texts) == 2
    assert texts[1] == "The provider is not admitted for this kind of service."
    assert all(text.isascii() for text in texts)


async def test_the_day_of_service_decides_about_admission_not_the_day_of_redemption(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    served = wuhan.today
    await wuhan.move_clock(10)
    async with wuhan.officer() as officer:
        (admission,) = (await officer.get("/v1/vouchers/providers")).json()["items"]
        path = f"/v1/vouchers/providers/{admission['id']}"
        end = {"ended_on": (served + timedelta(days=1)).isoformat(), "reason": "服务质量不合格"}
        ended = await officer.post(f"{path}/end", json=end, headers={"If-Match": '"v1"'})
        stale = await officer.post(f"{path}/end", json=end, headers={"If-Match": '"v1"'})
    assert (ended.status_code, stale.status_code) == (200, 412)
    late = wuhan.a_claim(code, service_on=(served + timedelta(days=1)).isoformat())
    assert codes_of(await wuhan.redeem(late)) == ["provider_not_admitted"]
    in_time = wuhan.a_claim(code, service_on=served.isoformat())
    assert (await wuhan.redeem(in_time)).status_code == 201


async def test_an_organisation_is_admitted_once(wuhan: Wuhan) -> None:
    first, second = await asyncio.gather(wuhan.admit(), wuhan.admit())
    assert sorted((first.status_code, second.status_code)) == [201, 409]
    assert codes_of(await wuhan.admit()) == ["provider_already_admitted"]


async def test_a_preview_says_the_same_and_keeps_nothing(wuhan: Wuhan) -> None:
    _, voucher, code = await wuhan.a_voucher()
    async with wuhan.provider() as provider:
        good = (await provider.post("/v1/vouchers/redemptions/preview", json=wuhan.a_claim(code))).json()
        bad = (
            await provider.post("/v1/vouchers/redemptions/preview", json=wuhan.a_claim(code, service_kind="catering"))
        ).json()
    assert (good["voucher_id"], good["would_pay_fen"], good["reasons"]) == (voucher, 1_500_000, [])
    assert bad["would_pay_fen"] == 0
    assert [reason["code"] for reason in bad["reasons"]] == [
        "service_kind_out_of_scope",
        "provider_not_admitted_for_kind",
    ]
    assert await redeemed(wuhan) == (0, 0)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"code": "AAAA-AAAA-AAAA-AAAB"}, "/code"),
        ({"contract_net_fen": 0}, "/contract_net_fen"),
        ({"contract_net_fen": True}, "/contract_net_fen"),
        ({"contract_net_fen": "3"}, "/contract_net_fen"),
        ({"invoice": {"number": "1" * 20, "code": "4200182130"}}, "/invoice/code"),
        ({"invoice": {"number": "1" * 8}}, "/invoice"),
        ({"invoice": {"number": "1" * 9}}, "/invoice/number"),
        ({"service_on": "2026-13-01"}, "/service_on"),
        ({"amount_fen": 1}, "/amount_fen"),
    ],
)
async def test_bad_claims_are_refused_by_field_and_not_repeated(
    reading_desk: Wuhan, wrong: dict[str, Any], pointer: str
) -> None:
    refused = await reading_desk.redeem(reading_desk.a_claim("2" * 16) | wrong)
    assert refused.status_code == 422, refused.text
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert "AAAB" not in refused.text


async def test_who_may_redeem_and_see(wuhan: Wuhan) -> None:
    _, _, code = await wuhan.a_voucher()
    done = (await wuhan.redeem(wuhan.a_claim(code))).json()
    path, claim, key = f"/v1/vouchers/redemptions/{done['id']}", wuhan.a_claim(code), {"Idempotency-Key": "x"}
    async with wuhan.officer() as officer, wuhan.as_("client:p", "provider") as unbound:
        assert (await officer.post("/v1/vouchers/redemptions", json=claim, headers=key)).status_code == 403
        assert (await officer.get(path)).status_code == 200
        assert (await unbound.post("/v1/vouchers/redemptions", json=claim, headers=key)).status_code == 403
        assert (await unbound.get(path)).status_code == 404
    async with wuhan.provider() as own, wuhan.provider(UUID(int=7)) as other:
        assert (await own.get(path)).json() == done
        assert (await other.get(path)).status_code == 404
        assert [row["id"] for row in (await own.get("/v1/vouchers/redemptions")).json()["items"]] == [done["id"]]
        assert (await other.get("/v1/vouchers/redemptions")).json()["items"] == []
        assert (await own.post("/v1/vouchers/redemptions", json=claim)).json()["code"] == "idempotency_key_missing"
    async with wuhan.holder() as holder:  # whose voucher it is sees who spent what of it, and why so much
        assert (await holder.get(path)).json() == done
        assert [row["id"] for row in (await holder.get("/v1/vouchers/redemptions")).json()["items"]] == [done["id"]]
        assert (await holder.get(f"/v1/vouchers/determinations/{done['determination_id']}")).status_code == 200
    elsewhere = wuhan.process.as_("client:z", "provider", organisation=str(PROVIDER))  # the same code in another city
    async with elsewhere:
        answer = await elsewhere.post("/v1/vouchers/redemptions", json=claim, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (404, "voucher_code_unknown")


async def test_both_sides_agree_at_every_step(wuhan: Wuhan) -> None:
    tranche, _, code = await wuhan.a_voucher()

    async def standing() -> tuple[int, ...]:
        found = await wuhan.agreement(tranche)
        assert found["agrees"], found
        parts = found["unissued_fen"] + found["issued_fen"] + found["in_transit_fen"]
        assert parts == found["control_fen"] + found["untold_fen"]
        return tuple(found[f"{name}_fen"] for name in ("control", "issued", "in_transit", "settled", "untold"))

    assert await standing() == (100_000_000, 5_000_000, 0, 0, 0)
    done = (await wuhan.redeem(wuhan.a_claim(code))).json()
    assert await standing() == (100_000_000, 3_500_000, 1_500_000, 0, 0)
    await wuhan.book(done, tranche)
    assert await standing() == (98_500_000, 3_500_000, 1_500_000, 0, 1_500_000)
    assert await wuhan.tell_booked(done, tranche) == "done"
    assert await standing() == (98_500_000, 3_500_000, 0, 1_500_000, 0)
    async with wuhan.provider() as provider:
        shown = (await provider.get(f"/v1/vouchers/redemptions/{done['id']}")).json()
    assert (shown["status"], shown["booked_at"]) == ("settled", "2026-11-22T02:00:00Z")


async def test_a_fen_lost_on_the_other_side_is_found(wuhan: Wuhan) -> None:
    tranche, _, code = await wuhan.a_voucher()
    done = (await wuhan.redeem(wuhan.a_claim(code))).json()
    await wuhan.tell_booked(done, tranche)  # told, but not in the books of funds
    found = await wuhan.agreement(tranche)
    assert (found["agrees"], [reason["code"] for reason in found["reasons"]]) == (False, ["bookings_impossible"])
    answers(wuhan.process, "funds", lambda path: dict(wuhan.funds.answer(path)) | {"control_fen": 99_999_999})
    found = await wuhan.agreement(tranche)
    assert "control_unexplained" in [reason["code"] for reason in found["reasons"]]


async def test_a_booking_that_differs_is_parked_and_changes_nothing(wuhan: Wuhan) -> None:
    tranche, _, code = await wuhan.a_voucher()
    done = (await wuhan.redeem(wuhan.a_claim(code))).json()
    await wuhan.book(done, tranche)
    assert await wuhan.tell_booked(done, tranche, amount_fen=1) == "failed"
    assert await wuhan.tell_booked(done, tranche) == "done"
    assert await wuhan.tell_booked(done, tranche) == "failed"  # another event about the same redemption
    found = await wuhan.agreement(tranche)
    assert (found["agrees"], found["settled_fen"]) == (True, 1_500_000)


async def test_the_check_is_for_those_who_read_the_books(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche()
    async with wuhan.officer() as officer, wuhan.provider() as provider:
        assert (await officer.get(f"/v1/vouchers/tranches/{tranche}/agreement")).status_code == 403
        assert (await provider.get(f"/v1/vouchers/tranches/{encode_id('trn', new_id())}")).status_code == 404
        assert [row["id"] for row in (await officer.get("/v1/vouchers/tranches")).json()["items"]] == [tranche]
