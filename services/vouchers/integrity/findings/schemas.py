"""Findings on the wire. Amounts in fen."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from kernel.money import PositiveFen
from kernel.schemas import Sentence, Wire, WireIn
from services.vouchers.ids import FindingId, RedemptionId, TrancheId
from services.vouchers.integrity.findings.states import Kind, Status

GIVEN: dict[str, Any] = {
    "redemption_id": "rdm_01k30dwg0070008000000000f6",
    "kind": "invoice_cancelled",
    "amount_fen": 1500000,
    "reason": "发票已红冲,服务未实际开展",
    "evidence": ["红字信息表 4201002612000001"],
}
FINDING: dict[str, Any] = GIVEN | {
    "id": "fnd_01k30dwg0070008000000000f7",
    "city_code": "420100",
    "tranche_id": "trn_01k30dwg0070008000000000a1",
    "status": "confirmed",
    "found_by": "person:officer-2",
    "found_at": "2026-12-20T02:00:00Z",
    "confirmed_by": "person:officer-3",
    "confirmed_at": "2026-12-21T02:00:00Z",
    "booked_at": None,
    "version": 2,
}


class FindingIn(WireIn):
    """What is wrong with how much of a redemption."""

    model_config = ConfigDict(json_schema_extra={"examples": [GIVEN]})

    redemption_id: RedemptionId
    kind: Kind
    amount_fen: PositiveFen
    reason: Sentence
    evidence: Annotated[list[Sentence], Field(min_length=1, max_length=20)]


class FindingOut(Wire):
    """A finding. Confirmed, so much of the redemption is reversed; booked, it may be issued again."""

    model_config = ConfigDict(json_schema_extra={"examples": [FINDING]})

    id: FindingId
    city_code: str
    redemption_id: RedemptionId
    tranche_id: TrancheId
    kind: Kind
    amount_fen: int
    reason: str
    evidence: list[str]
    status: Status
    found_by: str
    found_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    booked_at: datetime | None
    version: int
