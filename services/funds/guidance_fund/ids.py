"""Identifiers of the guidance fund as they stand on the wire."""

from typing import Annotated
from uuid import UUID

from kernel.ids import public_id

CallId = Annotated[UUID, public_id("gfc")]
ProposalId = Annotated[UUID, public_id("gfp")]
SubFundId = Annotated[UUID, public_id("sbf")]
CommitmentId = Annotated[UUID, public_id("cmt")]
DrawdownId = Annotated[UUID, public_id("drw")]
ShareId = Annotated[UUID, public_id("dsh")]
InvestmentId = Annotated[UUID, public_id("ivt")]
ExitId = Annotated[UUID, public_id("ext")]
ReturnId = Annotated[UUID, public_id("gfr")]
ReportId = Annotated[UUID, public_id("sfr")]
ExpertId = Annotated[UUID, public_id("exp")]
