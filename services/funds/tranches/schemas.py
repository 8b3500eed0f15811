"""What crosses the wire about tranches. Amounts in fen."""

from typing import Annotated

from pydantic import ConfigDict, StringConstraints

from kernel.money import PositiveFen
from kernel.schemas import Instant, Wire, WireIn
from services.funds.ids import EntryId, TrancheId
from services.funds.programmes.schemas import PolicyYear

ProgrammeKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.]{1,100}$")]


class TrancheIn(WireIn):
    """How much of which year's budget is set aside for which voucher programme."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"programme": "voucher.innovation", "policy_year": 2026, "amount_fen": 500000000}]
        }
    )

    programme: ProgrammeKey
    policy_year: PolicyYear
    amount_fen: PositiveFen


class TrancheOut(Wire):
    """A tranche as it was allotted."""

    id: TrancheId
    programme: str
    fund: str
    policy_year: int
    payer_level: str
    amount_fen: int
    entry_id: EntryId
    allotted_by: str
    allotted_at: Instant


class TrancheStandingOut(TrancheOut):
    """A tranche and its control account: control = issued + unissued + in transit at the vouchers service."""

    control_fen: int
    booked_fen: int
    reversed_fen: int
