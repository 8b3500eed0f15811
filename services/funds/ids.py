"""Identifiers of the funds service as they stand on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kernel.ids import decode_id, encode_id, public_id

OrganisationId = Annotated[UUID, public_id("org")]
CarrierId = Annotated[UUID, public_id("car")]
RecognitionId = Annotated[UUID, public_id("rec")]
CaseId = Annotated[UUID, public_id("case")]
DeterminationId = Annotated[UUID, public_id("det")]
ApprovalId = Annotated[UUID, public_id("apr")]
ClawbackId = Annotated[UUID, public_id("clw")]
ClawbackReceiptId = Annotated[UUID, public_id("cwr")]
EvaluationId = Annotated[UUID, public_id("eva")]
PublicityListId = Annotated[UUID, public_id("pub")]
PublicityObjectionId = Annotated[UUID, public_id("pob")]
EntitlementId = Annotated[UUID, public_id("ent")]
PaymentOrderId = Annotated[UUID, public_id("pay")]
BatchId = Annotated[UUID, public_id("bat")]
AppropriationId = Annotated[UUID, public_id("apn")]
AllotmentId = Annotated[UUID, public_id("alt")]
TrancheId = Annotated[UUID, public_id("trn")]
RedemptionId = Annotated[UUID, public_id("rdm")]
SettlementId = Annotated[UUID, public_id("stm")]
FindingId = Annotated[UUID, public_id("fnd")]
ProviderId = Annotated[UUID, public_id("prv")]
EntryId = Annotated[UUID, public_id("jrn")]

# What an entry is about, by its fact or by the part of it before the dot.
REFERENCE_PREFIX = {
    "payment": "pay", "budget.appropriated": "apn", "budget.allotted": "alt", "budget": "bwd", "tranche": "trn",
    "voucher.redemption_reversed": "fnd", "voucher": "rdm",
    "recovery": "rcv", "loss_claim": "clm", "angel_recovery": "arc", "clawback": "clw",
}  # fmt: skip


def reference_out(fact: str, reference: UUID) -> str:
    """The id of what an entry is about, with its prefix."""
    prefix = REFERENCE_PREFIX.get(fact) or REFERENCE_PREFIX.get(fact.partition(".")[0])
    return encode_id(prefix, reference) if prefix else str(reference)


def _read_any(value: Any) -> UUID:
    try:
        return decode_id(value.rpartition("_")[0], value)
    except (ValueError, AttributeError):
        raise PydanticCustomError("identifier", "not an identifier") from None


AnyId = Annotated[
    UUID,
    BeforeValidator(_read_any),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]{3,4}_[0-7][0-9a-hjkmnp-tv-z]{25}$"}),
]
