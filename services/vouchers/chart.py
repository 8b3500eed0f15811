"""The sub-ledger's chart: five accounts per tranche say where its money stands, and one says where it came from.

    allotment 批次额度 → unissued 未发放 → issued 已发放未使用 → in_transit 在途 → settled 已入账
                              ↑                                      returning 冲回在途 ←┘
                              └──────────────────────────────────────────┘

A voucher issued is an encumbrance. Funds keeps the control account of the tranche; a redemption leaves it there when
funds books it and leaves in_transit here when funds has told so. A redemption that is reversed comes back the same way:
control has it when funds books the reversal, unissued when funds has told so. Therefore, at every committed moment of
both sides,

    control = unissued + issued + in_transit - (booked by funds, not yet told here) + (reversals booked, not yet told)
"""

from dataclasses import dataclass
from uuid import UUID

from ledger.entries import Account, Kind

BOOK = "vouchers"


@dataclass(frozen=True, slots=True)
class TrancheBooks:
    """Account codes of one tranche."""

    tranche_id: UUID

    @property
    def allotment(self) -> str:
        return f"tranche/{self.tranche_id}/allotment"

    @property
    def unissued(self) -> str:
        return f"tranche/{self.tranche_id}/unissued"

    @property
    def issued(self) -> str:
        return f"tranche/{self.tranche_id}/issued"

    @property
    def in_transit(self) -> str:
        return f"tranche/{self.tranche_id}/in_transit"

    @property
    def returning(self) -> str:
        return f"tranche/{self.tranche_id}/returning"

    @property
    def settled(self) -> str:
        return f"tranche/{self.tranche_id}/settled"


def tranche_accounts(tranche_id: UUID, *, programme: str, policy_year: int) -> list[Account]:
    """What can run out is spendable: the database refuses to issue or redeem beyond it."""
    books = TrancheBooks(tranche_id)
    named = (
        (books.allotment, Kind.ASSET, "创新券批次额度", "Voucher tranche allotment", False),
        (books.unissued, Kind.ALLOTTED, "未发放创新券", "Vouchers not yet issued", True),
        (books.issued, Kind.ENCUMBERED, "已发放未使用创新券", "Vouchers issued, not used", True),
        (books.in_transit, Kind.ENCUMBERED, "在途兑付", "Redemptions in transit", True),
        (books.settled, Kind.SPENT, "已入账兑付", "Redemptions booked by funds", False),
    )
    return [
        Account(code, kind, zh, en, spendable=spendable, programme=programme, policy_year=policy_year)
        for code, kind, zh, en, spendable in named
    ]


def returning_account(tranche_id: UUID, *, programme: str, policy_year: int) -> Account:
    """Opened with the first reversal of the tranche; most never have one."""
    code = TrancheBooks(tranche_id).returning
    zh, en = "冲回在途", "Reversals on their way back"
    return Account(code, Kind.ENCUMBERED, zh, en, spendable=True, programme=programme, policy_year=policy_year)
