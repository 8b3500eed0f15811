"""An account's statement as a file: for a spreadsheet, with amounts in yuan as text so that nothing is rounded."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO

from kernel.money import in_yuan
from kernel.workbooks import text_workbook
from services.funds.books.schemas import AccountOut, StatementLineOut

HEADINGS = ("凭证号 Document", "业务 Fact", "业务日期 Date", "借方 Debit", "贷方 Credit", "余额 Balance")


def _rows(lines: Sequence[StatementLineOut]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        amount = in_yuan(line.amount_fen)
        debit, credit = (amount, "") if line.side == "debit" else ("", amount)
        yield line.document, line.fact, line.effective_on.isoformat(), debit, credit, in_yuan(line.balance_after_fen)


def as_csv(account: AccountOut, lines: Sequence[StatementLineOut]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads the Chinese."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow((account.code, account.name_zh, account.name_en))
    writer.writerow(HEADINGS)
    writer.writerows(_rows(lines))
    # Codes and names are ours; no cell can begin a formula.
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(account: AccountOut, lines: Sequence[StatementLineOut]) -> bytes:
    """The same as a workbook."""
    return text_workbook("对账单", [(account.code, account.name_zh, account.name_en), HEADINGS, *_rows(lines)])
