"""What crosses the wire about tranches. Amounts in fen."""

from typing import Annotated, Any

from pydantic import ConfigDict, StringConstraints

from kernel.money import PositiveFen
from kernel.schemas import Instant, Wire, WireIn
from services.funds.ids import EntryId, TrancheId
from services.funds.programmes.schemas import PolicyYear

ProgrammeKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.]{1,100}$")]
TRANCHE: dict[str, Any] = {
    "id": "trn_01m8bkbhdsej3bwvgpkhnhrwh6",
    "programme": "voucher.innovation",
    "fund": "voucher.innovation",
    "policy_year": 2026,
    "payer_level": "city",
    "amount_fen": 500000000,
    "entry_id": "jrn_01m8bkbhdsej3bwvgpkpj9r5bw",
    "allotted_by": "person:finance-1",
    "allotted_at": "2026-11-26T09:35:29.720407Z",
}


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

    model_config = ConfigDict(json_schema_extra={"examples": [TRANCHE]})

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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**TRANCHE, "control_fen": 498000000, "booked_fen": 2000000, "reversed_fen": 0}]
        }
    )

    control_fen: int
    booked_fen: int
    reversed_fen: int
