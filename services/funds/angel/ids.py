"""Identifiers of angel compensation as they stand on the wire."""

from typing import Annotated
from uuid import UUID

from kernel.ids import public_id

RegistrationId = Annotated[UUID, public_id("areg")]
InvestmentId = Annotated[UUID, public_id("ainv")]
AngelClaimId = Annotated[UUID, public_id("acl")]
AngelRecoveryId = Annotated[UUID, public_id("arc")]
