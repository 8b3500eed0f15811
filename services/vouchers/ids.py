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
CaseId = Annotated[UUID, public_id("case")]
