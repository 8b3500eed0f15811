"""What crosses the wire about operator changes."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.registry.carriers.schemas import CarrierId, OperatorOut
from services.registry.operator_changes.states import ChangeStatus
from services.registry.organisations.schemas import EXAMPLE_ORGANISATION, OrganisationId

ChangeId = Annotated[UUID, public_id("opc")]
_CHANGE: dict[str, Any] = {
    "id": "opc_01m89wxxz5ehfrqcbh0xwd5yfh",
    "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
    "leaving": {"id": "org_01m89wxxrfe14rrhf4g4q47rst", "name": "徐州云龙众创空间有限公司", "status": "active"},
    "taking": {"id": EXAMPLE_ORGANISATION, "name": "徐州云创众创空间管理有限公司", "status": "active"},
    "effective_on": "2026-12-01",
    "status": "proposed",
    "has_leaving_consent": True,
    "has_taking_consent": False,
    "order_reason": None,
    "proposed_at": "2026-11-25T02:00:00Z",
}


class OperatorChangeIn(WireIn):
    """Who runs the carrier from a day on. `order_reason` is an officer's, who needs no consent then."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"to_id": EXAMPLE_ORGANISATION, "effective_on": "2026-12-01"}]}
    )

    to_id: OrganisationId
    effective_on: date
    order_reason: Sentence | None = Field(default=None, examples=["原运营单位失联,街道办函〔2026〕12号"])


class OperatorChangeOut(Wire):
    """`effective_on` is the first day of the new operator. It stands once both consented, or an officer ordered it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CHANGE]})

    id: ChangeId
    carrier_id: CarrierId
    leaving: OperatorOut
    taking: OperatorOut
    effective_on: date
    status: ChangeStatus
    has_leaving_consent: bool
    has_taking_consent: bool
    order_reason: str | None
    proposed_at: Instant
