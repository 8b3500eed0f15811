"""What of bound money went to its use, by purpose. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kernel.money import WHOLE, share_of
from services.funds.invoices.rules import InvoiceStated


@dataclass(frozen=True, slots=True)
class Spent:
    """One line of a report: so much for a purpose, by an invoice."""

    purpose: str
    amount_fen: int
    invoice: InvoiceStated


def by_purpose(lines: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Fen by purpose, in the order of their names."""
    found: dict[str, int] = {}
    for purpose, amount_fen in sorted(lines):
        found[purpose] = found.get(purpose, 0) + amount_fen
    return found


def bound_fen(spent: Mapping[str, int], purposes: Collection[str]) -> int:
    """Fen that went to the bound purposes."""
    return sum(fen for purpose, fen in spent.items() if purpose in purposes)


def share_bp_of(bound: int, amount_fen: int) -> int:
    """The share of the money that went there in basis points, rounded down, never above all of it."""
    return min(WHOLE, bound * WHOLE // amount_fen)


def short_of(bound: int, *, amount_fen: int, share_bp: int) -> int:
    """Fen that had to go to the bound purposes and did not: of a share that was missed at least one."""
    return max(1, share_of(amount_fen, share_bp) - bound)
