"""Consents on the wire."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict

from gateway.window.cases.schemas import OrganisationId
from gateway.window.consents.models import Consent, Purpose
from gateway.window.consents.rules import is_live
from kernel.ids import public_id
from kernel.schemas import Instant, Name, Sentence, Wire, WireIn

ConsentId = Annotated[UUID, public_id("cns")]
CONSENT_IN: dict[str, Any] = {
    "organisation_id": "org_01k30dwg0070008000000000a1",
    "purpose": "eligibility_scan",
    "evidence": {"title": "政策匹配查询授权书", "reference": "授权-2026-0117"},
    "valid_until": "2027-06-30",
}
CONSENT: dict[str, Any] = CONSENT_IN | {
    "id": "cns_01k30dwg0070008000000000c1",
    "city_code": "320300",
    "is_live": True,
    "recorded_by": "portal-1",
    "given_at": "2026-11-22T02:00:00Z",
    "withdrawn_by": None,
    "withdrawn_at": None,
    "withdrawal_reason": None,
}


class ConsentEvidenceIn(WireIn):
    """The paper the organisation signed: what it is called, and where it is kept."""

    title: Name
    reference: Name


class ConsentIn(WireIn):
    """An organisation you act for consents, up to and including `valid_until`."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONSENT_IN]})

    organisation_id: OrganisationId
    purpose: Purpose
    evidence: ConsentEvidenceIn
    valid_until: date


class WithdrawalOfConsentIn(WireIn):
    """Why; may be left out, for nobody owes a reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "单位不再委托该平台"}]})

    reason: Sentence | None = None


class ConsentEvidenceOut(Wire):
    title: str
    reference: str


class ConsentOut(Wire):
    """A consent. `is_live`: it counts today, by the city's clock."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONSENT]})

    id: ConsentId
    city_code: str
    organisation_id: OrganisationId
    purpose: Purpose
    evidence: ConsentEvidenceOut
    valid_until: date
    is_live: bool
    recorded_by: str
    given_at: Instant
    withdrawn_by: str | None
    withdrawn_at: Instant | None
    withdrawal_reason: str | None

    @classmethod
    def of(cls, row: Consent, *, today: date) -> Self:
        """As it stands on the day."""
        ended = row.withdrawal
        return cls(
            id=row.id,
            city_code=row.city_code,
            organisation_id=row.organisation_id,
            purpose=row.purpose,
            evidence=ConsentEvidenceOut(title=row.evidence_title, reference=row.evidence_reference),
            valid_until=row.valid_until,
            is_live=is_live(valid_until=row.valid_until, is_withdrawn=ended is not None, today=today),
            recorded_by=row.recorded_by,
            given_at=row.given_at,
            withdrawn_by=ended.withdrawn_by if ended else None,
            withdrawn_at=ended.withdrawn_at if ended else None,
            withdrawal_reason=ended.reason if ended else None,
        )
