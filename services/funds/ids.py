"""Identifiers of the funds service as they stand on the wire."""

from typing import Annotated
from uuid import UUID

from kernel.ids import public_id

OrganisationId = Annotated[UUID, public_id("org")]
CarrierId = Annotated[UUID, public_id("car")]
RecognitionId = Annotated[UUID, public_id("rec")]
CaseId = Annotated[UUID, public_id("case")]
DeterminationId = Annotated[UUID, public_id("det")]
ApprovalId = Annotated[UUID, public_id("apr")]
EntitlementId = Annotated[UUID, public_id("ent")]
PaymentOrderId = Annotated[UUID, public_id("pay")]
BatchId = Annotated[UUID, public_id("bat")]
AppropriationId = Annotated[UUID, public_id("apn")]
AllotmentId = Annotated[UUID, public_id("alt")]
TrancheId = Annotated[UUID, public_id("trn")]
RedemptionId = Annotated[UUID, public_id("rdm")]
ProviderId = Annotated[UUID, public_id("prv")]
EntryId = Annotated[UUID, public_id("jrn")]
