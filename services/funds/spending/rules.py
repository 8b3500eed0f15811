"""What of bound money went to its use, by purpose. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kernel.money import share_of
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


def short_of(spent: Mapping[str, int], purposes: Collection[str], *, amount_fen: int, share_bp: int) -> int:
    """Fen of the subsidy that did not go to the bound purposes though they had to; 0 when enough did."""
    bound = sum(fen for purpose, fen in spent.items() if purpose in purposes)
    return max(0, share_of(amount_fen, share_bp) - bound)
