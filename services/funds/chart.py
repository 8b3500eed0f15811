"""The chart of accounts: fund accounting in the encumbrance form, per fund × policy year × payer level.

Two sets of books run side by side, as the government accounting system of 2019 asks (平行记账).

Budget, where every fen of authority stands in exactly one place; `authority` is their counterpart:

    authority 预算指标来源 → appropriated 已安排 → allotted 已下达 → encumbered 已冻结 → spent 已支出
                                                            └→ tranche 创新券批次控制 ─┘

Financial, where money and obligations stand:

    treasury 国库可用额度   what may leave the treasury for this line
    funding  财政拨款       where it came from
    expense  奖补支出       what was granted, when it was granted, less what was demanded back
    receivable 应收追回款   what a payee has to pay back, one account per payee
    written_off 核销损失    what of it never comes
    payable  应付补助款     what is owed, one account per payee

Record (备查), of a level that pays its part of a shared loss by itself, out of a treasury that is not ours:

    borne    本级应担补偿   what it bears of losses, less what was recovered for it
    owed     应由本级拨付   the same, one account per bank

Every account that can run out is `spendable`: the database itself refuses to take it below zero.
(Encumbrance form; the city's accountant confirms names and numbers before the first real posting.)
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from ledger.entries import Account, Kind

PayerLevel = Literal["city", "district", "province"]


@dataclass(frozen=True, slots=True)
class Line:
    """A budget line: which fund, of which policy year, paid by which level. Every account belongs to one."""

    fund: str
    policy_year: int
    payer_level: PayerLevel = "city"

    @property
    def prefix(self) -> str:
        """What the codes of the line's accounts begin with."""
        return f"{self.fund}/{self.policy_year}/{self.payer_level}"

    @property
    def authority(self) -> str:
        return f"{self.prefix}/authority"

    @property
    def appropriated(self) -> str:
        return f"{self.prefix}/appropriated"

    @property
    def allotted(self) -> str:
        return f"{self.prefix}/allotted"

    @property
    def encumbered(self) -> str:
        return f"{self.prefix}/encumbered"

    @property
    def spent(self) -> str:
        return f"{self.prefix}/spent"

    @property
    def treasury(self) -> str:
        return f"{self.prefix}/treasury"

    @property
    def funding(self) -> str:
        return f"{self.prefix}/funding"

    @property
    def expense(self) -> str:
        return f"{self.prefix}/expense"

    def payable(self, payee_id: UUID) -> str:
        """What the line owes one payee."""
        return f"{self.prefix}/payable/{payee_id}"

    def receivable(self, payee_id: UUID) -> str:
        """What one payee has to pay back to the line."""
        return f"{self.prefix}/receivable/{payee_id}"

    @property
    def borne(self) -> str:
        return f"{self.prefix}/borne"

    def owed(self, bank_id: UUID) -> str:
        """What one bank gets from the level itself."""
        return f"{self.prefix}/owed/{bank_id}"

    @property
    def written_off(self) -> str:
        return f"{self.prefix}/written_off"

    def tranche(self, tranche_id: UUID) -> str:
        """The control account of one voucher tranche."""
        return f"{self.prefix}/tranche/{tranche_id}"


def line_accounts(line: Line) -> list[Account]:
    """The accounts every budget line has. Authority grows by debit: it is the counterpart of the four stages."""
    return [
        _account(line, line.authority, Kind.ASSET, "预算指标来源", "Budget authority"),
        _account(line, line.appropriated, Kind.APPROPRIATED, "已安排未下达指标", "Appropriated, not yet allotted"),
        _account(line, line.allotted, Kind.ALLOTTED, "已下达可用指标", "Allotted, available"),
        _account(line, line.encumbered, Kind.ENCUMBERED, "已冻结指标", "Encumbered"),
        _account(line, line.spent, Kind.SPENT, "已支出指标", "Spent"),
        _account(line, line.treasury, Kind.ASSET, "国库可用额度", "Treasury cash"),
        _account(line, line.funding, Kind.EQUITY, "财政拨款", "Funding received", spendable=False),
        _account(line, line.expense, Kind.EXPENSE, "奖补支出", "Grants expense", spendable=False),
    ]


def payable_account(line: Line, payee_id: UUID, *, name: str) -> Account:
    """The account of what the line owes one payee. `name` is the organisation's."""
    return _account(line, line.payable(payee_id), Kind.LIABILITY, f"应付补助款 · {name}", f"Payable · {name}")


def clawback_accounts(line: Line, payee_id: UUID, *, name: str) -> list[Account]:
    """What one payee has to pay back, and where it ends when it never comes. `name` is the organisation's."""
    return [
        _account(line, line.receivable(payee_id), Kind.ASSET, f"应收追回款 · {name}", f"To be paid back · {name}"),
        _account(line, line.written_off, Kind.EXPENSE, "核销损失", "Written off", spendable=False),
    ]


def share_accounts(line: Line, bank_id: UUID, *, name: str) -> list[Account]:
    """The record of a level's own part in the losses of one bank. `name` is the bank's."""
    return [
        _account(line, line.borne, Kind.EXPENSE, "本级应担补偿(备查)", "Borne by this level (record)", spendable=False),
        _account(
            line,
            line.owed(bank_id),
            Kind.LIABILITY,
            f"应由本级拨付(备查) · {name}",
            f"To be paid by this level (record) · {name}",
            spendable=False,
        ),
    ]


def tranche_account(line: Line, tranche_id: UUID) -> Account:
    """The control account of a voucher tranche: issued, unissued and in transit together."""
    return _account(line, line.tranche(tranche_id), Kind.ENCUMBERED, "创新券批次控制", "Voucher tranche control")


def _account(line: Line, code: str, kind: Kind, zh: str, en: str, *, spendable: bool = True) -> Account:
    return Account(
        code,
        kind,
        zh,
        en,
        spendable=spendable,
        programme=line.fund,
        policy_year=line.policy_year,
        payer_level=line.payer_level,
    )
