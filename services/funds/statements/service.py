"""Taking a bank's statement once: lines about orders move them, the others wait for two people to explain them."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.problems import Conflict, named_constraint, refuse_if
from services.funds.approvals.rules import second_person_findings
from services.funds.paying_accounts.service import account_numbered
from services.funds.payments.settlement import LineOutcome, take_advice
from services.funds.statements.camt import read_statements
from services.funds.statements.models import BankStatement, StatementLine
from services.funds.statements.queries import get_line, hold_statements, last_closing_fen, statement_numbered
from services.funds.statements.rules import UNEXPLAINED, Statement, advice_of, statement_findings
from services.funds.statements.sheet import is_sheet, read_sheet_statement

MATCHED = {"settled", "returned", "rejected"}


class StatementNumberTaken(Conflict):
    code, title_zh, title_en = (
        "statement_number_taken",
        "该对账单编号已用于其他内容",
        "Another statement was taken under this number",
    )


class LineMatched(Conflict):
    code, title_zh, title_en = "line_matched", "该明细已对应支付指令", "The line is about an order and explains itself"


class NotExplained(Conflict):
    code, title_zh, title_en = "not_explained", "该明细尚无说明", "Nobody has explained the line yet"


class AlreadyAccepted(Conflict):
    code, title_zh, title_en = "already_accepted", "该说明已复核", "The explanation was accepted before"


named_constraint("uq_bank_statement_account_id_number", StatementNumberTaken)


async def take_statements(
    session: AsyncSession, *, content: bytes, caller: Caller, at: datetime
) -> list[tuple[BankStatement, bool]]:
    """Each statement of the document, once, with whether it was taken before. Raises StatementUnreadable,
    StatementNumberTaken, Refusal.
    """
    statements, sha256 = await asyncio.to_thread(_read, content)
    await hold_statements(session, caller.city)
    return [await _take(session, statement, sha256=sha256, caller=caller, at=at) for statement in statements]


def _read(content: bytes) -> tuple[Sequence[Statement], str]:
    """A document of the bank's own software, or a sheet; and the hash it is known by."""
    if is_sheet(content):
        statement, sha256 = read_sheet_statement(content)
        return [statement], sha256
    return read_statements(content), hashlib.sha256(content).hexdigest()


async def _take(
    session: AsyncSession, statement: Statement, *, sha256: str, caller: Caller, at: datetime
) -> tuple[BankStatement, bool]:
    known = await statement_numbered(session, caller.city, statement.account_number, statement.number)
    if known is not None:
        if known.sha256 != sha256:
            raise StatementNumberTaken
        return known, True
    account = await account_numbered(session, caller.city, statement.account_number)
    last = await last_closing_fen(session, caller.city, statement.account_number)
    refuse_if(statement_findings(statement, is_ours=account is not None, last_closing_fen=last))
    row = BankStatement(
        id=new_id(),
        city_code=caller.city,
        account_id=account.id if account else None,  # None was refused
        number=statement.number,
        sha256=sha256,
        opening_fen=statement.opening_fen,
        closing_fen=statement.closing_fen,
        taken_by=caller.acting_for,
        taken_at=at,
        lines=[],
    )
    session.add(row)
    await session.flush()
    bank_code = account.cnaps_code if account else ""
    row.lines.extend(_lines(row, statement, await _advised(session, statement, bank_code, caller)))
    return row, False


async def _advised(
    session: AsyncSession, statement: Statement, bank_code: str, caller: Caller
) -> dict[int, LineOutcome]:
    """What became of the lines about orders, by place. What went out goes first: banks may list the newest first."""
    lines = enumerate(statement.lines, start=1)
    told = {place: advice for place, line in lines if (advice := advice_of(line)) is not None}
    places = sorted(told, key=lambda place: told[place].kind == "returned")
    given, today = [told[place] for place in places], clock.today(caller.city)
    outcomes = await take_advice(
        session, city_code=caller.city, lines=given, caller=caller, today=today, bank_code=bank_code
    )
    return dict(zip(places, outcomes, strict=True))


def _lines(row: BankStatement, statement: Statement, outcomes: Mapping[int, LineOutcome]) -> list[StatementLine]:
    made = []
    for place, line in enumerate(statement.lines, start=1):
        found = outcomes.get(place)
        outcome = found.verdict.outcome if found else UNEXPLAINED
        made.append(
            StatementLine(
                id=new_id(),
                city_code=row.city_code,
                statement_id=row.id,
                place=place,
                signed_fen=line.signed_fen,
                booked_on=line.booked_on,
                bank_reference=line.bank_reference,
                order_id=found.line.order_id if found else None,
                text=line.text,
                outcome=outcome,
                matched=outcome in MATCHED,
                entry_id=found.entry_id if found else None,
            )
        )
    return made


async def explain_line(session: AsyncSession, *, line_id: UUID, explanation: str, caller: Caller) -> StatementLine:
    """Say what a line is that is about no order. Raises NotFound, LineMatched, AlreadyAccepted."""
    row = await get_line(session, line_id, caller.city)
    if row.matched:
        raise LineMatched
    if row.accepted_by is not None:
        raise AlreadyAccepted
    row.explanation, row.explained_by = explanation, caller.acting_for
    return row


async def decline_explanation(session: AsyncSession, *, line_id: UUID, caller: Caller) -> StatementLine:
    """Another person does not agree: the line waits for another explanation. Raises as accepting does."""
    row = await _explained(session, line_id, caller)
    row.explanation = row.explained_by = None
    return row


async def accept_explanation(session: AsyncSession, *, line_id: UUID, caller: Caller, at: datetime) -> StatementLine:
    """Another person agrees; the line is open no more. Raises NotFound, NotExplained, AlreadyAccepted, Refusal."""
    row = await _explained(session, line_id, caller)
    row.accepted_by, row.accepted_at = caller.acting_for, at
    return row


async def _explained(session: AsyncSession, line_id: UUID, caller: Caller) -> StatementLine:
    row = await get_line(session, line_id, caller.city)
    if row.accepted_by is not None:
        raise AlreadyAccepted
    if row.explained_by is None:
        raise NotExplained
    refuse_if(second_person_findings(approver=caller.acting_for, prepared_by=row.explained_by, decided_by=None))
    return row
