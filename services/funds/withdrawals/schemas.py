"""What crosses the wire about budget taken back. Amounts in fen."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.money import PositiveFen
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn
from services.funds.chart import PayerLevel
from services.funds.ids import EntryId
from services.funds.periods.states import Status
from services.funds.withdrawals.states import Stage

BudgetWithdrawalId = Annotated[UUID, public_id("bwd")]
ASKED: dict[str, Any] = {
    "stage": "allotted",
    "amount_fen": 180000000,
    "document": "徐财预〔2026〕61号",
    "reason": "年终结余收回",
    "payer_level": "city",
}
WITHDRAWAL: dict[str, Any] = {
    "id": "bwd_01m8avzk8ceahagarbsyba13se",
    "fund": "fund.award_subsidy",
    "policy_year": 2026,
    **ASKED,
    "status": "approved",
    "proposed_by": "person:finance-1",
    "proposed_at": "2026-12-30T02:00:00Z",
    "decided_by": "person:finance-2",
    "decided_at": "2026-12-31T01:00:00Z",
    "entry_id": "jrn_01m8avzk8ceahagarbt2r1wk26",
}


class WithdrawalIn(WireIn):
    """What stands unused at a stage of the line, the document that takes it back, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [ASKED]})

    stage: Stage
    amount_fen: PositiveFen
    document: Name
    reason: Sentence
    payer_level: PayerLevel = "city"


class WithdrawalDecisionIn(WireIn):
    """`approve` false declines."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"approve": True}]})

    approve: bool = Field(strict=True)


class WithdrawalOut(Wire):
    """A proposal and what became of it. `entry_id` is null until it is approved."""

    model_config = ConfigDict(json_schema_extra={"examples": [WITHDRAWAL]})

    id: BudgetWithdrawalId
    fund: str
    policy_year: int
    payer_level: str
    stage: Stage
    amount_fen: int
    document: str
    reason: str
    status: Status
    proposed_by: str
    proposed_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    entry_id: EntryId | None
