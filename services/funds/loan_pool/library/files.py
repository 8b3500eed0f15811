"""The library as a workbook."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter

from kernel.ids import encode_id
from services.funds.loan_pool.library.models import LibraryFirm

FIRMS_MAX = 10_000
HEAD = ("企业 firm", "企业编号 id", "入库日期 listed on", "经办 listed by", "出库日期 removed on", "出库原因 reason")


def as_xlsx(firms: Iterable[LibraryFirm]) -> bytes:
    """One row a firm, all cells text: what a name begins with is never read as a formula."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("企业库")
        for place, cells in enumerate([HEAD, *map(_cells, firms)]):
            for column, cell in enumerate(cells):
                sheet.write_string(place, column, cell)
    return stream.getvalue()


def _cells(firm: LibraryFirm) -> tuple[str, ...]:
    removed = firm.removed_on.isoformat() if firm.removed_on else ""
    listed = (firm.firm_name, encode_id("org", firm.firm_id), firm.listed_on.isoformat(), firm.listed_by)
    return (*listed, removed, firm.removed_because or "")
