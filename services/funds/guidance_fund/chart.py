"""Accounts of the guidance fund, beside those every budget line has.

In the city's books, per line: what is pledged to a sub-fund and not called yet, the stake at cost, gains and losses:

    allotted → pledged 已承诺出资 → encumbered → spent          stake 股权投资 ← payable

For the record (备查), per sub-fund, the money of all its investors, so that no fen is called above a commitment,
invested beyond what was paid in, or sold beyond what is held:

    uncalled 认缴未缴 → called 已催缴未到 → cash 子基金资金 → holding 在投成本 / fees 管理费 / distributed 已分配
    cash → carry 业绩报酬, of the manager
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.entries import Account, Kind, Side
from services.funds.chart import Line


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A sub-fund's accounts within the line that paid for its stake. Investors and investments by their number."""

    line: Line
    id: UUID
    name: str

    @property
    def pledged(self) -> str:
        return f"{self.line.prefix}/pledged/{self.id}"

    @property
    def stake(self) -> str:
        return f"{self.line.prefix}/stake/{self.id}"

    @property
    def gains(self) -> str:
        return f"{self.line.prefix}/gains"

    @property
    def conceded(self) -> str:
        return f"{self.line.prefix}/conceded"

    @property
    def remitted(self) -> str:
        return f"{self.line.prefix}/remitted"

    @property
    def losses(self) -> str:
        return f"{self.line.prefix}/losses"

    def record(self, what: str, number: int | None = None) -> str:
        """An account for the record: `uncalled` and `called` of an investor, `holding` of an investment, `cash`…"""
        code = f"{self.line.prefix}/sub-fund/{self.id}/{what}"
        return code if number is None else f"{code}/{number}"

    def accounts(self) -> list[Account]:
        """What is opened with the sub-fund."""
        return [
            self._own(self.pledged, Kind.ENCUMBERED, f"已承诺出资 · {self.name}", f"Pledged · {self.name}"),
            self._own(self.stake, Kind.ASSET, f"股权投资 · {self.name}", f"Stake at cost · {self.name}"),
            self._own(self.gains, Kind.INCOME, "投资收益", "Investment gains", free=True),
            self._own(self.conceded, Kind.EXPENSE, "让利支出", "Gains given up", free=True),
            self._own(self.remitted, Kind.EXPENSE, "收益上缴国库", "Gains paid to the treasury", free=True),
            self._own(self.losses, Kind.EXPENSE, "投资损失", "Losses on stakes", free=True),
            self._own(self.record("cash"), Kind.ASSET, *self._said("子基金资金", "Cash")),
            self._own(self.record("committed"), Kind.EQUITY, *self._said("认缴总额", "Committed"), free=True),
            self._own(self.record("fees"), Kind.EXPENSE, *self._said("管理费", "Management fees"), free=True),
            self._own(self.record("result"), Kind.EQUITY, *self._said("退出损益", "Result of exits"), free=True),
            self._own(self.record("distributed"), Kind.EQUITY, *self._said("已分配", "Distributed"), side=Side.DEBIT),
        ]

    def carry_account(self) -> Account:
        """What is opened with the first carry: sub-funds founded before there was one have none either."""
        return self._own(self.record("carry"), Kind.EQUITY, *self._said("业绩报酬", "Carry"), side=Side.DEBIT)

    def investor_accounts(self, number: int, investor: str) -> list[Account]:
        """What is opened for an investor."""
        return [
            self._own(
                self.record("uncalled", number),
                Kind.ASSET,
                *self._said(f"认缴未缴 · {investor}", f"Uncalled · {investor}"),
            ),
            self._own(
                self.record("called", number),
                Kind.ASSET,
                *self._said(f"已催缴未到 · {investor}", f"Called · {investor}"),
            ),
        ]

    def holding_account(self, number: int, firm: str) -> Account:
        """What is opened for an investment: its cost."""
        return self._own(
            self.record("holding", number), Kind.ASSET, *self._said(f"在投成本 · {firm}", f"Holding at cost · {firm}")
        )

    def _said(self, zh: str, en: str) -> tuple[str, str]:
        return f"备查 · {self.name} · {zh}", f"For the record · {self.name} · {en}"

    def _own(self, code: str, kind: Kind, zh: str, en: str, *, free: bool = False, side: Side | None = None) -> Account:
        return Account(
            code,
            kind,
            zh,
            en,
            spendable=not free,
            side=side,
            programme=self.line.fund,
            policy_year=self.line.policy_year,
            payer_level=self.line.payer_level,
        )
