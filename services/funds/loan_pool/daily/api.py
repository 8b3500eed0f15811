"""The daily reconciliation file over HTTP."""

from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import Response

from kernel import clock
from kernel.auth import Caller, may
from kernel.drawing import drawn
from kernel.openapi import NOT_YET
from kernel.routing import WorkDep, router
from kernel.workbooks import XLSX
from services.funds.ids import OrganisationId
from services.funds.loan_pool.daily.files import as_csv, as_xlsx
from services.funds.loan_pool.daily.schemas import DailyFileOut
from services.funds.loan_pool.daily.service import bank_of_file, daily_file

CSV = "text/csv; charset=utf-8"
BINARY = {"schema": {"type": "string", "format": "binary"}}
routes = router(prefix="/v1/funds/loan-pool/daily-files", tags=["loan pool"])
MayRead = Annotated[Caller, may("claims:read")]


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


@routes.get(
    "/{on}",
    response_class=Response,
    responses={200: {"model": DailyFileOut, "content": {"text/csv": BINARY, XLSX: BINARY}}, **NOT_YET},
)
async def download_daily_file(
    caller: MayRead,
    on: date,
    work: WorkDep,
    kind: Format = Format.JSON,
    bank_id: OrganisationId | None = None,
) -> Response:
    """What moved on a day of a bank, from ten minutes past midnight on: the same bytes whenever it is asked for.

    A bank gets its own; staff name the bank. A day without movement is a file of zeros.
    """
    bank = bank_of_file(caller, bank_id)
    session = await work.open()
    file = await daily_file(session, on=on, bank_id=bank, caller=caller, now=clock.now(caller.city))
    headers = {"Content-Disposition": f'attachment; filename="pool-{on}-{file.sequence:06d}.{kind}"'}
    if kind is Format.CSV:
        return Response(await drawn(work, partial(as_csv, file)), media_type=CSV, headers=headers)
    if kind is Format.XLSX:
        return Response(await drawn(work, partial(as_xlsx, file)), media_type=XLSX, headers=headers)
    return Response(file.model_dump_json(), media_type="application/json")
