"""The library as a workbook."""

from collections.abc import Iterable

from kernel.auth import Caller
from kernel.ids import encode_id
from kernel.workbooks import text_workbook
from services.funds.loan_pool.library.models import LibraryFirm
from services.funds.loan_pool.library.queries import is_callers

FIRMS_MAX = 10_000
HEAD = ("企业 firm", "企业编号 id", "入库日期 listed on", "经办 listed by", "出库日期 removed on", "出库原因 reason")


def as_xlsx(firms: Iterable[LibraryFirm], caller: Caller) -> bytes:
    """One row a firm."""
    return text_workbook("企业库", [HEAD, *(_cells(firm, caller) for firm in firms)])


def _cells(firm: LibraryFirm, caller: Caller) -> tuple[str, ...]:
    removed = firm.removed_on.isoformat() if firm.removed_on else ""
    listed_by = firm.listed_by if is_callers(firm, caller) else ""
    listed = (firm.firm_name, encode_id("org", firm.firm_id), firm.listed_on.isoformat(), listed_by)
    return (*listed, removed, firm.removed_because or "")
