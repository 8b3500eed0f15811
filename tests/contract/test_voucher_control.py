"""Vouchers and funds as they really answer each other: the sub-ledger and the control account agree at every moment."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from contracts.subscriptions import SUBSCRIPTIONS
from devtools.databases import Database
from kernel.client import ServiceClient
from kernel.ids import decode_id, encode_id, new_id
from kernel.outbox import OutboxEvent
from services.funds import main as funds_main
from services.funds.invoices.models import Invoice
from services.vouchers import main as vouchers_main
from services.vouchers.settings import VoucherSettings
from tests.builders.neighbours import answers
from tests.builders.processes import Process, running
from tests.builders.vouchers import HOLDER, PROGRAMME, PROVIDER, Wuhan

pytestmark = pytest.mark.anyio
ALLOTTED_FEN = 50_000_000


class Both:
    """The two processes over their own databases, with a relay that carries facts when it is told to."""

    def __init__(self, vouchers: Process, funds: Process) -> None:
        self.vouchers, self.funds = vouchers, funds
        self.wuhan = Wuhan(vouchers)
        self._carried: set[object] = set()

    async def open(self) -> None:
        await self.wuhan.open()
        self.vouchers.app.state.neighbours["funds"] = ServiceClient(
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.funds.app)),
            _SignedBy(self.funds),  # type: ignore[arg-type]
            audience="funds",
            base_url="http://funds.test",
        )
        await self._copy_to_funds("city.opened", self.wuhan.known)
        await self._copy_to_funds("policy.snapshot_published", self.wuhan.policy)

    async def _copy_to_funds(self, kind: str, data: dict[str, object]) -> None:
        outcome = await self.funds.tell(kind, data, city=self.wuhan.code)
        assert outcome["outcome"] == "done", outcome

    async def allot(self) -> str:
        """Budget, and a tranche out of it; answers the tranche."""
        year = self.wuhan.today.year
        line, money = (
            f"/v1/funds/budgets/{PROGRAMME}/{year}",
            {"amount_fen": ALLOTTED_FEN, "document": "武财〔2026〕1号"},
        )
        tranche = {"programme": PROGRAMME, "policy_year": year, "amount_fen": ALLOTTED_FEN}
        steps = ((f"{line}/appropriations", money), (f"{line}/allotments", money), ("/v1/funds/tranches", tranche))
        async with self.funds.as_("person:finance-1", "finance", city=self.wuhan.code) as finance:
            for path, body in steps:
                answer = await finance.post(path, json=body, headers={"Idempotency-Key": new_id().hex})
                assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def carry(self, source: Process, target: Process, *kinds: str) -> int:
        """Tell what is in the source's outbox and was not told before; how much that was."""
        async with source.app.state.sessions() as session:
            wanted = select(OutboxEvent).where(OutboxEvent.type.in_(kinds), OutboxEvent.city_code == self.wuhan.code)
            rows = [
                row for row in await session.scalars(wanted.order_by(OutboxEvent.seq)) if row.id not in self._carried
            ]
        for row in rows:
            envelope = {"id": str(row.id), "occurred_at": row.occurred_at.isoformat(), "actor": row.actor}
            outcome = await target.tell(row.type, row.data, city=row.city_code, subject=row.subject, **envelope)
            assert outcome["outcome"] == "done", outcome
            self._carried.add(row.id)
        return len(rows)

    async def carry_all(self) -> int:
        told = await self.carry(self.vouchers, self.funds, *SUBSCRIPTIONS["vouchers"]["funds"])
        return told + await self.carry(self.funds, self.vouchers, *SUBSCRIPTIONS["funds"]["vouchers"])

    async def post(self, process: Process, who: str, path: str, body: Any = None, *, version: int = 0) -> Any:
        headers = {"Idempotency-Key": new_id().hex} | ({"If-Match": f'"v{version}"'} if version else {})
        async with process.as_(f"person:{who}", "finance", city=self.wuhan.code) as person:
            answer = await person.post(path, json=body or {}, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()


class _SignedBy:
    """A workload's tokens, signed by the window of the process that is called."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def token(self, audience: str, _actor_token: str | None = None) -> str:
        return self._process.signer.token(audience, "workload:vouchers", roles=["workload"], city="")


@pytest.fixture
async def both(database: Callable[[str], Database], tmp_path: Path) -> AsyncIterator[Both]:
    own = {"settings": VoucherSettings, "voucher_code_key": "k" * 40}
    async with (
        running(vouchers_main.build, "vouchers", database("vouchers"), tmp_path, **own) as vouchers,
        running(funds_main.build, "funds", database("funds"), tmp_path) as funds,
    ):
        found = Both(vouchers, funds)
        await found.open()
        yield found


async def test_they_agree_while_thirty_redemptions_are_under_way(both: Both) -> None:
    wuhan, tranche = both.wuhan, await both.allot()
    await both.carry_all()
    await wuhan.admit(PROVIDER)
    codes = [await wuhan.code_of((await wuhan.issue(tranche, HOLDER)).json()["id"]) for _ in range(2)]

    redeeming = asyncio.gather(*(wuhan.insist(wuhan.a_claim(codes[n % 2])) for n in range(30)))
    checks = []
    while not redeeming.done():
        checks.append(await wuhan.agreement(tranche))
        await both.carry_all()
        checks.append(await wuhan.agreement(tranche))
    answers = await redeeming
    while await both.carry_all():
        checks.append(await wuhan.agreement(tranche))

    assert sum(answer.json()["amount_fen"] for answer in answers if answer.status_code == 201) == 10_000_000
    assert any(found["in_transit_fen"] for found in checks)
    assert [found["reasons"] for found in checks if not found["agrees"]] == []
    last = await wuhan.agreement(tranche)
    assert (last["agrees"], last["control_fen"], last["unissued_fen"]) == (True, 40_000_000, 40_000_000)
    assert (last["issued_fen"], last["in_transit_fen"], last["untold_fen"]) == (0, 0, 0)
    assert last["settled_fen"] == last["booked_fen"] == 10_000_000


async def test_before_funds_is_told_its_control_account_stands_as_allotted(both: Both) -> None:
    wuhan, tranche = both.wuhan, await both.allot()
    async with wuhan.officer() as officer:
        assert (await officer.get(f"/v1/vouchers/tranches/{tranche}")).status_code == 404  # nobody has told us yet
    await both.carry_all()
    await wuhan.admit(PROVIDER)
    code = await wuhan.code_of((await wuhan.issue(tranche, HOLDER)).json()["id"])
    await wuhan.redeem(wuhan.a_claim(code))
    in_transit = await wuhan.agreement(tranche)
    assert (in_transit["agrees"], in_transit["control_fen"], in_transit["in_transit_fen"]) == (
        True,
        ALLOTTED_FEN,
        1_500_000,
    )
    await both.carry(both.vouchers, both.funds, "voucher.redeemed")
    untold = await wuhan.agreement(tranche)
    assert (untold["agrees"], untold["control_fen"], untold["untold_fen"]) == (
        True,
        ALLOTTED_FEN - 1_500_000,
        1_500_000,
    )


async def test_a_reversed_redemption_stops_the_payment_and_comes_back_under_control(both: Both) -> None:
    """Redeemed, booked, found false by two thirds: both sides agree at every step, and so do the checks of funds."""
    wuhan, tranche = both.wuhan, await both.allot()
    await both.carry_all()
    await wuhan.admit(PROVIDER)
    code = await wuhan.code_of((await wuhan.issue(tranche, HOLDER)).json()["id"])
    done = (await wuhan.redeem(wuhan.a_claim(code))).json()
    await both.carry_all()
    finding = {
        "redemption_id": done["id"], "kind": "found_false", "amount_fen": 1_000_000,
        "reason": "服务未实际开展", "evidence": ["现场核查记录"],
    }  # fmt: skip
    async with wuhan.officer() as first, wuhan.as_("person:officer-3", "officer") as second:
        found = await first.post("/v1/vouchers/findings", json=finding, headers={"Idempotency-Key": "one"})
        path = f"/v1/vouchers/findings/{found.json()['id']}"
        assert (await second.post(f"{path}/confirm", headers={"If-Match": '"v1"'})).status_code == 200
    seen = [await wuhan.agreement(tranche)]
    assert await both.carry(both.vouchers, both.funds, "voucher.redemption_reversed") == 1
    seen.append(await wuhan.agreement(tranche))
    assert await both.carry_all() == 1
    seen.append(await wuhan.agreement(tranche))
    assert [one["reasons"] for one in seen] == [[], [], []]
    figures = ("control_fen", "reversed_fen", "returning_fen", "unissued_fen")
    assert [[one[name] for name in figures] for one in seen] == [
        [48_500_000, 0, 1_000_000, 45_000_000],
        [49_500_000, 1_000_000, 1_000_000, 45_000_000],
        [49_500_000, 1_000_000, 0, 46_000_000],
    ]
    async with both.funds.as_("person:auditor-1", "auditor", city=wuhan.code) as auditor:
        checks = (await auditor.get("/v1/funds/assurance")).json()
        accounts = (await auditor.get("/v1/funds/books/accounts")).json()["items"]
    assert [check for check in checks["checks"] if not check["green"]] == []
    # Told again, or more than was booked: nothing moves.
    told = {
        "finding_id": str(new_id()), "redemption_id": str(decode_id("rdm", done["id"])),
        "voucher_id": str(new_id()), "tranche_id": str(decode_id("trn", tranche)), "provider_id": str(PROVIDER),
        "amount_fen": 500_001, "cause": "found_false",
    }  # fmt: skip
    again = told | {"finding_id": str(decode_id("fnd", found.json()["id"])), "amount_fen": 1_000_000}
    outcomes = [
        (await both.funds.tell("voucher.redemption_reversed", data, city=wuhan.code))["outcome"]
        for data in (again, told)
    ]
    assert outcomes[0] == "done" != outcomes[1]
    assert (await wuhan.agreement(tranche))["control_fen"] == 49_500_000
    owed = [one["balance_fen"] for one in accounts if one["code"].endswith(f"/payable/{PROVIDER}")]
    assert owed == [500_000]


async def test_a_provider_has_its_money_from_voucher_to_bank_line(both: Both) -> None:
    """Redeemed, settled by two, ordered by a third, released by a fourth, paid by the bank, told back."""
    wuhan, tranche = both.wuhan, await both.allot()
    payee = {
        "id": str(PROVIDER), "city_code": wuhan.code, "name": "武汉某检测有限公司", "status": "active",
        "payee_name": "武汉某检测有限公司", "account_number": "4206020109000654321", "bank_name": "工行光谷支行",
    }  # fmt: skip
    answers(both.funds, "registry", lambda path: payee if path.endswith("/payee") else 404)
    await both.carry_all()
    await wuhan.admit(PROVIDER)
    code = await wuhan.code_of((await wuhan.issue(tranche, HOLDER)).json()["id"])
    await wuhan.redeem(wuhan.a_claim(code))
    while await both.carry_all():
        pass
    owed = {
        "tranche_id": tranche, "organisation_id": encode_id("org", PROVIDER), "until_on": wuhan.today.isoformat(),
    }  # fmt: skip
    statement = await both.post(both.vouchers, "finance-1", "/v1/vouchers/settlements", owed)
    path = f"/v1/vouchers/settlements/{statement['id']}"
    await both.post(both.vouchers, "finance-1", f"{path}/publish", version=1)
    await both.post(both.vouchers, "finance-2", f"{path}/confirm", version=2)
    await both.carry_all()
    at_funds = f"/v1/funds/voucher-settlements/{statement['id']}/payment-order"
    order = (await both.post(both.funds, "finance-3", at_funds, version=1))["payment_order_id"]
    await both.post(both.funds, "finance-4", f"/v1/funds/payment-orders/{order}/release", version=1)
    await both.post(both.funds, "finance-4", "/v1/funds/payment-batches", {"order_ids": [order]})
    said = {
        "order_id": order, "outcome": "settled", "amount_fen": 1_500_000, "settled_on": wuhan.today.isoformat(),
        "bank_reference": "GG-1",
    }  # fmt: skip
    (line,) = (await both.post(both.funds, "finance-4", "/v1/funds/confirmations", {"lines": [said]}))["lines"]
    assert line["outcome"] == "settled"
    await both.carry_all()
    async with both.funds.as_("person:auditor-1", "auditor", city=wuhan.code) as auditor:
        chain = (await auditor.get(f"/v1/funds/payment-orders/{order}/chain")).json()
        checks = (await auditor.get("/v1/funds/assurance")).json()["checks"]
    async with wuhan.as_("person:auditor-1", "auditor") as auditor:
        seen = (await auditor.get(path)).json()
        (redemption,) = chain["redemptions"]
        ruled = await auditor.get(f"/v1/vouchers/determinations/{redemption['determination_id']}")
    assert (seen["status"], seen["paid_on"]) == ("paid", wuhan.today.isoformat())
    assert [check for check in checks if not check["green"]] == []
    assert (ruled.status_code, ruled.json()["outcome"]) == (200, "eligible")
    assert (await wuhan.agreement(tranche))["agrees"]


async def test_an_invoice_is_used_once_over_both_services(both: Both) -> None:
    """A voucher and, at the same time, another service ask for one invoice: exactly one has it, for ever."""
    wuhan, tranche = both.wuhan, await both.allot()
    await both.carry_all()
    await wuhan.admit(PROVIDER)
    code = await wuhan.code_of((await wuhan.issue(tranche, HOLDER)).json()["id"])
    won = 0
    for _ in range(4):
        claim = wuhan.a_claim(code, contract_net_fen=100_000)
        redeemed, elsewhere = await asyncio.gather(wuhan.insist(claim), _asks_for(both, claim["invoice"]["number"]))
        assert (redeemed.status_code == 201) != elsewhere
        won += redeemed.status_code == 201
        if redeemed.status_code != 201:
            assert [reason["code"] for reason in redeemed.json()["reasons"]] == ["invoice_used"]
    await both.carry_all()
    async with both.funds.app.state.sessions() as session:
        rows = list(
            await session.scalars(select(Invoice).where(Invoice.city_code == wuhan.code, Invoice.service == "vouchers"))
        )
    assert [row.held_until for row in rows if not row.is_released] == [None] * won


async def _asks_for(both: Both, number: str) -> bool:
    """Another service asks until it knows; whether the invoice is its own now."""
    asked = {
        "city_code": both.wuhan.code, "reference": str(new_id()), "claimed_for": str(new_id()),
        "subject_kind": "statement", "programme_kind": "hosting", "claimed_on": both.wuhan.today.isoformat(),
        "hold": True, "invoices": [{"number": number, "amount_fen": 1}],
    }  # fmt: skip
    async with both.funds.as_("workload:events", "workload") as events:
        while (answer := await events.post("/internal/invoices/claims", json=asked)).status_code != 200:
            assert answer.json()["code"] == "invoice_taken"
    free: bool = answer.json()["used"] == []
    return free
