"""What the routes of recoveries take and give. Amounts in fen."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict

from kernel.money import Fen, PositiveFen
from kernel.schemas import Wire, WireIn, of_the_city
from services.funds.ids import DeterminationId
from services.funds.loan_pool import examples
from services.funds.loan_pool.ids import ClaimId, RecoveryId
from services.funds.loan_pool.layers import FenByLayer
from services.funds.loan_pool.lending.schemas import BankReference
from services.funds.loan_pool.recoveries.states import Status


class RecoveryIn(WireIn):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "bank_reference": "ZS-2027-000009",
                "recovered_fen": 30000000,
                "costs_fen": 1000000,
                "recovered_on": "2027-09-30",
            }
        }
    )

    bank_reference: BankReference
    recovered_fen: PositiveFen
    costs_fen: Fen = 0
    recovered_on: date


class ReceiptIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"received_on": "2027-10-08"}})

    received_on: date


class RecoveryOut(Wire):
    """`layers_fen` splits what is left after costs; `returned_fen` is the pool's part of it.

    `after_closure`: it came in although the claim had been closed.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RECOVERY]})

    id: RecoveryId
    claim_id: ClaimId
    bank_reference: str
    recovered_on: date
    recovered_fen: Fen
    costs_fen: Fen
    layers_fen: FenByLayer
    returned_fen: Fen
    after_closure: bool
    status: Status
    received_on: date | None
    withdrawn_because: str | None
    determination_id: DeterminationId
    recorded_at: Annotated[datetime, of_the_city("reported_at")]
