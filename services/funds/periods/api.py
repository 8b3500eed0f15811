"""Periods of the books over HTTP."""

from typing import Annotated

from fastapi import Path, Query

from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, router
from ledger.periods import Period, periods
from services.funds.journal import BOOK
from services.funds.periods.models import PeriodChange
from services.funds.periods.queries import changes_of
from services.funds.periods.schemas import (
    DecisionIn,
    PeriodChangeId,
    PeriodChangeIn,
    PeriodChangeOut,
    PeriodOut,
    PeriodsOut,
)
from services.funds.periods.service import decide_change, propose_change

routes = router(prefix="/v1/funds/books", tags=["books"])
MayRead = Annotated[Caller, may("books:read")]
MayClose = Annotated[Caller, may("books:close")]
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Path(pattern=MONTH, examples=["2026-10"])]


@routes.get("/periods")
async def list_periods(caller: MayRead, session: SessionDep) -> PeriodsOut:
    """Every month of the books, open or closed."""
    found = await periods(session, city_code=caller.city, book=BOOK)
    return PeriodsOut(items=[_period_out(period) for period in found])


@routes.post("/periods/{period}/changes", status_code=201)
async def propose_period_change(
    caller: MayClose, period: Month, body: PeriodChangeIn, session: SessionDep, _key: KeyRequired
) -> PeriodChangeOut:
    """Propose to close a month that is over, or to open the last closed one again; another person decides."""
    row = await propose_change(
        session, period=period, change=body.change, reason=body.reason, caller=caller, at=clock.now(caller.city)
    )
    return PeriodChangeOut.model_validate(row)


@routes.get("/period-changes")
async def list_period_changes(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    period: Annotated[str | None, Query(pattern=MONTH, examples=["2026-10"])] = None,
) -> Page[PeriodChangeOut]:
    """Proposals with their decisions."""
    wanted = changes_of(caller.city, period)
    rows, cursor = await page_of(session, wanted, page, (PeriodChange.recorded_at, PeriodChange.id))
    return Page(items=[PeriodChangeOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/period-changes/{change_id}/decision")
async def decide_period_change(
    caller: MayClose, change_id: PeriodChangeId, body: DecisionIn, session: SessionDep, _key: KeyRequired
) -> PeriodChangeOut:
    """Approve or decline. A month closes on green books only; its late entries go to the next open month."""
    row = await decide_change(
        session,
        change_id=change_id,
        approve=body.approve,
        opinion=body.opinion,
        caller=caller,
        at=clock.now(caller.city),
    )
    return PeriodChangeOut.model_validate(row)


def _period_out(period: Period) -> PeriodOut:
    shared = {name: getattr(period, name) for name in PeriodOut.model_fields if name != "head"}
    return PeriodOut(**shared, head=period.head.hex())
