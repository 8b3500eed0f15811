"""Reads of statements and of what is still open beside them."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Select, Subquery, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel import clock
from kernel.db import among
from kernel.problems import NotFound
from services.funds.paying_accounts.models import PayingAccount
from services.funds.payments.models import PaymentAdvice, PaymentBatch, PaymentOrder
from services.funds.payments.queries import paid_from
from services.funds.payments.states import Status
from services.funds.statements.models import BankStatement, StatementLine
from services.funds.statements.rules import OpenItem


def statements_of(city_code: str) -> Select[BankStatement]:
    """Statements of the city, without their lines."""
    return select(BankStatement).where(BankStatement.city_code == city_code)


async def hold_statements(session: AsyncSession, city_code: str) -> None:
    """One file of a city at a time: of two that are loaded at once the second meets what the first has taken."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"statements:{city_code}", 0))))


async def get_statement(session: AsyncSession, statement_id: UUID, city_code: str) -> BankStatement:
    """With its lines. Raises NotFound."""
    wanted = statements_of(city_code).where(BankStatement.id == statement_id)
    row: BankStatement | None = await session.scalar(wanted.options(selectinload(BankStatement.lines)))
    if row is None:
        raise NotFound
    return row


async def statements_numbered(
    session: AsyncSession, city_code: str, numbered: Collection[tuple[str, str]]
) -> dict[tuple[str, str], BankStatement]:
    """Statements taken before, with their lines, by the number of the account and their own: two banks may count alike.

    An account that was entered twice is one account.
    """
    accounts, numbers = ({one[place] for one in numbered} for place in (0, 1))
    wanted = select(PayingAccount.account_number, BankStatement).join(
        PayingAccount, PayingAccount.id == BankStatement.account_id
    )
    known = wanted.where(
        BankStatement.city_code == city_code,
        among(PayingAccount.account_number, accounts),
        among(BankStatement.number, numbers),
    )
    found = await session.execute(known.options(selectinload(BankStatement.lines)))
    return {(account, row.number): row for account, row in found}


async def last_closings(session: AsyncSession, city_code: str, account_numbers: Collection[str]) -> dict[str, int]:
    """Of accounts, by number, where the statement taken last ended, in fen; none before the first."""
    account = PayingAccount.account_number
    wanted = select(account, BankStatement.closing_fen).join(
        PayingAccount, PayingAccount.id == BankStatement.account_id
    )
    ended = wanted.where(
        BankStatement.city_code == city_code, among(account, account_numbers), BankStatement.closing_fen.is_not(None)
    )
    latest = ended.order_by(account, BankStatement.recorded_at.desc(), BankStatement.id.desc())
    return {row[0]: row[1] or 0 for row in await session.execute(latest.ext(distinct_on(account)))}


async def get_line(session: AsyncSession, line_id: UUID, city_code: str) -> StatementLine:
    """One line, locked. Raises NotFound."""
    wanted = select(StatementLine).where(StatementLine.id == line_id, StatementLine.city_code == city_code)
    row: StatementLine | None = await session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFound
    return row


async def bank_of_line(session: AsyncSession, line: StatementLine) -> str:
    """The code of the bank whose statement has the line."""
    bank = select(PayingAccount.cnaps_code).join(BankStatement, BankStatement.account_id == PayingAccount.id)
    return str(await session.scalar(bank.where(BankStatement.id == line.statement_id)))


async def open_items(session: AsyncSession, city_code: str) -> list[OpenItem]:
    """Orders at the bank without its word since their release, lines nobody has explained, and what was told by hand
    of a day the statements have passed without a line of it.
    """
    waiting = await session.execute(
        select(
            PaymentOrder.id,
            (PaymentOrder.amount_fen - PaymentOrder.offset_fen).label("amount_fen"),
            PaymentOrder.released_at,
        ).where(PaymentOrder.city_code == city_code, PaymentOrder.status == Status.BATCHED)
    )
    lines = await session.execute(
        select(StatementLine.id, StatementLine.signed_fen, StatementLine.booked_on).where(
            StatementLine.city_code == city_code,
            StatementLine.matched.is_(False),
            StatementLine.accepted_by.is_(None),
        )
    )
    return [
        *(OpenItem("order_missing", row.id, row.amount_fen, _day(row.released_at)) for row in waiting),
        *(OpenItem("line_unexplained", row.id, row.signed_fen, row.booked_on) for row in lines),
        *await _unseen(session, city_code),
    ]


async def _unseen(session: AsyncSession, city_code: str) -> list[OpenItem]:
    """What was told of an attempt; told as paid and as returned, it is as if neither had been."""
    found = (await session.execute(_told_without_line(city_code))).all()
    told = Counter((row.order_id, row.attempt) for row in found)
    alone = (row for row in found if told[row.order_id, row.attempt] == 1)
    return [OpenItem("no_line", row.order_id, row.amount_fen, row.on) for row in alone]


def _told_without_line(city_code: str) -> Select[UUID, int, int, date]:
    """Orders said to be settled or returned on a day between the first and the last line of their account's statements.

    A line under another reference is about the order too, and so is one debit of its whole batch on that day: each is
    open itself until two people explain it.
    """
    advice, line, batch = PaymentAdvice, StatementLine, PaymentBatch
    seen = _days_seen(city_code)
    same_reference = exists().where(
        line.city_code == city_code,
        line.bank_reference == advice.bank_reference,
        line.statement_id == BankStatement.id,
        BankStatement.account_id == PayingAccount.id,
        advice.bank_code.in_(("", PayingAccount.cnaps_code)),
    )
    outgoing = (line.signed_fen < 0) == (advice.kind == "settled")
    same_order = exists().where(line.order_id == advice.order_id, line.matched.is_(False), outgoing)
    same_batch = exists().where(
        line.city_code == city_code,
        line.matched.is_(False),
        line.booked_on == advice.on,
        line.signed_fen == -batch.total_fen,
        batch.orders > 1,
        advice.kind == "settled",
    )
    wanted = select(advice.order_id, advice.attempt, advice.amount_fen, advice.on)
    paid = wanted.join(PaymentOrder, PaymentOrder.id == advice.order_id)
    number = paid_from(PayingAccount.account_number, city_code)
    sent = paid.outerjoin(batch, batch.id == PaymentOrder.batch_id).join(seen, seen.c.number == number)
    return sent.where(
        advice.city_code == city_code,
        advice.kind != "rejected",
        advice.on >= seen.c.first,
        advice.on < seen.c.last,
        ~same_reference,
        ~same_order,
        ~same_batch,
    )


def _days_seen(city_code: str) -> Subquery:
    """Of each account by its number the first and the last day its statements have a line of."""
    days = (func.min(StatementLine.booked_on).label("first"), func.max(StatementLine.booked_on).label("last"))
    of_each = select(PayingAccount.account_number.label("number"), *days)
    lines = of_each.join(BankStatement, BankStatement.account_id == PayingAccount.id).join(StatementLine)
    return lines.where(StatementLine.city_code == city_code).group_by(PayingAccount.account_number).subquery()


def _day(instant: object) -> date:
    return clock.on_date(instant)  # type: ignore[arg-type]  # a batched order was released: a CHECK says so
