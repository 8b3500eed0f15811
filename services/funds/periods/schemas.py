"""What crosses the wire about periods."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.funds.periods.states import Change, Status

PeriodChangeId = Annotated[UUID, public_id("pch")]
PERIOD: dict[str, Any] = {
    "period": "2026-11",
    "status": "closed",
    "entries": 2,
    "head": "9ff1d50027f1eec16bc59c7af5ef4d97e30472ecfa39bbe4180e77f011c744cb",
    "closed_at": "2027-01-05T09:35:33.274932Z",
    "closed_by": "person:finance-1",
    "close_approved_by": "person:finance-2",
    "reopened_at": None,
    "reopened_by": None,
    "reopen_approved_by": None,
    "reopen_reason": None,
}
CHANGE: dict[str, Any] = {
    "id": "pch_01m8bkbmmvew2s4nctpryswfwv",
    "period": "2026-11",
    "change": "close",
    "status": "approved",
    "reason": "账务核对无误",
    "proposed_by": "person:finance-1",
    "proposed_at": "2027-01-05T09:35:33.005777Z",
    "decided_by": "person:finance-2",
    "decided_at": "2027-01-05T09:35:33.099470Z",
    "opinion": "同意",
}


class PeriodOut(Wire):
    """A month of the books. `entries` counts its documents, `head` is the last link of its chain, in hex.

    `closed_*` speak of the closing in force, `reopened_*` of the last time it was opened again.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [PERIOD]})

    period: str
    status: str
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

    model_config = ConfigDict(json_schema_extra={"examples": [CHANGE]})

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
