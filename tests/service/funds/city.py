"""A city whose funds are under test: its policy as published, its people, its registry, and words to act with."""

import asyncio
import itertools
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import PayeeReply
from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from kernel.outbox import OutboxEvent
from kernel.workdays import Workdays
from ledger.reading import trial_balance
from policy.calendar import workdays
from policy.loader import load_pack
from policy.snapshots import Setting, Snapshot, first_snapshot
from services.funds.payments.models import PaymentOrder
from tests.builders.neighbours import answers
from tests.builders.processes import Process

NOTHING_OPEN = {"fund.award_subsidy.period": "annual", "award.recognition.upgrade_treatment": "difference"}
FUND = "fund.award_subsidy"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_cities = itertools.count(1)


def calendars(today: date) -> tuple[Workdays, Workdays]:
    """(before, after): no year from this one on has a notice; then all have, and every second working day rests."""
    shipped, ahead = workdays(), [today + timedelta(days=n) for n in range(1, 800)]
    before = replace(shipped, last_year=today.year - 1)
    rests = dict.fromkeys([day for day in ahead if before.works(day)][::2], False)
    after = replace(shipped, exceptions={**shipped.exceptions, **rests}, last_year=today.year + 3, version="after")
    return before, after


def count_by(monkeypatch: pytest.MonkeyPatch, days: Workdays, *modules: ModuleType) -> None:
    """From now on these count working days by that calendar."""
    for module in modules:
        monkeypatch.setattr(module, "workdays", lambda: days)


@dataclass
class City:
    """One sandbox city, fresh for each test."""

    process: Process
    snapshot: Snapshot
    payees: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.snapshot.city_code

    @property
    def year(self) -> int:
        return clock.today(self.code).year

    @property
    def today(self) -> str:
        return clock.today(self.code).isoformat()

    def as_(self, subject: str, *roles: str, **identity: Any) -> Any:
        return self.process.as_(
            f"person:{subject}", *(roles or (subject.partition("-")[0],)), city=self.code, **identity
        )

    async def call(
        self,
        who: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        if_match: str | None = None,
        **more: Any,
    ) -> Any:
        """The answer to one call of a person; every POST has its own key unless one is given."""
        headers = {"Idempotency-Key": key or new_id().hex} if method == "POST" else {}
        headers |= {"If-Match": if_match} if if_match else {}
        async with self.as_(who, **more) as client:
            return await client.request(method, path, json=body if method == "POST" else None, headers=headers)

    async def get(self, path: str, who: str = "auditor-1") -> Any:
        answer = await self.call(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, who: str, path: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        answer = await self.call(who, "POST", path, {} if body is None else body, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def publish(self, settings: Mapping[str, Any], *, pending: bool = True) -> None:
        """The next version of the policy: values an operator set, said to apply to pending cases."""
        made = [
            Setting(parameter=key, value=value, effective_on=clock.today(self.code), recorded_at=clock.now(self.code),
                    reason="test", set_by="person:operator-1", approved_by="person:officer-1",
                    applies_to_pending=pending)
            for key, value in settings.items()
        ]  # fmt: skip
        self.snapshot = self.snapshot.with_settings(made)
        await self.tell_policy()

    async def tell_policy(self) -> None:
        told = {
            "version": self.snapshot.version,
            "hash": self.snapshot.hash,
            "pack_id": self.snapshot.pack.pack,
            "body": self.snapshot.body,
        }
        outcome = await self.process.tell("policy.snapshot_published", told, city=self.code, subject=self.code)
        assert outcome["outcome"] == "done", outcome

    async def budget(self, allotted_fen: int, *, fund: str = FUND, appropriated_fen: int | None = None) -> None:
        """This year's money behind a fund."""
        path = f"/v1/funds/budgets/{fund}/{self.year}"
        granted = {"amount_fen": appropriated_fen or allotted_fen, "document": "徐财教〔2026〕18号"}
        await self.post("finance-1", f"{path}/appropriations", granted, status=201)
        await self.post("finance-1", f"{path}/allotments", granted | {"amount_fen": allotted_fen}, status=201)

    def organisation(self, **payee: Any) -> UUID:
        """An organisation the registry knows, with an account unless said otherwise."""
        organisation_id = new_id()
        known = {
            "id": str(organisation_id), "city_code": self.code, "name": "徐州云创众创空间", "status": "active",
            "payee_name": "徐州云创众创空间", "account_number": "1106020109000123456", "bank_name": "工行云龙支行",
        } | payee  # fmt: skip
        PayeeReply.model_validate(known)
        self.payees[organisation_id] = known
        by_path = {f"/internal/organisations/{one['id']}/payee": one for one in self.payees.values()}
        answers(self.process, "registry", lambda path: by_path.get(path, 404))
        return organisation_id

    async def recognise(
        self, *, carrier: UUID, organisation: UUID, level: str = "municipal", **more: Any
    ) -> dict[str, Any]:
        """The registry tells of a recognised key makerspace. Answers what it told."""
        told = {
            "case_id": str(new_id()), "recognition_id": str(new_id()), "carrier_id": str(carrier),
            "organisation_id": str(organisation), "carrier_kind": "makerspace", "level": level, "is_key": True,
            "recognised_on": self.today, "certificate_number": "XZ-2026-0001", "determination_id": str(new_id()),
            "decided_by": "person:officer-2", "accepted_on": self.today,
            "accepted_at": (clock.now(self.code) - timedelta(minutes=1)).isoformat(),
        } | more  # fmt: skip
        outcome = await self.process.tell("carrier.recognised", told, city=self.code, subject=told["carrier_id"])
        assert outcome["outcome"] == "done", outcome
        return told

    async def entitlements(self, **query: str) -> list[dict[str, Any]]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        found: list[dict[str, Any]] = (await self.get(f"/v1/funds/entitlements?{asked}"))["items"]
        return found

    async def awarded(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """The entitlement a recognition opened."""
        (found,) = await self.entitlements(case_id=encode_id("case", UUID(told["case_id"])))
        return found

    async def approve(self, entitlement: Mapping[str, Any], who: str = "finance-1", **more: Any) -> dict[str, Any]:
        approved: dict[str, Any] = await self.post(who, f"/v1/funds/entitlements/{entitlement['id']}/approval", **more)
        return approved

    async def order_of(self, entitlement: Mapping[str, Any]) -> dict[str, Any]:
        found = await self.get(f"/v1/funds/entitlements/{entitlement['id']}")
        order: dict[str, Any] = await self.get(f"/v1/funds/payment-orders/{found['payment_order_id']}")
        return order

    async def release(self, order: Mapping[str, Any], who: str = "finance-2", **more: Any) -> Any:
        """Release an order as it was read."""
        path = f"/v1/funds/payment-orders/{order['id']}/release"
        return await self.post(who, path, if_match=f'"v{order["version"]}"', **more)

    async def adopt_payee(self, order: Mapping[str, Any], who: str, **more: Any) -> Any:
        """Take over the account the registry has now."""
        path = f"/v1/funds/payment-orders/{order['id']}/payee"
        return await self.post(who, path, if_match=f'"v{order["version"]}"', **more)

    async def send(self, order: Mapping[str, Any], who: str = "finance-2") -> dict[str, Any]:
        """Release an order and put it into a file."""
        await self.release(order, who)
        batch: dict[str, Any] = await self.post(
            who, "/v1/funds/payment-batches", {"order_ids": [order["id"]]}, status=201
        )
        return batch

    def line(self, order: Mapping[str, Any], reference: str, **more: Any) -> dict[str, Any]:
        """What the bank says of an order."""
        return {
            "order_id": order["id"], "outcome": "settled", "amount_fen": order["amount_fen"],
            "settled_on": self.today, "bank_reference": reference,
        } | more  # fmt: skip

    async def confirm(self, *lines: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
        answered = await self.post("finance-2", "/v1/funds/confirmations", {"lines": list(lines)}, **more)
        found: list[dict[str, Any]] = answered["lines"]
        return found

    async def books(self) -> dict[str, int]:
        """The whole trial balance in yuan, by account without its line and payee; accounts at zero left out."""
        async with self.process.app.state.sessions() as session:
            lines = await trial_balance(session, city_code=self.code)
        found: dict[str, int] = {}
        for line in lines:
            if line.balance_fen:
                name = line.code.split("/")[3]
                found[name] = found.get(name, 0) + line.balance_fen // 100
        return found

    async def assert_sound(self) -> None:
        """Every invariant holds and the journal proves itself."""
        found = await self.get("/v1/funds/assurance")
        assert found["green"], [check for check in found["checks"] if not check["green"]]
        assert await self.get("/v1/funds/books/verification") == {"sound": True, "flaws": []}

    async def events(self, kind: str) -> list[dict[str, Any]]:
        """What the service told others, by type."""
        async with self.process.app.state.sessions() as session:
            rows = await session.scalars(
                select(OutboxEvent)
                .where(OutboxEvent.city_code == self.code, OutboxEvent.type == kind)
                .order_by(OutboxEvent.seq)
            )
            return [row.data for row in rows]


async def until_held(session: AsyncSession, *begun: asyncio.Task[Any]) -> None:
    """Until each of these waits for something that is locked, or the last is done."""
    async with asyncio.timeout(5):
        while not begun[-1].done() and await session.scalar(text(WAITING)) < len(begun):
            await asyncio.sleep(0.01)


async def behind_the_bank(
    city: City, order: Mapping[str, Any], subject: type[Any], asked: Coroutine[Any, Any, Any]
) -> Any:
    """What is answered while the bank's word holds an order, and then what it pays: a request that did so the other way
    round would wait for it for ever.
    """
    async with city.process.app.state.sessions() as bank, bank.begin():
        held = await bank.get_one(PaymentOrder, decode_id("pay", order["id"]), with_for_update=True)
        begun = asyncio.create_task(asked)
        await until_held(bank, begun)
        paid = select(subject.id).where(subject.id == held.subject_id).with_for_update(skip_locked=True)
        assert await bank.scalar(paid) == held.subject_id
    return await begun


async def open_city(process: Process, *, pack: str = "xuzhou", settings: Mapping[str, Any] = NOTHING_OPEN) -> City:
    """A new sandbox with its policy, and with the values that make awards payable unless said otherwise."""
    code = f"320300-{next(_cities):08d}"
    named = {"city_code": code, "pack_id": pack, "name_zh": "徐州市", "name_en": "Xuzhou", "is_sandbox": True}
    await process.tell("city.opened", named, city=code, subject=code)
    city = City(process, first_snapshot(code, load_pack(pack)))
    await city.publish(settings) if settings else await city.tell_policy()
    return city
