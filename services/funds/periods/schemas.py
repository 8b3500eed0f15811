"""What crosses the wire about periods."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.ids import public_id
from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.funds.periods.states import Change, Status

PeriodChangeId = Annotated[UUID, public_id("pch")]


class PeriodOut(Wire):
    """A month of the books. `entries` counts its documents, `head` is the last link of its chain, in hex.

    `closed_*` speak of the closing in force, `reopened_*` of the last time it was opened again.
    """

    period: str = Field(examples=["2026-11"])
    status: str = Field(examples=["open"])
    entries: int
    head: str
    closed_at: Instant | None
    closed_by: str | None
    close_approved_by: str | None
    reopened_at: Instant | None
    reopened_by: str | None
    reopen_approved_by: str | None
    reopen_reason: str | None


class PeriodsOut(Wire):
    """Every month the books have, oldest first."""

    items: list[PeriodOut]


class PeriodChangeIn(WireIn):
    """Ask for a month to be closed, or for the last closed one to be opened again."""

    change: Change
    reason: Sentence = Field(examples=["10月账务核对无误"])


class DecisionIn(WireIn):
    """`approve` false declines. What was decided stays with its opinion."""

    approve: bool
    opinion: Sentence | None = Field(None, examples=["同意结账"])


class PeriodChangeOut(Wire):
    """A proposal and what became of it."""

    id: PeriodChangeId
    period: str
    change: Change
    status: Status
    reason: str
    proposed_by: str
    proposed_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    opinion: str | None
