"""What crosses the wire about the end of organisations."""

from datetime import date

from pydantic import ConfigDict

from kernel.schemas import Instant, Sentence, Wire, WireIn
from services.registry.endings.states import Cause, Kind, Status
from services.registry.organisations.schemas import EndingId, OrganisationId

_ORGANISATION, _SUCCESSOR = "org_01m89wy0bje669n3am2t9jft9a", "org_01m89wy0bje669n3am2t9jft9b"


class DeregistrationIn(WireIn):
    """It no longer exists in law from a day on. With something open, a second person confirms it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"on": "2026-11-20", "cause": "dissolved", "reason": "市场监管部门公告注销"}]}
    )

    on: date
    cause: Cause = Cause.OTHER
    reason: Sentence
    evidence: Sentence | None = None


class MergerIn(WireIn):
    """It becomes part of `into_id` from a day on. A second person confirms it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "into_id": _SUCCESSOR,
                    "on": "2026-11-20",
                    "reason": "吸收合并,已办理变更登记",
                    "evidence": "准予合并登记通知书 2026-118",
                }
            ]
        }
    )

    into_id: OrganisationId
    on: date
    reason: Sentence
    evidence: Sentence


class RestorationIn(WireIn):
    """It exists again from a day on. What ended with it does not come back by itself. A second person confirms it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"on": "2026-11-24", "reason": "误录注销,企业仍存续", "evidence": "企业信用信息公示报告"}]
        }
    )

    on: date
    reason: Sentence
    evidence: Sentence


class WithdrawalIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "公告已被撤销"}]})

    reason: Sentence


class OpenThingOut(Wire):
    """`kind`: recognition, level, carrier or host (of addresses); `id` is the recognition's, carrier's or host's."""

    kind: str
    id: str
    status: str


class EndingOut(Wire):
    """A merger, deregistration or restoration. `open`: what the organisation still had when it was proposed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "end_01m89wy0bje669n3am2t9jft9c",
                    "organisation_id": _ORGANISATION,
                    "kind": "merger",
                    "successor_id": _SUCCESSOR,
                    "cause": None,
                    "effective_on": "2026-11-20",
                    "reason": "吸收合并,已办理变更登记",
                    "evidence": "准予合并登记通知书 2026-118",
                    "open": [{"kind": "carrier", "id": "car_01m89wy0bje669n3am2t9jft9d", "status": "makerspace"}],
                    "status": "proposed",
                    "proposed_by": "person:officer-1",
                    "proposed_at": "2026-11-22T02:00:00Z",
                    "decided_by": None,
                    "decided_at": None,
                }
            ]
        }
    )

    id: EndingId
    organisation_id: OrganisationId
    kind: Kind
    successor_id: OrganisationId | None
    cause: Cause | None
    effective_on: date
    reason: str
    evidence: str | None
    open: list[OpenThingOut]
    status: Status
    proposed_by: str
    proposed_at: Instant
    decided_by: str | None
    decided_at: Instant | None
