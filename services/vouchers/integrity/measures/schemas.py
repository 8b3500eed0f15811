"""Measures on the wire. Amounts in fen."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from kernel.schemas import Sentence, Wire, WireIn
from services.vouchers.ids import MeasureId, VoucherId
from services.vouchers.integrity.measures.models import Kind

Clause = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{1,3}$", examples=["WH-18"])]
Clauses = Annotated[list[Clause], Field(min_length=1, max_length=20)]
VOIDED: dict[str, Any] = {
    "id": "vms_01k30dwg0070008000000000m1",
    "voucher_id": "vch_01k30dwg0070008000000000c3",
    "kind": "voided",
    "reason": "持券单位转让创新券",
    "clauses": ["WH-18"],
    "returned_fen": 3500000,
    "made_by": "person:officer-2",
    "made_at": "2026-12-11T02:00:00Z",
}


class ReasonIn(WireIn):
    """Why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "举报核查期间暂停使用"}]})

    reason: Sentence


class VoidIn(WireIn):
    """Why, and by which clauses of the city's policy."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": VOIDED["reason"], "clauses": VOIDED["clauses"]}]}
    )

    reason: Sentence
    clauses: Clauses


class MeasureOut(Wire):
    """What was done to a voucher. `returned_fen` went back to its tranche."""

    model_config = ConfigDict(json_schema_extra={"examples": [VOIDED]})

    id: MeasureId
    voucher_id: VoucherId
    kind: Kind
    reason: str
    clauses: list[str]
    returned_fen: int
    made_by: str
    made_at: datetime
