"""Bars on the wire."""

from datetime import date, datetime
from typing import Any

from pydantic import ConfigDict

from kernel.schemas import Sentence, Wire, WireIn
from services.vouchers.ids import BarId, OrganisationId
from services.vouchers.integrity.bars.states import Status

GIVEN: dict[str, Any] = {
    "organisation_id": "org_01k30dwg0070008000000000a1",
    "from_on": "2026-12-01",
    "until_on": "2028-11-30",
    "reason": "以虚假合同兑付创新券",
    "legal_ground": "科学技术活动违规行为处理暂行规定(科学技术部令第19号)",
}
BAR: dict[str, Any] = GIVEN | {
    "id": "bar_01k30dwg0070008000000000b4",
    "city_code": "420100",
    "organisation_name": "武汉某检测有限公司",
    "status": "in_force",
    "proposed_by": "person:officer-2",
    "proposed_at": "2026-12-01T02:00:00Z",
    "confirmed_by": "person:officer-3",
    "confirmed_at": "2026-12-01T03:00:00Z",
    "lift_reason": None,
    "lift_proposed_by": None,
    "lift_declined_by": None,
    "lift_declined_at": None,
    "lifted_by": None,
    "lifted_on": None,
    "version": 2,
}


class BarIn(WireIn):
    """Keep an organisation from vouchers, as holder and as provider, from a day to the end of another."""

    model_config = ConfigDict(json_schema_extra={"examples": [GIVEN]})

    organisation_id: OrganisationId
    from_on: date
    until_on: date
    reason: Sentence
    legal_ground: Sentence


class LiftIn(WireIn):
    """Why it should end before its time."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "整改完成,信用修复"}]})

    reason: Sentence


class BarOut(Wire):
    """A bar. It holds from `from_on` to the end of `until_on`, or until `lifted_on`, once confirmed.

    The latest proposal to lift it is shown after it was declined too, with who declined it and when.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [BAR]})

    id: BarId
    city_code: str
    organisation_id: OrganisationId
    organisation_name: str
    status: Status
    from_on: date
    until_on: date
    reason: str
    legal_ground: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    lift_reason: str | None
    lift_proposed_by: str | None
    lift_declined_by: str | None
    lift_declined_at: datetime | None
    lifted_by: str | None
    lifted_on: date | None
    version: int
