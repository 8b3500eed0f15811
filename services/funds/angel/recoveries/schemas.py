"""What the routes of recoveries take and give. Amounts in fen."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict

from kernel.money import Fen, PositiveFen
from kernel.schemas import Wire, WireIn, of_the_city
from services.funds.angel import examples
from services.funds.angel.ids import AngelClaimId, AngelRecoveryId
from services.funds.angel.investments.schemas import Number
from services.funds.angel.recoveries.states import AngelRecoveryStatus
from services.funds.ids import DeterminationId
from services.funds.loan_pool.layers import FenByLayer


class AngelRecoveryIn(WireIn):
    """What came in after the claim was paid, less what it cost. `reference`: the investor's own, once per claim."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "reference": "ZS-2029-01",
                "recovered_fen": 20000000,
                "costs_fen": 1000000,
                "recovered_on": "2029-02-01",
            }
        }
    )

    reference: Number
    recovered_fen: PositiveFen
    costs_fen: Fen = 0
    recovered_on: date


class AngelReceiptIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"received_on": "2029-02-20"}})

    received_on: date


class AngelRecoveryOut(Wire):
    """`layers_fen` splits what is left after costs; `returned_fen` is the fund's part of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RECOVERY]})

    id: AngelRecoveryId
    claim_id: AngelClaimId
    reference: str
    recovered_on: date
    recovered_fen: Fen
    costs_fen: Fen
    layers_fen: FenByLayer
    returned_fen: Fen
    status: AngelRecoveryStatus
    received_on: date | None
    withdrawn_because: str | None
    determination_id: DeterminationId
    recorded_at: Annotated[datetime, of_the_city("filed_at")]
