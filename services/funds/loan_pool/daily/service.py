"""The reconciliation file of a bank's day, to be had once the day is over (XZ-33).

It is made from what is never changed, so the same day gives the same bytes whenever it is asked for.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import encode_id
from kernel.problems import Conflict, Invalid, NotFound
from kernel.schemas import utc_text
from services.funds.loan_pool.access import listed_bank
from services.funds.loan_pool.daily.queries import moved_on
from services.funds.loan_pool.daily.rules import control_totals, sequence_of
from services.funds.loan_pool.daily.schemas import DailyFileOut, DailyLineOut, DailyTotalOut
from services.funds.loan_pool.lending.queries import admitted_bank
from services.funds.loan_pool.movements.models import Movement
from services.funds.loan_pool.movements.states import LATER, Fact, Kind

SETTLES_IN = timedelta(minutes=10)  # longer than any transaction that began before midnight
PREFIX = {Kind.LOAN: "loan", Kind.CLAIM: "clm", Kind.RECOVERY: "rcv"}


class FileNotReady(Conflict):
    """`ready_at` says from when on."""

    code, title_zh, title_en = "file_not_ready", "当日尚未结束,文件次日提供", "The day is not over; its file follows"


class BankNotNamed(Invalid):
    code, title_zh, title_en = "bank_not_named", "须以 bank_id 指明银行", "Name the bank by bank_id"


def bank_of_file(caller: Caller, named: UUID | None) -> UUID:
    """A bank's own file; staff name the bank. Raises NotFound for another's, BankNotNamed."""
    found = listed_bank(caller, named)
    if found is None:
        raise BankNotNamed
    return found


async def daily_file(session: AsyncSession, *, on: date, bank_id: UUID, caller: Caller, now: datetime) -> DailyFileOut:
    """What moved on the day, with control totals. Raises BankNotAdmitted, FileNotReady, NotFound before admission."""
    bank = await admitted_bank(session, caller.city, bank_id)
    if on < bank.admitted_on:
        raise NotFound
    if on >= clock.on_date(now - SETTLES_IN):
        raise FileNotReady(ready_at=utc_text(clock.start_of(on) + timedelta(days=1) + SETTLES_IN))
    rows = await moved_on(session, caller.city, bank_id, on)
    totals = control_totals(Fact, ((row.fact, row.amount_fen) for row in rows), later=LATER)
    return DailyFileOut(
        city_code=caller.city,
        bank_id=bank_id,
        on=on,
        sequence=sequence_of(on, admitted_on=bank.admitted_on),
        lines=[_line(row) for row in rows],
        totals=[DailyTotalOut.model_validate(total) for total in totals],
        count=len(rows),
        amount_fen=sum(row.amount_fen for row in rows),
    )


def _line(row: Movement) -> DailyLineOut:
    return DailyLineOut(
        at=row.happened_at,
        fact=row.fact,
        id=encode_id(PREFIX[row.fact.kind], row.object_id),
        bank_reference=row.bank_reference,
        status=row.status,
        amount_fen=row.amount_fen,
    )
