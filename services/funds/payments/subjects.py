"""What payments are made for. Each kind of subject says what its own record does when money arrives or comes back.

register("entitlement", Subject(settled=entitlement_paid, returned=entitlement_payment_returned))
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.funds.payments.models import PaymentOrder

Reaction = Callable[[AsyncSession, PaymentOrder, date], Awaitable[None]]
"""Called in the transaction of the bank's word, before posting, with the booking day."""


async def none_recovered(_session: AsyncSession, _subject_ids: Collection[UUID]) -> set[UUID]:
    """Of what is never recovered but by the bank's return."""
    return set()


async def nothing_follows(_session: AsyncSession, _order: PaymentOrder, _on: date) -> None:
    """Of what nothing else hangs on."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Reactions of one kind of subject. `prefix` is of its ids on the wire.

    `reopened` is told when the order waits again, whether the money came back or the bank would not take it.
    `recovered` tells of which subjects money came back by another way already, so that it cannot be returned as well.
    `demand_fell` is told when less is demanded back of a paid order than had been found: for another reason there may
    be something left of it now.
    `cancelled`: its order is not paid because the payee is no more; None of what ends in another way.
    `demandable`: what was paid may be demanded back as a debt of the payee (clawback): grants. What is recovered in
    its own way (loan claims, angel claims, shares of a fund) would be counted twice.
    """

    prefix: str
    settled: Reaction
    returned: Reaction
    recovered: Callable[[AsyncSession, Collection[UUID]], Awaitable[set[UUID]]] = none_recovered
    reopened: Reaction = nothing_follows
    demand_fell: Reaction = nothing_follows
    cancelled: Reaction | None = None
    demandable: bool = False


# Filled at import by the capabilities that have money paid; payments itself knows none of them.
_SUBJECTS: dict[str, Subject] = {}


def register(kind: str, subject: Subject) -> None:
    """Say once, where the process is put together, who reacts for a kind of subject."""
    _SUBJECTS[kind] = subject


def subject_of(order: PaymentOrder) -> Subject:
    """The reactions for an order. KeyError when its kind was never registered."""
    return _SUBJECTS[order.subject_kind]
