"""What crosses the wire about entitlements. Amounts in fen."""

from datetime import date
from typing import Self

from pydantic import ConfigDict

from kernel.schemas import Instant, Wire, WireIn
from services.funds.entitlements import examples
from services.funds.entitlements.models import Entitlement
from services.funds.entitlements.states import Status
from services.funds.ids import (
    CarrierId,
    CaseId,
    DeterminationId,
    EntitlementId,
    EntryId,
    OrganisationId,
    PaymentOrderId,
    RecognitionId,
)
from services.funds.programmes.schemas import PolicyYear
from services.funds.reasons import ReasonOut, reasons_out


class ApprovalIn(WireIn):
    """Which year's budget pays; this year's when not said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"policy_year": 2026}]})

    policy_year: PolicyYear | None = None


class EntitlementOut(Wire):
    """An award as it stands. `reasons` say why it waits or was refused; `amount_fen` is 0 until it is payable."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENTITLEMENT]})

    id: EntitlementId
    programme: str
    fund: str
    carrier_id: CarrierId
    recognition_id: RecognitionId
    organisation_id: OrganisationId
    case_id: CaseId | None
    carrier_kind: str
    level: str
    designation: str
    recognised_on: date
    accepted_on: date
    status: Status
    determination_id: DeterminationId | None
    policy_version: int | None
    reasons: list[ReasonOut]
    amount_fen: int
    prepared_by: str
    approved_by: str | None
    approved_at: Instant | None
    policy_year: int | None
    payment_order_id: PaymentOrderId | None
    encumbrance_entry_id: EntryId | None
    paid_on: date | None

    @classmethod
    def of(cls, row: Entitlement) -> Self:
        """From its row, with the reasons in the caller's language."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "reasons"}
        return cls(**plain, reasons=reasons_out(row.reasons))
