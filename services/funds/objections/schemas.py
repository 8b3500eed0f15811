"""What crosses the wire about objections to published lists."""

from typing import Any, Self

from pydantic import ConfigDict, Field

from kernel.schemas import Instant, Name, Sentence, Wire, WireIn
from services.funds.ids import EntitlementId, PublicityListId, PublicityObjectionId
from services.funds.objections.models import PublicityObjection

OBJECTION: dict[str, Any] = {
    "id": "pob_01m89wxyk9e9tb1ferwha704mr",
    "list_id": "pub_01m89wxyk9e9tb1ferwha704mr",
    "entitlement_id": "ent_01m89wxyk9e9tb1ferwha704mr",
    "objector": "王某",
    "contact": "邮寄地址",
    "statement": "该空间上报的入驻企业与另一空间重复",
    "filed_by": "portal-5c1f",
    "filed_at": "2026-12-04T02:00:00Z",
    "upheld": None,
    "opinion": None,
    "answered_by": None,
    "answered_at": None,
    "withdrawn_at": None,
}


class ObjectionIn(WireIn):
    """Against one line of the list, by name, with a way to reach whoever objects; neither is published."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{name: OBJECTION[name] for name in ("entitlement_id", "objector", "contact", "statement")}]
        }
    )

    entitlement_id: EntitlementId
    objector: Name
    contact: Name
    statement: Sentence


class AnswerIn(WireIn):
    """`upheld`: the award of the line falls. The opinion is the reason, also towards the payee."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"upheld": False, "opinion": "经核实,两空间入驻企业名单无重复"}]}
    )

    upheld: bool = Field(strict=True)
    opinion: Sentence


class ObjectionOut(Wire):
    """An objection with its answer, for whoever filed it and for who handles it.

    `contact` is personal data: told where objections are listed, to who may answer them, and null everywhere else.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [OBJECTION]})

    id: PublicityObjectionId
    list_id: PublicityListId
    entitlement_id: EntitlementId
    objector: str
    contact: str | None
    statement: str
    filed_by: str
    filed_at: Instant
    upheld: bool | None
    opinion: str | None
    answered_by: str | None
    answered_at: Instant | None
    withdrawn_at: Instant | None

    @classmethod
    def of(cls, row: PublicityObjection, *, tells_contact: bool = False) -> Self:
        """From its row. What a POST answers is kept with its key, so it never tells the contact."""
        found = cls.model_validate(row)
        return found if tells_contact else found.model_copy(update={"contact": None})
