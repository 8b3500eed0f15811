"""A Wuhan sandbox at the vouchers service: its policy, its people, and funds as vouchers meets it."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2

from kernel import clock
from kernel.ids import ALPHABET, decode_id, encode_id, new_id
from policy.loader import load_pack
from policy.snapshots import Setting, Snapshot, first_snapshot
from tests.builders.neighbours import GROUP, Answer, alone, an_organisation, answers
from tests.builders.processes import Process

HOLDER, PROVIDER, ENDED, STRANGER, RIVAL = (UUID(int=number) for number in (101, 102, 103, 104, 105))
PROGRAMME = "voucher.innovation"
FACE_FEN = 5_000_000
SETTINGS = {
    "voucher.face_value": FACE_FEN,
    "voucher.holder_yearly_quota": 10_000_000,
    "voucher.share": 5_000,
    "voucher.validity_months": 12,
    "voucher.claim_months": 2,
}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class FundsBooks:
    """Funds as it is agreed: one control account per tranche, a register of what was booked."""

    allotted: dict[str, int] = field(default_factory=dict)
    booked: dict[str, int] = field(default_factory=dict)
    reversed: dict[str, int] = field(default_factory=dict)
    city_code: str = ""
    used: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str) -> Answer:
        if path == "/internal/invoices/claims":
            return {"used": self.used}
        tranche = path.rsplit("/", 1)[1]
        if path != f"/internal/tranches/{tranche}" or tranche not in self.allotted:
            return 404
        allotted, booked = self.allotted[tranche], self.booked.get(tranche, 0)
        back = self.reversed.get(tranche, 0)
        return {
            "tranche_id": tranche,
            "city_code": self.city_code,
            "programme": PROGRAMME,
            "policy_year": 2026,
            "allotted_fen": allotted,
            "control_fen": allotted - booked + back,
            "booked_fen": booked,
            "reversed_fen": back,
        }


class Wuhan:
    """One sandbox with a city code of its own, so that tests do not meet."""

    def __init__(self, process: Process, pack: str = "wuhan") -> None:
        self.process, self.funds, self.pack = process, FundsBooks(), load_pack(pack)
        self.code = f"{self.pack.city.code}-" + "".join(secrets.choice(ALPHABET) for _ in range(8))
        self.funds.city_code = self.code
        self.related: list[dict[str, Any]] = []
        self.endings: dict[UUID, dict[str, Any]] = {}
        self._settings: dict[str, Any] = {}
        self._snapshot: Snapshot = first_snapshot(self.code, self.pack)

    async def open(self, **settings: Any) -> "Wuhan":
        """Known to the service, with `settings` beside the usual ones; None leaves a parameter open."""
        await self.process.tell("city.opened", self.known, city=self.code)
        answers(self.process, "registry", self._registry)
        answers(self.process, "funds", self.funds.answer)
        await self.set_policy(SETTINGS | settings)
        return self

    def _registry(self, path: str) -> Answer:
        """Five organisations; `related` says how they are related, `endings` how they ended."""
        if path == "/internal/organisations/related":
            pair = {"a": str(HOLDER), "b": str(PROVIDER), "related": bool(self.related), "path": self.related}
            return {"pairs": [pair]}
        found = (
            an_organisation(HOLDER.int, name="武汉某科技有限公司", city=self.code, **self.endings.get(HOLDER, {})),
            an_organisation(PROVIDER.int, name="武汉某检测有限公司", city=self.code, **self.endings.get(PROVIDER, {})),
            an_organisation(ENDED.int, city=self.code, status="deregistered"),
            an_organisation(STRANGER.int, city="320300"),
            an_organisation(RIVAL.int, name="武汉另一检测有限公司", city=self.code, **self.endings.get(RIVAL, {})),
        )
        of = {f"/internal/organisations/{one['id']}": one for one in found}
        merged = {
            one["id"]: [str(ended) for ended, how in self.endings.items() if how.get("merged_into") == one["id"]]
            for one in found
        }
        groups = {
            f"{address}{GROUP}": alone(one["id"], self.code) | {"predecessors": merged[one["id"]]}
            for address, one in of.items()
        }
        return (of | groups).get(path, 404)

    @property
    def known(self) -> dict[str, Any]:
        """What the window tells when it opens the city."""
        names = {"name_zh": "武汉市", "name_en": "Wuhan"}
        return {"city_code": self.code, "pack_id": self.pack.pack, "is_sandbox": True} | names

    @property
    def policy(self) -> dict[str, Any]:
        """What the window tells of the policy now in force."""
        snapshot = self._snapshot
        told = {"version": snapshot.version, "hash": snapshot.hash, "pack_id": snapshot.pack.pack}
        return told | {"body": snapshot.body}

    async def set_policy(self, settings: dict[str, Any]) -> None:
        """Publish the next version of the city's policy."""
        found = [
            Setting(
                parameter=name,
                value=tuple(value) if isinstance(value, list) else value,
                effective_on=LONG_AGO.date(),
                recorded_at=LONG_AGO,
                reason="试行",
                set_by="person:operator-1",
                approved_by="person:operator-2",
            )
            for name, value in settings.items()
            if value is not None
        ]
        self._snapshot = self._snapshot.with_settings(found) if found else self._snapshot
        outcome = await self.process.tell("policy.snapshot_published", self.policy, city=self.code)
        assert outcome["outcome"] == "done", outcome

    @property
    def today(self) -> date:
        return clock.today(self.code)

    async def move_clock(self, days: int) -> None:
        told = {"city_code": self.code, "offset_seconds": days * 86_400}
        await self.process.tell("city.clock_moved", told, city=self.code)

    def as_(self, subject: str, *roles: str, organisation: UUID | None = None) -> httpx2.AsyncClient:
        bound = str(organisation) if organisation else None
        return self.process.as_(subject, *roles, city=self.code, organisation=bound)

    def officer(self) -> httpx2.AsyncClient:
        return self.as_("person:officer-2", "officer")

    def provider(self, organisation: UUID = PROVIDER) -> httpx2.AsyncClient:
        return self.as_("client:provider", "provider", organisation=organisation)

    async def tranche(self, amount_fen: int = 100_000_000, programme: str = PROGRAMME) -> str:
        """Allotted by funds and told; answers its id on the wire."""
        tranche_id = new_id()
        self.funds.allotted[str(tranche_id)] = amount_fen
        told = {
            "tranche_id": str(tranche_id),
            "programme": programme,
            "policy_year": 2026,
            "amount_fen": amount_fen,
        }
        outcome = await self.process.tell("tranche.allotted", told, city=self.code, subject=str(tranche_id))
        assert outcome["outcome"] == "done", outcome
        return encode_id("trn", tranche_id)

    async def admit(self, organisation: UUID = PROVIDER, **more: Any) -> httpx2.Response:
        body = {
            "organisation_id": encode_id("org", organisation),
            "division_code": "420106",
            "service_kinds": ["technical_testing"],
            "admitted_on": (self.today - timedelta(days=30)).isoformat(),
        } | more
        async with self.officer() as officer:
            return await officer.post("/v1/vouchers/providers", json=body)

    async def issue(self, tranche: str, holder: UUID | None = HOLDER, **more: Any) -> httpx2.Response:
        body = {"tranche_id": tranche, "holder_id": encode_id("org", holder)} if holder else {"tranche_id": tranche}
        key = {"Idempotency-Key": new_id().hex}
        async with self.officer() as officer:
            answer = await officer.post("/v1/vouchers/vouchers", json=body | more, headers=key)
            while answer.status_code == 503:
                answer = await officer.post("/v1/vouchers/vouchers", json=body | more, headers=key)
            return answer

    async def code_of(self, voucher: str) -> str:
        async with self.as_("person:officer-3", "officer") as officer:
            answer = await officer.put(f"/v1/vouchers/vouchers/{voucher}/code")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["code"])

    async def a_voucher(self) -> tuple[str, str, str]:
        """A tranche, an admitted provider, and a voucher out of it: tranche, voucher, code."""
        tranche = await self.tranche()
        admitted = await self.admit()
        assert admitted.status_code == 201, admitted.text
        issued = await self.issue(tranche)
        assert issued.status_code == 201, issued.text
        voucher = issued.json()["id"]
        return tranche, voucher, await self.code_of(voucher)

    def a_claim(self, code: str, **more: Any) -> dict[str, Any]:
        """Half of CNY 30,000 net, with an invoice of its own."""
        return {
            "code": code,
            "service_kind": "technical_testing",
            "service_on": self.today.isoformat(),
            "contract_on": more.get("service_on", self.today.isoformat()),
            "contract_net_fen": 3_000_000,
            "invoice": {"number": f"{secrets.randbelow(10**20):020}"},
        } | more

    def a_contract(self, code: str, **more: Any) -> dict[str, Any]:
        """CNY 30,000 net, of which the voucher is to bear half, with a number of its own."""
        return {
            "code": code,
            "organisation_id": encode_id("org", PROVIDER),
            "service_kind": "technical_testing",
            "number": f"HT-{secrets.token_hex(6)}",
            "signed_on": self.today.isoformat(),
            "contract_net_fen": 3_000_000,
            "reserve_fen": 1_500_000,
        } | more

    def holder(self, organisation: UUID = HOLDER) -> httpx2.AsyncClient:
        subject = "client:holder" if organisation == HOLDER else f"client:{organisation}"
        return self.as_(subject, "portal", organisation=organisation)

    async def reserve(self, contract: dict[str, Any], *, key: str = "") -> httpx2.Response:
        """By the holder's portal; what is told as retryable is sent again with the same key."""
        headers = {"Idempotency-Key": key or new_id().hex}
        async with self.holder() as holder:
            answer = await holder.post("/v1/vouchers/contracts", json=contract, headers=headers)
            while answer.status_code != 201 and answer.json()["retryable"]:
                answer = await holder.post("/v1/vouchers/contracts", json=contract, headers=headers)
            return answer

    async def redeem(self, claim: dict[str, Any], *, organisation: UUID = PROVIDER, key: str = "") -> httpx2.Response:
        async with self.provider(organisation) as provider:
            return await provider.post(
                "/v1/vouchers/redemptions", json=claim, headers={"Idempotency-Key": key or new_id().hex}
            )

    async def insist(self, claim: dict[str, Any]) -> httpx2.Response:
        """Redeem as a careful client: what is told as retryable is sent again with the same key."""
        key = new_id().hex
        answer = await self.redeem(claim, key=key)
        while answer.status_code != 201 and answer.json()["retryable"]:
            answer = await self.redeem(claim, key=key)
        return answer

    async def book(self, redemption: dict[str, Any], tranche: str) -> None:
        """Funds books a redemption; vouchers has not been told yet."""
        tranche_id = str(decode_id("trn", tranche))
        self.funds.booked[tranche_id] = self.funds.booked.get(tranche_id, 0) + redemption["amount_fen"]

    async def tell_booked(self, redemption: dict[str, Any], tranche: str, **more: Any) -> str:
        told = {
            "redemption_id": str(decode_id("rdm", redemption["id"])),
            "tranche_id": str(decode_id("trn", tranche)),
            "amount_fen": redemption["amount_fen"],
        } | more
        outcome = await self.process.tell("redemption.booked", told, city=self.code)
        return str(outcome["outcome"])

    async def book_reversal(self, amount_fen: int, tranche: str) -> None:
        """Funds books a reversal; vouchers has not been told yet."""
        tranche_id = str(decode_id("trn", tranche))
        self.funds.reversed[tranche_id] = self.funds.reversed.get(tranche_id, 0) + amount_fen

    async def tell_reversed(
        self, finding: dict[str, Any], redemption: dict[str, Any], tranche: str, **more: Any
    ) -> str:
        told = {
            "finding_id": str(decode_id("fnd", finding["id"])),
            "redemption_id": str(decode_id("rdm", redemption["id"])),
            "tranche_id": str(decode_id("trn", tranche)),
            "amount_fen": finding["amount_fen"],
        } | more
        outcome = await self.process.tell("redemption.reversal_booked", told, city=self.code)
        return str(outcome["outcome"])

    async def agreement(self, tranche: str) -> dict[str, Any]:
        async with self.as_("person:auditor-1", "auditor") as auditor:
            answer = await auditor.get(f"/v1/vouchers/tranches/{tranche}/agreement")
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document
