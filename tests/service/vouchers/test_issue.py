"""From a tranche to a voucher in a holder's hand, and back when it expires unused."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from kernel.ids import decode_id, encode_id, new_id
from kernel.months import months_later
from kernel.outbox import OutboxEvent
from kernel.timers import Timer
from services.vouchers.issuance.models import Voucher
from services.vouchers.issuance.service import EXPIRES
from tests.builders.processes import Process
from tests.builders.vouchers import ENDED, FACE_FEN, HOLDER, PROVIDER, SETTINGS, STRANGER, Wuhan

pytestmark = pytest.mark.anyio


def reasons(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


async def balances(wuhan: Wuhan, tranche: str) -> tuple[int, int, int, int]:
    async with wuhan.officer() as officer:
        found = (await officer.get(f"/v1/vouchers/tranches/{tranche}")).json()
    return tuple(found[f"{name}_fen"] for name in ("unissued", "issued", "in_transit", "settled"))  # type: ignore[return-value]


async def test_a_voucher_is_an_encumbrance_of_its_tranche(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche(12_000_000)
    issued = await wuhan.issue(tranche)
    assert issued.status_code == 201, issued.text
    voucher = issued.json()
    assert (voucher["face_fen"], voucher["remaining_fen"], voucher["status"]) == (FACE_FEN, FACE_FEN, "issued")
    assert voucher["expires_on"] == months_later(wuhan.today, 12).isoformat()
    assert await balances(wuhan, tranche) == (12_000_000 - FACE_FEN, FACE_FEN, 0, 0)


async def test_while_parameters_are_open_nothing_is_issued_and_each_is_named_with_its_clause(vouchers: Process) -> None:
    wuhan = await Wuhan(vouchers).open(**dict.fromkeys(SETTINGS))
    refused = await wuhan.issue(await wuhan.tranche(), ENDED)
    document = refused.json()
    assert (refused.status_code, document["code"]) == (409, "policy_open")
    open_parameters = [
        reason["facts"]["parameter"] for reason in document["reasons"] if reason["code"] == "parameter_open"
    ]
    assert sorted(open_parameters) == sorted(SETTINGS.keys() - {"voucher.claim_months"})  # no contract yet
    assert document["reasons"][-1]["code"] == "holder_ended"
    assert all("WH-18" in reason["clauses"] for reason in document["reasons"])

    await wuhan.set_policy(SETTINGS)
    assert (await wuhan.issue(await wuhan.tranche())).status_code == 201


async def test_two_clerks_cannot_exceed_the_quota_of_a_holder(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche()
    found = await asyncio.gather(*(wuhan.issue(tranche) for _ in range(6)))
    assert sorted(answer.status_code for answer in found) == [201, 201, 409, 409, 409, 409]
    refused = [reasons(answer) for answer in found if answer.status_code == 409]
    assert refused == [["holder_quota_exceeded"]] * 4
    assert (await balances(wuhan, tranche))[1] == SETTINGS["voucher.holder_yearly_quota"]


async def test_a_tranche_issues_no_more_than_it_has(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche(FACE_FEN)
    first, second = await asyncio.gather(wuhan.issue(tranche), wuhan.issue(tranche, PROVIDER))
    assert sorted((first.status_code, second.status_code)) == [201, 409]
    assert await balances(wuhan, tranche) == (0, FACE_FEN, 0, 0)
    assert reasons(await wuhan.issue(tranche, PROVIDER)) == ["tranche_used_up"]


async def test_what_is_left_of_a_tranche_below_a_face_value_issues_nothing(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche(FACE_FEN + 1)
    assert (await wuhan.issue(tranche)).status_code == 201
    refused = await wuhan.issue(tranche, PROVIDER)
    assert reasons(refused) == ["tranche_used_up"]
    assert refused.json()["reasons"][0]["facts"] == {"unissued_fen": 1}


async def test_a_programme_the_city_has_not_issues_nothing(wuhan: Wuhan) -> None:
    assert reasons(await wuhan.issue(await wuhan.tranche(programme="award.recognition"))) == ["no_voucher_programme"]


@pytest.mark.parametrize("holder", [STRANGER, UUID(int=999)])
async def test_a_holder_is_an_organisation_of_the_city(wuhan: Wuhan, holder: UUID) -> None:
    answer = await wuhan.issue(await wuhan.tranche(), holder)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/holder_id")


async def test_the_same_key_issues_once(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche()
    body = {"tranche_id": tranche, "holder_id": encode_id("org", HOLDER)}
    async with wuhan.officer() as officer:
        send = [officer.post("/v1/vouchers/vouchers", json=body, headers={"Idempotency-Key": "k-1"}) for _ in range(5)]
        found = await asyncio.gather(*send)
        missing = await officer.post("/v1/vouchers/vouchers", json=body)
    assert {answer.status_code for answer in found} <= {201, 409}
    assert all(answer.json()["retryable"] for answer in found if answer.status_code == 409)
    assert len({answer.json()["id"] for answer in found if answer.status_code == 201}) == 1
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    assert (await balances(wuhan, tranche))[1] == FACE_FEN


async def an_accepted_case(wuhan: Wuhan, **more: Any) -> str:
    case_id, yesterday = new_id(), wuhan.today - timedelta(days=1)
    told = {
        "case_id": str(case_id),
        "number": "WH-2026-000001-7",
        "item": "apply-voucher",
        "service": "vouchers",
        "applicant_id": str(HOLDER),
        "accepted_on": yesterday.isoformat(),
        "accepted_at": f"{yesterday}T02:00:00Z",
        "accepted_by": "person:officer-1",
        "form": {},
    } | more
    outcome = await wuhan.process.tell("case.accepted", told, city=wuhan.code, subject=str(case_id))
    assert outcome["outcome"] == "done", outcome
    return encode_id("case", case_id)


async def test_an_accepted_case_is_granted_once_and_by_a_second_officer(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche()
    own = await an_accepted_case(wuhan, accepted_by="person:officer-2")
    assert reasons(await wuhan.issue(tranche, None, case_id=own)) == ["second_officer_needed"]

    case = await an_accepted_case(wuhan)
    issued = await wuhan.issue(tranche, None, case_id=case)
    assert (issued.status_code, issued.json()["case_id"]) == (201, case)
    assert issued.json()["holder_id"] == encode_id("org", HOLDER)
    again = await wuhan.issue(tranche, None, case_id=case)
    assert (again.status_code, again.json()["code"]) == (409, "case_answered")
    async with wuhan.process.app.state.sessions() as session:
        told = await session.scalar(
            select(OutboxEvent).where(OutboxEvent.city_code == wuhan.code, OutboxEvent.type == "voucher.issued")
        )
    assert (told.data["case_outcome"], told.data["face_fen"]) == ("granted", FACE_FEN)


async def test_nothing_is_decided_before_what_was_promised_has_come(wuhan: Wuhan) -> None:
    tranche, given = await wuhan.tranche(), {"reason": "本年度额度已用完", "clauses": ["WH-18"]}
    awaits = [{"kind": "service_contract", "zh": "服务合同", "en": "service contract"}]
    kept, broken = [await an_accepted_case(wuhan, awaits=awaits) for _ in range(2)]

    async def told(kind: str, case: str, **more: Any) -> None:
        case_id = str(decode_id("case", case))
        fact = {"case_id": case_id, "number": "WH-2026-000001-7", "service": "vouchers"} | more
        outcome = await wuhan.process.tell(kind, fact, city=wuhan.code, subject=case_id)
        assert outcome["outcome"] == "done", outcome

    early = await wuhan.issue(tranche, None, case_id=kept)
    assert (early.status_code, early.json()["code"], reasons(early)) == (
        409, "supplement_awaited", ["document_awaited"],
    )  # fmt: skip
    async with wuhan.as_("person:officer-2", "officer") as officer:
        path, key = f"/v1/vouchers/applications/{kept}/refusal", {"Idempotency-Key": new_id().hex}
        assert (await officer.post(path, json=given, headers=key)).json()["code"] == "supplement_awaited"
    beside = await wuhan.issue(tranche)
    assert (beside.status_code, beside.json()["code"]) == (409, "supplement_awaited")
    whole = {
        "item": "apply-voucher", "applicant_id": str(HOLDER), "accepted_on": wuhan.today.isoformat(),
        "accepted_at": f"{wuhan.today}T02:00:00Z", "accepted_by": "person:officer-1", "form": {},
    }  # fmt: skip
    async with wuhan.holder() as applicant:
        waiting = (await applicant.get("/v1/vouchers/applications")).json()["items"]
    assert [(one["id"], one["awaits"]) for one in waiting] == [(kept, awaits), (broken, awaits)]
    await told("case.supplemented", kept, **whole)
    assert (await wuhan.issue(tranche, None, case_id=kept)).status_code == 201
    await told("case.supplement_lapsed", broken, documents=["service_contract"])
    assert (await wuhan.issue(tranche, None, case_id=broken)).json()["code"] == "case_lapsed"
    async with wuhan.holder() as applicant:
        ended = (await applicant.get("/v1/vouchers/applications", params={"status": "lapsed"})).json()["items"]
    assert [one["id"] for one in ended] == [broken]


async def test_an_application_is_refused_once_by_an_officer_who_had_no_hand_in_it(wuhan: Wuhan) -> None:
    """Whoever has no right to a voucher is told so: the case does not wait for ever."""
    tranche, given = await wuhan.tranche(), {"reason": "本年度额度已用完", "clauses": ["WH-18"]}
    case = await an_accepted_case(wuhan, opened_by="person:officer-4")

    async def refuse(by: str, body: dict[str, Any] = given, *, of: str = case) -> Any:
        async with wuhan.as_(by, "officer") as officer:
            path = f"/v1/vouchers/applications/{of}/refusal"
            return await officer.post(path, json=body, headers={"Idempotency-Key": new_id().hex})

    assert reasons(await refuse("person:officer-1")) == ["second_officer_needed"]
    unfounded = given | {"clauses": ["XZ-99"]}
    assert reasons(await refuse("person:officer-4", unfounded)) == ["decided_by_entering_officer", "clause_unknown"]
    refused = await refuse("person:officer-2")
    assert (refused.status_code, refused.json()["status"], refused.json()["refusal_clauses"]) == (
        200, "refused", ["WH-18"],
    )  # fmt: skip
    assert (await refuse("person:officer-2")).json()["code"] == "case_refused"
    assert (await wuhan.issue(tranche, None, case_id=case)).json()["code"] == "case_refused"
    granted = await an_accepted_case(wuhan)
    assert (await wuhan.issue(tranche, None, case_id=granted)).status_code == 201
    assert (await refuse("person:officer-2", of=granted)).json()["code"] == "case_answered"
    async with wuhan.process.app.state.sessions() as session:
        told = select(OutboxEvent.data).where(
            OutboxEvent.city_code == wuhan.code, OutboxEvent.type == "voucher.application_refused"
        )
        (fact,) = await session.scalars(told)
    assert (fact["case_outcome"], fact["applicant_id"]) == ("refused", str(HOLDER))
    assert fact["case_reasons"] == [{"text": given["reason"], "clause": "WH-18"}]
    async with wuhan.holder() as applicant, wuhan.holder(PROVIDER) as other:
        own = (await applicant.get("/v1/vouchers/applications", params={"status": "refused"})).json()["items"]
        assert [(one["id"], one["refusal_reason"]) for one in own] == [(case, given["reason"])]
        assert (await other.get("/v1/vouchers/applications")).json()["items"] == []


async def test_a_case_refused_and_issued_on_at_once_ends_one_way(wuhan: Wuhan) -> None:
    tranche, case = await wuhan.tranche(), await an_accepted_case(wuhan)
    body = {"reason": "本年度额度已用完", "clauses": ["WH-18"]}
    async with wuhan.as_("person:officer-3", "officer") as officer:
        path = f"/v1/vouchers/applications/{case}/refusal"
        refuse = officer.post(path, json=body, headers={"Idempotency-Key": new_id().hex})
        issued, refused = await asyncio.gather(wuhan.issue(tranche, None, case_id=case), refuse)
    ended = {(201, 409): "case_answered", (409, 200): "case_refused"}[issued.status_code, refused.status_code]
    assert next(one for one in (issued, refused) if one.status_code == 409).json()["code"] == ended


async def test_either_a_case_or_a_holder(wuhan: Wuhan) -> None:
    tranche = await wuhan.tranche()
    assert (await wuhan.issue(tranche, None)).status_code == 422
    assert (await wuhan.issue(tranche, HOLDER, case_id=encode_id("case", new_id()))).status_code == 422
    assert (await wuhan.issue(tranche, None, case_id=encode_id("case", new_id()))).status_code == 404


async def test_a_code_is_shown_once_and_stored_as_a_keyed_hash_only(
    wuhan: Wuhan, capfd: pytest.CaptureFixture[str]
) -> None:
    _, voucher, code = await wuhan.a_voucher()
    plain = code.replace("-", "")
    async with wuhan.officer() as officer:
        shown = await officer.get(f"/v1/vouchers/vouchers/{voucher}")
    await wuhan.redeem(wuhan.a_claim(code))
    await wuhan.redeem(wuhan.a_claim(code, service_kind="Not A Kind"))
    async with wuhan.process.app.state.sessions() as session:
        tables = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        kept = [str(await session.scalar(text(f"SELECT string_agg(t::text, ' ') FROM {name} t"))) for name in tables]
    captured = capfd.readouterr()
    for place in (*kept, shown.text, captured.out, captured.err):
        assert plain not in place
        assert code not in place


async def test_a_new_code_makes_the_old_one_worthless(wuhan: Wuhan) -> None:
    _, voucher, old = await wuhan.a_voucher()
    new = await wuhan.code_of(voucher)
    unknown = await wuhan.redeem(wuhan.a_claim(old))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "voucher_code_unknown")
    assert (await wuhan.redeem(wuhan.a_claim(new))).status_code == 201


async def test_what_expires_unused_goes_back_to_the_tranche_and_expires_once(wuhan: Wuhan) -> None:
    tranche, voucher, code = await wuhan.a_voucher()
    assert (await wuhan.redeem(wuhan.a_claim(code))).status_code == 201
    assert (await balances(wuhan, tranche))[:3] == (100_000_000 - FACE_FEN, FACE_FEN - 1_500_000, 1_500_000)
    await wuhan.move_clock(400)
    for _ in range(100):
        async with wuhan.officer() as officer:
            found = (await officer.get(f"/v1/vouchers/vouchers/{voucher}")).json()
        if found["status"] == "expired":
            break
        await asyncio.sleep(0.1)
    assert (found["status"], found["remaining_fen"], found["lapsed_fen"]) == ("expired", 0, FACE_FEN - 1_500_000)
    assert (await balances(wuhan, tranche))[:3] == (100_000_000 - 1_500_000, 0, 1_500_000)
    async with wuhan.process.app.state.sessions() as session:
        fired = select(func.count()).where(
            Timer.kind == EXPIRES, Timer.city_code == wuhan.code, Timer.fired_at.is_not(None)
        )
        assert await session.scalar(fired) == 1
    late = await wuhan.redeem(wuhan.a_claim(code))
    assert "voucher_expired" in reasons(late)


async def test_whose_vouchers_who_sees(wuhan: Wuhan) -> None:
    _, voucher, _code = await wuhan.a_voucher()
    path = f"/v1/vouchers/vouchers/{voucher}"
    for client, status in (
        (wuhan.as_("client:a", "portal", organisation=HOLDER), 200),
        (wuhan.as_("client:b", "portal", organisation=PROVIDER), 404),
        (wuhan.as_("client:c", "portal"), 404),
        (wuhan.as_("person:finance-1", "finance"), 200),
        (wuhan.process.as_("person:officer-1", "officer"), 404),  # of another city
        (wuhan.process.client(), 401),
    ):
        async with client:
            assert (await client.get(path)).status_code == status
            listed = await client.get("/v1/vouchers/vouchers")
            if status in {200, 404}:
                assert len(listed.json()["items"]) == (status == 200)
    async with wuhan.as_("client:a", "portal", organisation=HOLDER) as holder:
        assert (await holder.put(f"{path}/code")).status_code == 403


async def test_whoever_issued_a_voucher_does_not_make_its_code(wuhan: Wuhan) -> None:
    issued = await wuhan.issue(await wuhan.tranche())
    async with wuhan.officer() as issuer:
        refused = await issuer.put(f"/v1/vouchers/vouchers/{issued.json()['id']}/code")
    assert (refused.status_code, refused.json()["code"]) == (409, "second_officer_makes_code")
    assert await wuhan.code_of(issued.json()["id"])


async def test_the_database_keeps_value_and_status_together(wuhan: Wuhan) -> None:
    await wuhan.a_voucher()
    async with wuhan.process.app.state.sessions() as session:
        for change in ("remaining_fen = -1", "remaining_fen = 0", "remaining_fen = face_fen + 1", "status = 'expired'"):
            with pytest.raises(Exception, match="ck_voucher"):
                await session.execute(
                    text(f"UPDATE voucher SET {change} WHERE city_code = :city"), {"city": wuhan.code}
                )
            await session.rollback()
        assert await session.scalar(select(Voucher.status).where(Voucher.city_code == wuhan.code)) is not None
