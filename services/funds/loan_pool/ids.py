"""Identifiers of the loan pool as they stand on the wire."""

from typing import Annotated
from uuid import UUID

from kernel.ids import public_id

LoanId = Annotated[UUID, public_id("loan")]
ClaimId = Annotated[UUID, public_id("clm")]
ArrearsReportId = Annotated[UUID, public_id("arr")]
SuspensionId = Annotated[UUID, public_id("sus")]
LibraryFirmId = Annotated[UUID, public_id("lib")]
RecoveryId = Annotated[UUID, public_id("rcv")]
