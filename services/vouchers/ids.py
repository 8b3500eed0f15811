"""Identifiers on the wire."""

from typing import Annotated
from uuid import UUID

from kernel.ids import public_id

TrancheId = Annotated[UUID, public_id("trn")]
ProviderId = Annotated[UUID, public_id("prv")]
VoucherId = Annotated[UUID, public_id("vch")]
ContractId = Annotated[UUID, public_id("ctr")]
RedemptionId = Annotated[UUID, public_id("rdm")]
OrganisationId = Annotated[UUID, public_id("org")]
DeterminationId = Annotated[UUID, public_id("det")]
MeasureId = Annotated[UUID, public_id("vms")]
BarId = Annotated[UUID, public_id("bar")]
FindingId = Annotated[UUID, public_id("fnd")]
SettlementId = Annotated[UUID, public_id("stm")]
SettlementLineId = Annotated[UUID, public_id("stl")]
CaseId = Annotated[UUID, public_id("case")]
