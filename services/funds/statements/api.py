"""Statements of the city's account over HTTP, and what is open beside them."""

from typing import Annotated

from fastapi import Response, UploadFile

from kernel import clock
from kernel.auth import Caller, may
from kernel.drawing import drawn
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from kernel.workbooks import XLSX
from services.funds.statements.models import BankStatement
from services.funds.statements.queries import get_statement, open_items, statements_of
from services.funds.statements.rules import ageing
from services.funds.statements.schemas import (
    AgeGroupOut,
    ExplanationIn,
    OpenItemOut,
    ReconciliationOut,
    StatementId,
    StatementLineId,
    StatementLineOut,
    StatementOut,
    StatementsOut,
    StatementTakenOut,
    StatementWithLinesOut,
)
from services.funds.statements.service import accept_explanation, decline_explanation, explain_line, take_statements
from services.funds.statements.sheet import write_template

# Days an open item has waited, up to and including; what is older is in the last group.
AGES = (3, 10, 30)
routes = router(prefix="/v1/funds", tags=["reconciliation"])
MayManage = Annotated[Caller, may("payments:manage")]
MayRead = Annotated[Caller, may("payments:read")]


@routes.post("/statements")
async def take_bank_statements(
    caller: MayManage, file: UploadFile, session: SessionDep, _key: KeyRequired
) -> StatementsOut:
    """Take the bank's camt.053 or camt.054, or its sheet (xlsx, csv) in the layout of the template: lines that name an
    order settle or return it. The same statement changes nothing twice; one bad row, and nothing of a file is taken.
    """
    taken = await take_statements(session, content=await file.read(), caller=caller, at=clock.now(caller.city))
    return StatementsOut(items=[StatementTakenOut.taken(row, before) for row, before in taken])


@routes.get(
    "/statement-template",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def download_statement_template(_caller: MayManage, work: WorkDep) -> Response:
    """An empty sheet in the layout that is taken, for banks without camt."""
    headers = {"Content-Disposition": 'attachment; filename="statement.xlsx"'}
    return Response(await drawn(work, write_template), media_type=XLSX, headers=headers)


@routes.get("/statements")
async def list_bank_statements(caller: MayRead, session: SessionDep, page: PageDep) -> Page[StatementOut]:
    """Statements of the city's account, oldest first."""
    rows, cursor = await page_of(
        session, statements_of(caller.city), page, (BankStatement.recorded_at, BankStatement.id)
    )
    return Page(items=[StatementOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/statements/{statement_id}")
async def read_bank_statement(caller: MayRead, statement_id: StatementId, session: SessionDep) -> StatementWithLinesOut:
    """One statement with every line."""
    return StatementWithLinesOut.whole(await get_statement(session, statement_id, caller.city))


@routes.post("/statement-lines/{line_id}/explanation")
async def explain_statement_line(
    caller: MayManage, line_id: StatementLineId, body: ExplanationIn, session: SessionDep, _key: KeyRequired
) -> StatementLineOut:
    """Say what a line is that is about no order; another person accepts it."""
    row = await explain_line(session, line_id=line_id, explanation=body.explanation, caller=caller)
    return StatementLineOut.of(row)


@routes.post("/statement-lines/{line_id}/rejection")
async def decline_statement_line(
    caller: MayManage, line_id: StatementLineId, session: SessionDep, _key: KeyRequired
) -> StatementLineOut:
    """Decline the explanation, as another person than gave it: the line waits for another one."""
    return StatementLineOut.of(await decline_explanation(session, line_id=line_id, caller=caller))


@routes.post("/statement-lines/{line_id}/acceptance")
async def accept_statement_line(
    caller: MayManage, line_id: StatementLineId, session: SessionDep, _key: KeyRequired
) -> StatementLineOut:
    """Accept the explanation, as another person than gave it: the line is open no more."""
    row = await accept_explanation(session, line_id=line_id, caller=caller, at=clock.now(caller.city))
    return StatementLineOut.of(row)


@routes.get("/reconciliation")
async def reconcile_payments(caller: MayRead, session: SessionDep) -> ReconciliationOut:
    """Orders the bank has not spoken of, lines nobody has explained, and what no statement has, by calendar days."""
    items = await open_items(session, caller.city)
    groups = ageing(items, today=clock.today(caller.city), ages=AGES)
    return ReconciliationOut(
        agrees=not items,
        ageing=[AgeGroupOut.of(group) for group in groups],
        items=[OpenItemOut.of(item) for item in items],
    )
