"""Facts of the funds service about loans under the pool's cover. Amounts in fen."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event


class LoanRegistered(Event):
    TYPE: ClassVar[str] = "loan.registered"

    loan_id: UUID
    bank_id: UUID
    principal_fen: int


class LoanExtensionDecided(Event):
    """`outcome`: granted or refused; the bank may ask again. `due_on` is the day the loan falls due from now on."""

    TYPE: ClassVar[str] = "loan.extension_decided"

    loan_id: UUID
    bank_id: UUID
    outcome: Literal["granted", "refused"]
    due_on: date
