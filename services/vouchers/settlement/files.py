"""A statement as a workbook: its head, its lines and its totals."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

import xlsxwriter

from kernel.ids import encode_id
from services.vouchers.redemption.models import Redemption
from services.vouchers.settlement.models import Settlement, SettlementLine
from services.vouchers.settlement.rules import Control

Line = tuple[SettlementLine, Redemption]
HEAD = (
    "兑付编号 redemption", "冲回认定 finding", "服务日期 served on", "服务类别 kind", "发票号码 invoice",
    "入账时间 booked at", "金额(分) fen",
)  # fmt: skip


def as_xlsx(row: Settlement, lines: Sequence[Line], control: Control | None) -> bytes:
    """All cells text: what a name begins with is never read as a formula."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": row.prepared_at.replace(tzinfo=None)})
        _write(book.add_worksheet("结算单"), [*_head(row), *(_control(control) if control else ())])
        _write(book.add_worksheet("明细"), [HEAD, *(_cells(*line) for line in lines), _total(lines)])
    return stream.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, rows: Iterable[Sequence[str]]) -> None:
    for place, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write_string(place, column, cell)


def _head(row: Settlement) -> Iterator[tuple[str, str]]:
    yield ("结算单 statement", encode_id("stm", row.id))
    yield ("服务机构 provider", row.provider_name)
    yield ("批次 tranche", encode_id("trn", row.tranche_id))
    yield ("期间 period", f"{row.from_on.isoformat()} – {row.until_on.isoformat()}")
    yield ("状态 status", row.status.value)
    yield ("公示至 notice until", row.notice_until_on.isoformat() if row.notice_until_on else "")
    yield ("兑付合计(分) redeemed", str(row.redeemed_fen))
    yield ("冲回合计(分) reversed", str(row.reversed_fen))
    yield ("应结算(分) total", str(row.total_fen))


def _control(control: Control) -> Iterator[tuple[str, str]]:
    yield ("分户账已入账(分) settled account", str(control.settled_fen))
    yield ("已列入结算单(分) in statements", str(control.in_statements_fen))
    yield ("未列入结算单(分) in none yet", str(control.not_in_statements_fen))
    yield ("核对 agrees", "一致 yes" if control.agrees else "不一致 no")


def _cells(line: SettlementLine, redemption: Redemption) -> tuple[str, ...]:
    return (
        encode_id("rdm", redemption.id),
        encode_id("fnd", line.finding_id) if line.finding_id else "",
        redemption.service_on.isoformat(),
        redemption.service_kind,
        redemption.invoice_number,
        redemption.booked_at.isoformat() if redemption.booked_at else "",
        str(line.amount_fen),
    )


def _total(lines: Sequence[Line]) -> tuple[str, ...]:
    return ("合计 total", "", "", "", "", "", str(sum(line.amount_fen for line, _ in lines)))
