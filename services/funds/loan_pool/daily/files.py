"""A bank's day as CSV and as a workbook: the same rows, the same bytes whenever they are made."""

import csv
from collections.abc import Iterator
from io import StringIO

from kernel import clock
from kernel.ids import encode_id
from kernel.schemas import utc_text
from kernel.workbooks import text_workbook
from services.funds.loan_pool.daily.schemas import DailyFileOut

HEAD = ("H", "city_code", "bank_id", "on", "sequence", "", "")
LINE = ("D", "at", "fact", "id", "bank_reference", "status", "amount_fen")
TOTAL = ("T", "fact", "count", "amount_fen", "", "", "")
END = ("E", "", "count", "amount_fen", "", "", "")


def rows_of(file: DailyFileOut) -> Iterator[tuple[str, ...]]:
    """H head, D one line per fact, T a total per fact, E all together; each kind after a row of its headings."""
    yield HEAD
    yield ("H", file.city_code, encode_id("org", file.bank_id), file.on.isoformat(), str(file.sequence), "", "")
    yield LINE
    for line in file.lines:
        amount = str(line.amount_fen)
        yield ("D", utc_text(line.at), line.fact.value, line.id, line.bank_reference, line.status, amount)
    yield TOTAL
    for total in file.totals:
        yield ("T", total.fact.value, str(total.count), str(total.amount_fen), "", "", "")
    yield END
    yield ("E", "", str(file.count), str(file.amount_fen), "", "", "")


def as_csv(file: DailyFileOut) -> bytes:
    """UTF-8, fen as whole numbers."""
    text = StringIO()
    csv.writer(text).writerows(rows_of(file))
    return text.getvalue().encode()


def as_xlsx(file: DailyFileOut) -> bytes:
    """It says it was made when the day began, so that every copy is the same."""
    return text_workbook(file.on.isoformat(), rows_of(file), created=clock.start_of(file.on))
