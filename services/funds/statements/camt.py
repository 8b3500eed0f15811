"""A bank's statement (ISO 20022 camt.053) or notification (camt.054), of any version, read into plain lines.

Amounts are exact: two decimals at most, CNY. An entry of several transactions becomes one line for each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from kernel import clock
from kernel.problems import Invalid
from kernel.workbooks import too_many_lines
from ledger.entries import MAX_FEN
from services.funds.payments.cells import Wanted, fault
from services.funds.statements.rules import Line, Statement

LINES_MAX = 5_000
TEXT_MAX = 140
CONTAINERS = ("BkToCstmrStmt/Stmt", "BkToCstmrDbtCdtNtfctn/Ntfctn")
BOOKED = "BOOK"


class StatementUnreadable(Invalid):
    """`errors` names every place that cannot be read."""

    code, title_zh, title_en = "statement_unreadable", "对账单无法读取", "The statement cannot be read"
    hint_zh = "应为 camt.053 或 camt.054 报文,或按 /v1/funds/statement-template 的模板填写的表格(xlsx、csv)"
    hint_en = "A camt.053 or camt.054 message, or a sheet (xlsx, csv) in the template of /v1/funds/statement-template"


@dataclass
class _Reading:
    """What could not be read so far."""

    errors: list[dict[str, str]] = field(default_factory=list)

    def fault(self, node: Any, wanted: Wanted) -> None:
        place = node.getroottree().getelementpath(node)
        plain = "/".join(part.partition("}")[2] or part for part in place.split("/"))
        self.errors.append(fault(f"/{plain}", "element_unreadable", wanted))


def read_statements(content: bytes) -> list[Statement]:
    """Every statement of the document. Raises StatementUnreadable with all faults at once."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise StatementUnreadable from None
    if root.getroottree().docinfo.doctype:
        raise StatementUnreadable
    reading = _Reading()
    found = [_statement(node, reading) for path in CONTAINERS for node in _all(root, path)]
    if not found:
        reading.fault(root, ("应为 camt.053 或 camt.054 报文", "a camt.053 or camt.054 document"))
    lines = sum(len(statement.lines) for statement in found)
    if lines > LINES_MAX:
        reading.errors.insert(0, too_many_lines(lines, LINES_MAX))
    if reading.errors:
        raise StatementUnreadable(errors=reading.errors[:100])
    return found


def _statement(node: Any, reading: _Reading) -> Statement:
    number = _text(node, "Id") or ""
    account = _text(node, "Acct/Id/Othr/Id") or _text(node, "Acct/Id/IBAN") or ""
    if not number or not account:
        reading.fault(node, ("缺少对账单编号或账号", "identification and account"))
    return Statement(
        number[:TEXT_MAX],
        account,
        _balance(node, "OPBD", reading),
        _balance(node, "CLBD", reading),
        tuple(line for entry in _all(node, "Ntry") for line in _lines(entry, reading)),
    )


def _balance(statement: Any, kind: str, reading: _Reading) -> int | None:
    for balance in _all(statement, "Bal"):
        if _text(balance, "Tp/CdOrPrtry/Cd") == kind:
            return _signed(balance, balance, reading)
    return None


def _lines(entry: Any, reading: _Reading) -> Iterator[Line]:
    if (_text(entry, "Sts/Cd") or _text(entry, "Sts")) != BOOKED:
        return  # pending and information entries are no money
    total, on = _signed(entry, entry, reading), _day(entry, reading)
    reference = _text(entry, "AcctSvcrRef")
    details = _all(entry, "NtryDtls/TxDtls")
    if not details:
        details = [entry]
    several = len(details) > 1
    lines = [_line(one, entry, on, reference, place if several else None, reading) for place, one in enumerate(details)]
    if total is not None and None not in lines and sum(line.signed_fen for line in lines if line) != total:
        reading.fault(entry, ("各笔金额之和不等于该分录金额", "the transactions do not add up to the entry"))
    yield from (line for line in lines if line is not None)


def _line(
    one: Any, entry: Any, on: date | None, reference: str | None, place: int | None, reading: _Reading
) -> Line | None:
    # Within an entry of one transaction the entry's amount is the transaction's.
    signed = _signed(entry if place is None else one, entry, reading)
    own = _text(one, "Refs/AcctSvcrRef") or (reference if place is None else reference and f"{reference}#{place + 1}")
    if not own:
        reading.fault(one, ("缺少银行流水号(AcctSvcrRef)", "the bank's reference (AcctSvcrRef)"))
    if signed is None or on is None or not own:
        return None
    said = _text(one, "RmtInf/Ustrd") or _text(one, "AddtlTxInf") or _text(entry, "AddtlNtryInf")
    return Line(signed, on, own[:100], _text(one, "Refs/EndToEndId"), said[:TEXT_MAX] if said else None)


def _signed(node: Any, directed: Any, reading: _Reading) -> int | None:
    amounts = _all(node, "Amt") or _all(node, "AmtDtls/TxAmt/Amt")
    fen = _fen(amounts[0]) if len(amounts) == 1 else None
    sign = {"CRDT": 1, "DBIT": -1}.get(_text(node, "CdtDbtInd") or _text(directed, "CdtDbtInd") or "")
    if fen is None or sign is None:
        wanted = ("应有借贷方向和人民币金额,至多两位小数", "amount in CNY with two decimals at most, and its direction")
        reading.fault(node, wanted)
        return None
    return sign * fen


def _fen(amount: Any) -> int | None:
    try:
        fen = Decimal(amount.text.strip()).scaleb(2)
    except (ArithmeticError, AttributeError):
        return None
    whole = fen.is_finite() and fen == fen.to_integral_value() and 0 <= fen < MAX_FEN
    return int(fen) if whole and amount.get("Ccy") == "CNY" else None


def _day(entry: Any, reading: _Reading) -> date | None:
    told = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")
    try:
        found = datetime.fromisoformat(told or "")
        return clock.on_date(found) if found.tzinfo else found.date()
    except (ValueError, OverflowError):
        reading.fault(entry, ("缺少记账日期", "booking date"))
        return None


def _all(node: Any, path: str) -> list[Any]:
    found: list[Any] = node.findall("/".join(f"{{*}}{part}" for part in path.split("/")))
    return found


def _text(node: Any, path: str) -> str | None:
    found = _all(node, path)
    text = found[0].text if found else None
    return text.strip() or None if text else None
