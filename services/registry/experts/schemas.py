"""What crosses the wire about experts, for officers alone."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Instant, Name, Wire, WireIn
from services.registry.experts import examples
from services.registry.organisations.schemas import OrganisationId

ExpertId = Annotated[UUID, public_id("exp")]
Related = Annotated[list[OrganisationId], Field(max_length=200)]


class ExpertIn(WireIn):
    """`related_organisation_ids`: what the expert declared: employer, investor, adviser, family."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "张某", "unit": "中国矿业大学", "field": "孵化器运营"}]}
    )

    name: Name
    unit: Name
    field: Name
    related_organisation_ids: Related = Field(default_factory=list)


class ExpertChangeIn(WireIn):
    """What is given replaces what stood; who is not available is not drawn."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_available": False}]})

    unit: Name | None = None
    field: Name | None = None
    related_organisation_ids: Related | None = None
    is_available: Annotated[bool, Field(strict=True)] | None = None


class ExpertOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.EXPERT]})

    id: ExpertId
    name: str
    unit: str
    field: str
    related_organisation_ids: list[OrganisationId]
    is_available: bool
    entered_at: Instant
