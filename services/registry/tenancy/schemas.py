"""What crosses the wire about tenants of carriers."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from kernel.ids import public_id
from kernel.schemas import Count, Name, Sentence, Wire, WireIn
from services.registry.carriers.schemas import CarrierId
from services.registry.organisations.schemas import CreditCode, OrganisationId
from services.registry.tenancy.models import CODED, TenantKind
from services.registry.tenancy.rules import SEATS_MAX
from services.registry.tenancy.states import TenancyStatus

TenancyId = Annotated[UUID, public_id("ten")]
Place = Annotated[Name, StringConstraints(max_length=100)]
_TENANT: dict[str, Any] = {
    "kind": "firm",
    "name": "徐州星火智能科技有限公司",
    "credit_code": "91320300MA1MABC18R",
    "place": "A座3层 12-15号",
    "area_sqm": 40,
    "seats": 4,
    "started_on": "2026-10-08",
    "agreed_until": "2028-10-07",
}


class TenantIn(WireIn):
    """Who moves in. A firm and an individual business have a credit code, a team and a project have none."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TENANT]})

    kind: TenantKind
    name: Name
    credit_code: CreditCode | None = Field(default=None, validate_default=True)
    place: Place | None = Field(default=None, description="Desk, room or area of the carrier")
    area_sqm: Count | None = None
    seats: Annotated[Count, Field(le=SEATS_MAX)] = 0
    started_on: date
    agreed_until: date | None = Field(default=None, description="Last day of the agreement")

    @field_validator("credit_code")
    @classmethod
    def code_fits_kind(cls, code: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("kind")
        if kind is not None and (kind in CODED) != (code is not None):
            raise PydanticCustomError("missing" if code is None else "extra_forbidden", "by the kind of the tenant")
        return code


class LeavingIn(WireIn):
    """`on` is the first day without the tenant."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-11-20", "reason": "孵化毕业,迁入加速器"}]})

    on: date
    reason: Sentence | None = None


class TenancyOut(Wire):
    """`organisation_id` is null for who is not registered. `ended_on` is the first day without the tenant."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "ten_01m89wxxz5ehfrqcbh0xwd5yfh",
                    "carrier_id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
                    "organisation_id": None,
                    **_TENANT,
                    "status": "open",
                    "ended_on": None,
                    "end_reason": None,
                }
            ]
        }
    )

    id: TenancyId
    carrier_id: CarrierId
    kind: TenantKind
    name: str
    credit_code: str | None
    organisation_id: OrganisationId | None
    place: str | None
    area_sqm: int | None
    seats: int
    status: TenancyStatus
    started_on: date
    agreed_until: date | None
    ended_on: date | None
    end_reason: str | None
