"""Cells of a bank's spreadsheet, read exactly: what a spreadsheet has rounded is refused, never guessed."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

REFERENCE_MAX = 100


def day_in(cell: Any) -> date:
    """A date cell, or a text such as 2026-12-04. Raises ValueError."""
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else date.fromisoformat(str(cell).strip())


def reference_in(cell: Any) -> str:
    """The bank's own reference, as text: 1 to 100 printable characters. Raises TypeError or ValueError."""
    if not isinstance(cell, str):
        raise TypeError("a spreadsheet has rounded a reference that is not text")
    text = cell.strip()
    if not text or len(text) > REFERENCE_MAX or not text.isprintable():
        raise ValueError("a bank reference is 1 to 100 printable characters")
    return text


def yuan_in(cell: Any) -> int:
    """An amount in yuan with two decimals at most, with or without thousands' commas, as fen. Raises ValueError."""
    try:
        fen = Decimal(str(cell).replace(",", "").strip()).scaleb(2)
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not fen.is_finite() or fen != fen.to_integral_value() or abs(fen) >= Decimal(10) ** 15:
        raise ValueError("an amount has two decimals at most")
    return int(fen)
