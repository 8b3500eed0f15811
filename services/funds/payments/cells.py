"""Cells of a bank's spreadsheet, read exactly: what a spreadsheet has rounded is refused, never guessed.

What is wrong with one is told in the reader's language: who uploads the file is a clerk.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kernel import context
from kernel.schemas import clean

REFERENCE_MAX = 100
FEN_BELOW = 10**15
_YUAN = re.compile(r"-?[0-9,]+(\.[0-9]{1,2})?")


Wanted = tuple[str, str]
A_DAY: Wanted = ("应为日期,如 2026-12-04", "a date such as 2026-12-04")
A_REFERENCE: Wanted = ("应为银行流水号,单元格为文本格式", "the bank's reference, as text")
A_TEXT: Wanted = ("应为文本,不含控制字符", "text without control characters")


def fault(pointer: str, code: str, wanted: Wanted) -> dict[str, str]:
    """One of `errors`: what should stand there, never what does. `wanted`: in Chinese and in English."""
    message = wanted[1] if context.current().language == "en" else wanted[0]
    return {"pointer": pointer, "code": code, "message": message}


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


def text_in(cell: Any) -> str:
    """What a cell says, as it is said. Raises ValueError for control characters, which no database keeps."""
    text = str(cell).strip()
    clean(text)
    return text


def yuan_in(cell: Any) -> int:
    """An amount in yuan with two decimals at most, with or without thousands' commas, as fen. Raises ValueError."""
    text = str(cell).strip()
    if not _YUAN.fullmatch(text) or not any(map(str.isdigit, text)):
        raise ValueError("no amount with two decimals at most")
    fen = Decimal(text.replace(",", "")).scaleb(2)
    if abs(fen) >= FEN_BELOW:
        raise ValueError("no bank holds as much")
    return int(fen)
