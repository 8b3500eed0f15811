"""What must be true, kept as a child would keep it: only what was acknowledged counts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from devtools.resilience.tokens import city_code
from kernel import clock

AWARDS, POOL = "fund.award_subsidy", "fund.loan_risk"


@dataclass
class Order:
    """A payment order. Its status follows from how often each thing happened to it."""

    id: str
    fund: str
    amount_fen: int
    releases: int = 0
    batches: int = 0
    settles: int = 0
    rejects: int = 0
    returns: int = 0

    @property
    def attempt(self) -> int:
        return 1 + self.rejects + self.returns

    @property
    def is_settled(self) -> bool:
        return self.settles > self.returns

    @property
    def status(self) -> str:
        if self.is_settled:
            return "settled"
        if self.batches == self.attempt:
            return "batched"
        if self.releases == self.attempt:
            return "released"
        return "prepared" if self.attempt == 1 else "reopened"


@dataclass
class Claim:
    """By recovery: the pool's share that is still to come, or came, and what the province bears less by it."""

    id: str
    loan_id: str
    is_reviewed: bool = False
    is_decided: bool = False
    order_id: str | None = None
    province_fen: int = 0
    recoveries: dict[str, int] = field(default_factory=dict)
    relieved: dict[str, int] = field(default_factory=dict)
    received: set[str] = field(default_factory=set)


@dataclass
class Tranche:
    id: str
    fund: str
    amount_fen: int
    promised_fen: int = 0  # told of, perhaps not booked yet
    booked: dict[str, tuple[str, int]] = field(default_factory=dict)  # redemption → provider, amount


@dataclass
class City:
    """One city as its people know it."""

    number: int
    days: int = 0
    appropriated: Counter[str] = field(default_factory=Counter)
    allotted: Counter[str] = field(default_factory=Counter)
    budget_steps: int = 0
    cases: dict[str, bool] = field(default_factory=dict)  # recognised → approved
    orders: dict[str, Order] = field(default_factory=dict)
    loans: dict[str, str] = field(default_factory=dict)  # the bank's reference → id
    claims: dict[str, Claim] = field(default_factory=dict)
    tranches: dict[str, Tranche] = field(default_factory=dict)
    sequences: list[int] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)  # of the bank, taken or not
    months: Counter[str] = field(default_factory=Counter)  # closed less reopened

    @property
    def code(self) -> str:
        return city_code(self.number)

    @property
    def today(self) -> date:
        return clock.on_date(clock.real_now() + timedelta(days=self.days))

    def organisation(self, number: int) -> UUID:
        """One the registry knows here."""
        return UUID(int=(self.number << 64) + number)

    def balances(self) -> dict[tuple[str, str], int]:
        """Each account that is not at zero, by fund and last part of its code; policy years together."""
        found: Counter[tuple[str, str]] = Counter()
        for fund in (AWARDS, POOL):
            for name, fen in self._of_fund(fund):
                found[fund, name] += fen
        found[POOL, "borne"] = found[POOL, "owed"] = self.borne_fen
        return {name: fen for name, fen in found.items() if fen}

    def _of_fund(self, fund: str) -> Iterator[tuple[str, int]]:
        orders = [order for order in self.orders.values() if order.fund == fund]
        tranches = [tranche for tranche in self.tranches.values() if tranche.fund == fund]
        committed = sum(order.amount_fen for order in orders)
        settled = sum(order.amount_fen for order in orders if order.is_settled)
        set_aside = sum(tranche.amount_fen for tranche in tranches)
        booked = sum(fen for tranche in tranches for _, fen in tranche.booked.values())
        recovered = self.recovered_fen if fund == POOL else 0
        yield "authority", self.appropriated[fund]
        yield "appropriated", self.appropriated[fund] - self.allotted[fund]
        yield "allotted", self.allotted[fund] - set_aside - committed + recovered
        yield "encumbered", committed - settled + booked
        yield "spent", settled - recovered
        yield "treasury", self.allotted[fund] - settled + recovered
        yield "funding", self.allotted[fund]
        yield "expense", committed + booked - recovered
        yield "payable", committed - settled + booked
        yield "tranche", set_aside - booked

    @property
    def recovered_fen(self) -> int:
        return sum(claim.recoveries[one] for claim in self.claims.values() for one in claim.received)

    @property
    def borne_fen(self) -> int:
        """What the province still bears of the losses."""
        return sum(
            claim.province_fen - sum(claim.relieved[one] for one in claim.received) for claim in self.claims.values()
        )

    @property
    def entries(self) -> int:
        """How many documents the journal must have."""
        orders, claims = self.orders.values(), self.claims.values()
        received = sum(bool(claim.recoveries[one] or claim.relieved[one]) for claim in claims for one in claim.received)
        shared = sum(bool(claim.province_fen) for claim in claims)
        booked = sum(len(tranche.booked) for tranche in self.tranches.values())
        moved = sum(1 + order.settles + order.returns for order in orders)
        return self.budget_steps + moved + len(self.tranches) + booked + shared + received
