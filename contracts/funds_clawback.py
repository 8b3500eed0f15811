"""Facts of the funds service about money that is demanded back, and about what it was spent on. Amounts in fen."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import CaseEvent, Event


class ClawbackNotified(CaseEvent):
    """A payee is told that money is demanded back, and may object until the end of `object_until_on`.

    Told again when a notice of holidays moves a provisional day, later only.
    """

    TYPE: ClassVar[str] = "clawback.notified"

    clawback_id: UUID
    organisation_id: UUID
    payment_order_id: UUID
    cause: str
    amount_fen: int
    object_until_on: date
    provisional: bool


class ClawbackObjected(CaseEvent):
    TYPE: ClassVar[str] = "clawback.objected"

    clawback_id: UUID
    organisation_id: UUID


class ClawbackDecided(CaseEvent):
    """`outcome`: upheld, then `amount_fen` is owed until the end of `pay_until_on`; or dropped.

    `provisional`: a notice of holidays may still move that day, later only. That it did is not told again.
    """

    TYPE: ClassVar[str] = "clawback.decided"

    clawback_id: UUID
    organisation_id: UUID
    outcome: str
    amount_fen: int
    pay_until_on: date | None
    provisional: bool = False


class ClawbackOverdue(CaseEvent):
    """Less came than was due by the end of yesterday: all of it, or the parts of the plan up to then."""

    TYPE: ClassVar[str] = "clawback.overdue"

    clawback_id: UUID
    organisation_id: UUID
    due_fen: int
    collected_fen: int


class ClawbackClosed(CaseEvent):
    """`outcome`: collected, or written_off with what never comes."""

    TYPE: ClassVar[str] = "clawback.closed"

    clawback_id: UUID
    organisation_id: UUID
    outcome: str
    collected_fen: int
    written_off_fen: int


class SpendingReportDue(Event):
    """What money bound to a use was spent on is to be reported. `overdue`: the last day has passed."""

    TYPE: ClassVar[str] = "spending_report.due"

    report_id: UUID
    organisation_id: UUID
    payment_order_id: UUID
    due_on: date
    overdue: bool


class SpendingReportChecked(Event):
    """`outcome`: in_order, or short by `short_fen`, which is then demanded back."""

    TYPE: ClassVar[str] = "spending_report.checked"

    report_id: UUID
    organisation_id: UUID
    outcome: str
    short_fen: int
