"""A sandbox city of a test with its own budget, people and bank, in a running funds process."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import select

from contracts.policy import PolicySnapshotPublished
from kernel import clock
from kernel.ids import encode_id, new_id
from kernel.outbox import OutboxEvent
from policy.snapshots import Snapshot
from tests.builders.neighbours import answers
from tests.builders.processes import Process

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
POOL = "/v1/funds/loan-pool"
FUND = "fund.loan_risk"
FIRM = UUID(int=4711)


def registry_answer(path: str, city: str) -> Mapping[str, Any] | int:
    """Every organisation is a bank with an account."""
    who = path.split("/")[3]
    if who == "firms":
        firm = {"id": str(FIRM), "city_code": city, "name": "徐州淮海传感科技有限公司", "status": "active"}
        return {"organisation": firm | {"kind": "firm", "credit_code": "91320300MA1MABC18R"}}
    if path.endswith("/controller-group"):
        return a_group(who, city)
    known = {"id": who, "city_code": city, "name": "彭城银行", "status": "active"}
    if path.endswith("/payee"):
        account = {"payee_name": "彭城银行", "account_number": "6222020200112233445", "bank_name": "彭城银行营业部"}
        return known | account
    return known | {"kind": "bank", "credit_code": None}


def a_group(organisation_id: str, city: str, *, predecessors: Collection[str] = ()) -> dict[str, Any]:
    """Nobody is known to control it."""
    return {
        "organisation_id": organisation_id, "city_code": city, "on": clock.today(city).isoformat(), "is_known": False,
        "members": [], "predecessors": list(predecessors),
    }  # fmt: skip


class Town:
    """A sandbox city of the test with its own budget, people and bank."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.city = f"320300-{new_id().hex[-8:]}"
        self.bank = new_id()
        answers(process, "registry", lambda path: registry_answer(path, self.city))

    async def knows(self, snapshot: Snapshot) -> None:
        told = snapshot.model_copy(update={"city_code": self.city})
        event = PolicySnapshotPublished(version=told.version, hash=told.hash, pack_id=told.pack.pack, body=told.body)
        outcome = await self.process.tell(event.TYPE, event.model_dump(mode="json"), city=self.city, subject=self.city)
        assert outcome["outcome"] == "done", outcome

    async def opens(self) -> None:
        opened = {"city_code": self.city, "pack_id": "xuzhou", "name_zh": "沙箱", "name_en": "Box", "is_sandbox": True}
        await self.process.tell("city.opened", opened, city=self.city, subject=self.city)

    async def moves_clock(self, days: int) -> None:
        moved = {"city_code": self.city, "offset_seconds": days * 86_400}
        await self.process.tell("city.clock_moved", moved, city=self.city, subject=self.city)

    def person(self, name: str, role: str) -> httpx2.AsyncClient:
        return self.process.as_(f"person:{name}", role, city=self.city)

    def bank_client(self, bank: UUID | None = None) -> httpx2.AsyncClient:
        return self.process.as_(
            f"bank-{bank or self.bank}", "bank", city=self.city, organisation=str(bank or self.bank)
        )

    async def post(self, client: httpx2.AsyncClient, path: str, body: Any, status: int, **headers: str) -> Any:
        async with client:
            answer = await client.post(path, json=body, headers={"Idempotency-Key": new_id().hex} | headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, client: httpx2.AsyncClient, path: str) -> Any:
        async with client:
            answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def told(self, kind: str) -> list[dict[str, Any]]:
        """What the city's claims made known, by type."""
        wanted = select(OutboxEvent.data).where(OutboxEvent.city_code == self.city, OutboxEvent.type == kind)
        async with self.process.app.state.sessions() as session:
            return list(await session.scalars(wanted.order_by(OutboxEvent.seq)))

    async def has_fund(self, amount_fen: int = 2_000_000_000) -> None:
        year = clock.today(self.city).year
        for step in ("appropriations", "allotments"):
            body = {"amount_fen": amount_fen, "document": "徐财预〔2026〕1号"}
            await self.post(self.person("finance-1", "finance"), f"/v1/funds/budgets/{FUND}/{year}/{step}", body, 201)

    async def admits_bank(self) -> None:
        body = {"bank_id": encode_id("org", self.bank), "product": "成果转化贷", "agreement": "协议 1"}
        await self.post(self.person("operator-1", "operator"), f"{POOL}/banks", body, 201)

    def loan(self, reference: str = "HT-1", **more: Any) -> dict[str, Any]:
        today = clock.today(self.city)
        return {
            "bank_reference": reference,
            "borrower_id": encode_id("org", new_id()),
            "principal_fen": 200_000_000,
            "disbursed_on": today.isoformat(),
            "due_on": (today + timedelta(days=30)).isoformat(),
        } | more

    async def registers(self, reference: str = "HT-1", **more: Any) -> str:
        loan = await self.post(self.bank_client(), f"{POOL}/loans", self.loan(reference, **more), 201)
        return str(loan["id"])

    def loss(self, loan_id: str, **more: Any) -> dict[str, Any]:
        return {
            "loan_id": loan_id,
            "outstanding_principal_fen": 100_000_001,
            "outstanding_interest_fen": 3_000_000,
            "recovered_fen": 0,
            "documents": ["claim_application", "loan_contract", "disbursement_voucher"],
        } | more

    async def lodges(self, loan_id: str, reference: str = "DC-1", status: int = 201, **more: Any) -> Any:
        body = self.loss(loan_id, **more) | {"bank_reference": reference}
        return await self.post(self.bank_client(), f"{POOL}/claims", body, status)

    async def decides(self, claim_id: str, *, by: str = "finance-1", year: int | None = None, status: int = 200) -> Any:
        body = {"policy_year": year or clock.today(self.city).year}
        return await self.post(self.person(by, "finance"), f"{POOL}/claims/{claim_id}/decision", body, status)

    async def pays(self, order_id: str, amount_fen: int) -> Any:
        path = f"/v1/funds/payment-orders/{order_id}"
        read = await self.get(self.person("finance-2", "finance"), path)
        seen = {"If-Match": f'"v{read["version"]}"'}
        await self.post(self.person("finance-2", "finance"), f"{path}/release", {}, 200, **seen)
        await self.post(self.person("finance-2", "finance"), "/v1/funds/payment-batches", {}, 201)
        line = {
            "order_id": order_id, "outcome": "settled", "amount_fen": amount_fen,
            "settled_on": clock.today(self.city).isoformat(), "bank_reference": f"LS-{order_id[-8:]}",
        }  # fmt: skip
        return await self.post(self.person("finance-2", "finance"), "/v1/funds/confirmations", {"lines": [line]}, 200)
