"""What the routes of the register take and give."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from kernel.schemas import Sentence, Wire, WireIn, of_the_city
from services.funds.angel import examples
from services.funds.angel.ids import RegistrationId
from services.funds.angel.register.states import Kind, Status
from services.funds.ids import OrganisationId


class AngelRegistrationIn(WireIn):
    """`evidence`: what makes it an investor or a project the programme is for, such as its record number."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "kind": "investor",
                "organisation_id": "org_01k2zk0000000000000000000a",
                "evidence": "创业投资企业备案编号 苏创投备2025-031,2026年度检查合格",
            }
        }
    )

    kind: Kind
    organisation_id: OrganisationId
    evidence: Sentence


class AngelReviewIn(WireIn):
    """An officer's finding: `accepted`, or not, and why."""

    model_config = ConfigDict(json_schema_extra={"example": {"accepted": True, "opinion": "材料属实,符合登记条件。"}})

    accepted: Annotated[bool, Field(strict=True)]
    opinion: Sentence


class AngelRegistrationOut(Wire):
    """What is invested before `registered_on` is not compensated."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REGISTRATION]})

    id: RegistrationId
    kind: Kind
    organisation_id: OrganisationId
    name: str
    evidence: str
    status: Status
    opinion: str | None
    registered_on: date | None
    recorded_at: Annotated[datetime, of_the_city("filed_at")]
