"""Money is an integer number of fen (1 CNY = 100 fen); a ratio is an integer number of basis points (1 % = 100).

Rounding and splitting live here alone, named. Nothing else divides money.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

FEN_PER_YUAN = 100
WHOLE = 10_000  # basis points
DAYS_OF_YEAR = 365  # of interest; a leap day counts as one more
FEN_MAX = 9_007_199_254_740_991  # 2^53 - 1: exact in every JSON reader

Fen = Annotated[
    int, Field(strict=True, ge=0, le=FEN_MAX, description="Amount in fen (1 CNY = 100 fen)", examples=[30000000])
]
PositiveFen = Annotated[
    int, Field(strict=True, gt=0, le=FEN_MAX, description="Amount in fen, above zero", examples=[30000000])
]
BasisPoints = Annotated[int, Field(strict=True, ge=0, le=WHOLE, description="Ratio in basis points", examples=[5000])]


def share_of(amount_fen: int, ratio_bp: int) -> int:
    """The share in fen, rounded down to the payer's favour (practice.md a: compute in fen, round down)."""
    return amount_fen * ratio_bp // WHOLE


def allocate(amount_fen: int, weights: Sequence[int]) -> list[int]:
    """Split so that the parts sum to the whole: largest remainder first, earlier weight first on a tie.

    Raises ValueError for a negative amount, a negative weight or weights that sum to zero.
    """
    total = sum(weights)
    if amount_fen < 0 or total <= 0 or min(weights) < 0:
        raise ValueError("an amount below zero, or weights that cannot share it")
    parts = [amount_fen * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount_fen * weights[i] % total), i))
    for i in by_remainder[: amount_fen - sum(parts)]:
        parts[i] += 1
    return parts


def in_yuan(amount_fen: int) -> str:
    """`30000000` → `"300,000.00"`. For people to read, never to compute with."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{fen:02d}"


def ratio_bp(part_fen: int, whole_fen: int) -> int:
    """The part in basis points of the whole, rounded down; 0 of nothing."""
    return part_fen * WHOLE // whole_fen if whole_fen else 0


def ratio_bp_up(part_fen: int, whole_fen: int) -> int:
    """The same rounded up, so that a part never slips under a limit by its fraction."""
    return -(-part_fen * WHOLE // whole_fen) if whole_fen else 0


def simple_interest_up(fen_days: int, yearly_bp: int) -> int:
    """Simple interest on amounts times the days they were out, rounded up: no threshold is passed by a fraction."""
    return -(-fen_days * yearly_bp // (DAYS_OF_YEAR * WHOLE))
