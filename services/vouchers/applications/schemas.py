"""Applications on the wire."""

from datetime import date, datetime
from typing import Any

from pydantic import ConfigDict

from kernel.schemas import Sentence, Wire, WireIn
from kernel.supplements import Awaits
from services.vouchers.applications.states import Status
from services.vouchers.ids import CaseId, OrganisationId
from services.vouchers.integrity.measures.schemas import Clauses

GIVEN: dict[str, Any] = {"reason": "申请单位本年度额度已用完", "clauses": ["WH-18"]}
APPLICATION: dict[str, Any] = {
    "id": "case_01k30dwg0070008000000000e5",
    "city_code": "420100",
    "number": "WH-2026-000001-7",
    "item": "apply-voucher",
    "status": "refused",
    "applicant_id": "org_01k30dwg0070008000000000a1",
    "accepted_on": "2026-11-20",
    "awaits": [],
    "refused_at": "2026-11-24T02:00:00Z",
    "refusal_reason": GIVEN["reason"],
    "refusal_clauses": GIVEN["clauses"],
}


class RefusalIn(WireIn):
    """Why no voucher is issued on it, and by which clauses of the city's policy."""

    model_config = ConfigDict(json_schema_extra={"examples": [GIVEN]})

    reason: Sentence
    clauses: Clauses


class ApplicationOut(Wire):
    """An application the window has accepted; granted, a voucher bears its `case_id`."""

    model_config = ConfigDict(json_schema_extra={"examples": [APPLICATION]})

    id: CaseId
    city_code: str
    number: str
    item: str
    status: Status
    applicant_id: OrganisationId
    accepted_on: date
    awaits: Awaits
    refused_at: datetime | None
    refusal_reason: str | None
    refusal_clauses: list[str] | None
