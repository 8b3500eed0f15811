"""Taking a bank's statement once: lines about orders move them, the others wait for two people to explain them."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.problems import Conflict, named_constraint, refuse_if
from services.funds.approvals.rules import second_person_findings
from services.funds.paying_accounts.models import PayingAccount
from services.funds.paying_accounts.service import accounts_numbered
from services.funds.payments.rules import AdviceLine
from services.funds.payments.settlement import LineOutcome, take_advice
from services.funds.statements.camt import read_statements
from services.funds.statements.models import BankStatement, StatementLine
from services.funds.statements.queries import get_line, hold_statements, last_closings, statements_numbered
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
    known = await _known(session, caller.city, statements)
    answered, fresh = [], []
    named: dict[tuple[str, str], Statement] = {}
    for statement in statements:
        before = known.statements.get(statement.key)
        another = named.setdefault(statement.key, statement) != statement  # its lines would be lost in silence
        if another or (before is not None and before.sha256 != sha256):
            raise StatementNumberTaken
        if before is None:
            fresh.append((_taken(known, statement, sha256, caller, at), statement))
        answered.append((known.statements[statement.key], before is not None))
    if fresh:
        session.add_all(row for row, _ in fresh)
        await session.flush()
        await _take_lines(session, fresh, known, caller)
    return answered


def _read(content: bytes) -> tuple[Sequence[Statement], str]:
    """A document of the bank's own software, or a sheet; and the hash it is known by."""
    if is_sheet(content):
        statement, sha256 = read_sheet_statement(content)
        return [statement], sha256
    return read_statements(content), hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class _Known:
    """What was taken before of the accounts of a document, and then what it brings itself: statements by their keys,
    accounts by number, and where each account stood last, in fen.
    """

    statements: dict[tuple[str, str], BankStatement]
    accounts: Mapping[str, PayingAccount]
    closings: dict[str, int]


async def _known(session: AsyncSession, city_code: str, statements: Sequence[Statement]) -> _Known:
    numbers = {statement.account_number for statement in statements}
    return _Known(
        await statements_numbered(session, city_code, {statement.key for statement in statements}),
        await accounts_numbered(session, city_code, numbers),
        await last_closings(session, city_code, numbers),
    )


def _taken(known: _Known, statement: Statement, sha256: str, caller: Caller, at: datetime) -> BankStatement:
    """Raises Refusal with all that stands against it."""
    account = known.accounts.get(statement.account_number)
    last = known.closings.get(statement.account_number)
    refuse_if(statement_findings(statement, is_ours=account is not None, last_closing_fen=last))
    row = known.statements[statement.key] = BankStatement(
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
    if statement.closing_fen is not None:
        known.closings[statement.account_number] = statement.closing_fen
    return row


async def _take_lines(
    session: AsyncSession, fresh: Sequence[tuple[BankStatement, Statement]], known: _Known, caller: Caller
) -> None:
    """What is about orders, of all statements at once. Of each what went out goes first: banks may list the newest
    first.
    """
    told = [
        (row.id, place, advice, known.accounts[statement.account_number].cnaps_code)
        for row, statement in fresh
        for place, advice in sorted(_about_orders(statement), key=lambda one: one[1].kind == "returned")
    ]
    outcomes = await take_advice(
        session,
        city_code=caller.city,
        lines=[advice for _, _, advice, _ in told],
        banks=[bank for _, _, _, bank in told],
        caller=caller,
        today=clock.today(caller.city),
    )
    found = {(row_id, place): outcome for (row_id, place, _, _), outcome in zip(told, outcomes, strict=True)}
    for row, statement in fresh:
        row.lines.extend(_lines(row, statement, found))
    await session.flush()


def _about_orders(statement: Statement) -> list[tuple[int, AdviceLine]]:
    """Places and what the lines there say of orders of ours."""
    lines = enumerate(statement.lines, start=1)
    return [(place, advice) for place, line in lines if (advice := advice_of(line)) is not None]


def _lines(
    row: BankStatement, statement: Statement, outcomes: Mapping[tuple[UUID, int], LineOutcome]
) -> list[StatementLine]:
    made = []
    for place, line in enumerate(statement.lines, start=1):
        found = outcomes.get((row.id, place))
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
