"""Reads of findings."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.vouchers.integrity.findings.models import RedemptionFinding
from services.vouchers.integrity.findings.states import Status
from services.vouchers.settlement.models import Settlement, SettlementLine
from services.vouchers.settlement.states import LET_BE_PAID


async def finding_for(
    session: AsyncSession, finding_id: UUID, *, caller: Caller, lock: bool = False
) -> RedemptionFinding:
    """One finding; 404 for another city's."""
    finding = await session.get(RedemptionFinding, finding_id, with_for_update=lock or None)
    if finding is None:
        raise NotFound
    caller.must_act_in(finding.city_code)
    return finding


async def list_findings(
    session: AsyncSession, page: PageQuery, *, caller: Caller, redemption_id: UUID | None, status: Status | None
) -> tuple[list[RedemptionFinding], str | None]:
    """Findings of the city, oldest first."""
    wanted = {RedemptionFinding.redemption_id: redemption_id, RedemptionFinding.status: status}
    found = select(RedemptionFinding).where(RedemptionFinding.city_code == caller.city, *asked_for(wanted))
    return await page_of(session, found, page, (RedemptionFinding.recorded_at, RedemptionFinding.id))


async def confirmed_settlement_of(session: AsyncSession, redemption_id: UUID) -> UUID | None:
    """The statement that lets a redemption be paid. Whoever confirms one meanwhile waits, and then sees the finding."""
    wanted = (
        select(Settlement)
        .join(SettlementLine, SettlementLine.settlement_id == Settlement.id)
        .where(SettlementLine.redemption_id == redemption_id, SettlementLine.finding_id.is_(None))
        .where(~SettlementLine.withdrawn)
        .with_for_update(read=True, of=Settlement)
        .execution_options(populate_existing=True)
    )
    found = await session.scalar(wanted)
    return found.id if found is not None and found.status in LET_BE_PAID else None
