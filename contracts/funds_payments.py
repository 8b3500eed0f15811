"""What funds tells of payments that do not go as they were ordered. Amounts in fen."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import CaseEvent


class PaymentReopened(CaseEvent):
    """The bank would not pay it, the money came back, or finance recalled it: it waits for another release.

    Often the account is wrong: the payee sees to it that the register has the right one.
    """

    TYPE: ClassVar[str] = "payment.reopened"

    payment_order_id: UUID
    organisation_id: UUID
    cause: Literal["rejected", "returned", "recalled"]
    amount_fen: int


class PayeeEnded(CaseEvent):
    """Who is still to be paid was merged into `successor_id`, who is paid in its place, or was deregistered (null).

    Of a settlement of vouchers that has no order yet, `payment_order_id` is null.
    """

    TYPE: ClassVar[str] = "payment.payee_ended"

    organisation_id: UUID
    successor_id: UUID | None
    payment_order_id: UUID | None
    settlement_id: UUID | None
    amount_fen: int


class PaymentCancelled(CaseEvent):
    """The payee was deregistered and nobody goes on in its place: it is not paid, and the budget is free again."""

    TYPE: ClassVar[str] = "payment.cancelled"

    payment_order_id: UUID
    organisation_id: UUID
    amount_fen: int
