"""Noting what moved, in the transaction that moved it."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.funds.loan_pool.movements.models import Movement
from services.funds.loan_pool.movements.states import Fact


class Pooled(Protocol):
    """A loan, a claim or a recovery."""

    @property
    def id(self) -> UUID: ...

    @property
    def city_code(self) -> str: ...

    @property
    def bank_id(self) -> UUID: ...

    @property
    def bank_reference(self) -> str: ...

    @property
    def status(self) -> str: ...


def note(session: AsyncSession, fact: Fact, of: Pooled, *, amount_fen: int, at: datetime) -> None:
    """Keep the fact with the status it led to. `at` is the city's clock."""
    session.add(
        Movement(
            city_code=of.city_code,
            bank_id=of.bank_id,
            object_id=of.id,
            bank_reference=of.bank_reference,
            fact=fact,
            status=str(of.status),
            amount_fen=amount_fen,
            happened_at=at,
        )
    )
