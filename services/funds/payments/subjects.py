"""What payments are made for. Each kind of subject says what its own record does when money arrives or comes back.

register("entitlement", Subject("ent", moved=entitlements_moved))
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import Base
from kernel.outbox import record_all
from kernel.problems import Conflict
from services.funds.payments.models import PaymentOrder
from services.funds.payments.states import Fact
from services.funds.rows import held, write_together

Row = TypeVar("Row", bound=Base)


class RecoveredJustNow(Conflict):
    """Somebody received part of a payment while the bank's return of it was taken; sent again, the line learns it."""

    code, title_zh, title_en = (
        "recovered_just_now",
        "该款项刚刚另有追回入账",
        "Some of this money was received in another way just now",
    )
    retryable = True


@dataclass(frozen=True, slots=True)
class Word:
    """What was said of an order, with the booking day. The order may have been moved on by a later word already."""

    order: PaymentOrder
    fact: Fact
    on: date

    @property
    def is_paid(self) -> bool:
        """Whether the money arrived, or was set off; else the order waits for another release."""
        return self.fact in {Fact.SETTLED, Fact.SET_OFF}


Reaction = Callable[[AsyncSession, Sequence[Word]], Awaitable[None]]
"""Called in the transaction of the bank's word, before posting, with all that was said of orders of its kind, in the
order in which it was said. A statement has thousands of lines: no statement to the database is one line's.
"""

OneReaction = Callable[[AsyncSession, PaymentOrder, date], Awaitable[None]]


async def none_recovered(_session: AsyncSession, _subject_ids: Collection[UUID]) -> set[UUID]:
    """Of what is never recovered but by the bank's return."""
    return set()


async def nothing_follows(_session: AsyncSession, _words: Sequence[Word]) -> None:
    """Of what nothing else hangs on."""


async def nothing_more(_session: AsyncSession, _order: PaymentOrder, _on: date) -> None:
    """Of what is not found to come back but once."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Reactions of one kind of subject. `prefix` is of its ids on the wire.

    `moved` is told of money that arrived (settled, set off) and of money that came back (returned).
    `reopened` is told when orders wait again, whether the money came back or the bank would not take it.
    `recovered` tells of which subjects money came back by another way already, so that it cannot be returned as well.
    `demand_fell` is told when less is demanded back of a paid order than had been found: for another reason there may
    be something left of it now.
    `cancelled`: its order is not paid because the payee is no more; None of what ends in another way.
    `demandable`: what was paid may be demanded back as a debt of the payee (clawback): grants. What is recovered in
    its own way (loan claims, angel claims, shares of a fund) would be counted twice.
    """

    prefix: str
    moved: Reaction
    recovered: Callable[[AsyncSession, Collection[UUID]], Awaitable[set[UUID]]] = none_recovered
    reopened: Reaction = nothing_follows
    demand_fell: OneReaction = nothing_more
    cancelled: OneReaction | None = None
    demandable: bool = False


# Filled at import by the capabilities that have money paid; payments itself knows none of them.
_SUBJECTS: dict[str, Subject] = {}


def register(kind: str, subject: Subject) -> None:
    """Say once, where the process is put together, who reacts for a kind of subject."""
    _SUBJECTS[kind] = subject


def subject_of(order: PaymentOrder) -> Subject:
    """The reactions for an order. KeyError when its kind was never registered."""
    return _SUBJECTS[order.subject_kind]


async def subjects_react(session: AsyncSession, words: Sequence[Word]) -> None:
    """Tell each kind what was said of its orders. The kinds' rows are locked in one order, as the orders were.

    Raises RecoveredJustNow.
    """
    by_kind: dict[str, list[Word]] = {}
    for word in words:
        by_kind.setdefault(word.order.subject_kind, []).append(word)
    for kind in sorted(by_kind):
        subject, said = _SUBJECTS[kind], by_kind[kind]
        moved = [word for word in said if word.is_paid or word.fact is Fact.RETURNED]
        reopened = [word for word in said if not word.is_paid]
        if moved:
            await subject.moved(session, moved)
            await _must_not_be_recovered(session, subject, moved)
        if reopened:
            await subject.reopened(session, reopened)


async def move_each(
    session: AsyncSession, model: type[Row], words: Sequence[Word], move: Callable[[Row, Word], Any]
) -> dict[UUID, Row]:
    """Let what was said happen to what the orders pay, word by word, and tell what `move` answers, if anything.

    Answers the rows by id, held and written.
    """
    rows = await held(session, model, [word.order.subject_id for word in words])
    told = [(move(rows[word.order.subject_id], word), word.order.subject_id) for word in words]
    await write_together(session, rows.values())
    facts = [(fact, subject_id) for fact, subject_id in told if fact is not None]
    await record_all(session, facts, city_code=words[0].order.city_code)
    return rows


async def _must_not_be_recovered(session: AsyncSession, subject: Subject, moved: Sequence[Word]) -> None:
    """Asked again now that its rows are locked: whoever held them may have received money, and it would count twice."""
    returned = {word.order.subject_id for word in moved if word.fact is Fact.RETURNED}
    if returned and await subject.recovered(session, returned):
        raise RecoveredJustNow
