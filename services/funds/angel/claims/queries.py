"""Reading claims."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.db import among
from kernel.paging import asked_for
from services.funds.angel.access import find, own_only
from services.funds.angel.claims.models import AngelClaim
from services.funds.angel.claims.rules import Drawn
from services.funds.angel.claims.states import COMMITTED, FALLEN, AngelClaimStatus
from services.funds.angel.investments.models import AngelInvestment


async def get_claim(session: AsyncSession, claim_id: UUID, caller: Caller, *, lock: bool = False) -> AngelClaim:
    """One the caller may see. Raises NotFound."""
    return await find(session, AngelClaim, claim_id, caller, lock=lock)


async def standing_claim(session: AsyncSession, investment_id: UUID) -> AngelClaim | None:
    """The claim for an investment that was neither refused nor taken back."""
    wanted = select(AngelClaim).where(AngelClaim.investment_id == investment_id, AngelClaim.status.not_in(FALLEN))
    found: AngelClaim | None = await session.scalar(wanted)
    return found


async def drawn(
    session: AsyncSession,
    investment: AngelInvestment,
    *,
    year: int,
    investors: Collection[UUID] = (),
    projects: Collection[UUID] = (),
) -> Drawn:
    """What was approved for the project ever, and to the investor at the investment's stage in a policy year.

    `investors` and `projects`: organisations that count as the same one.
    """
    of_project = among(AngelClaim.project_id, {investment.project_id, *projects})
    of_investor = (
        among(AngelClaim.investor_id, {investment.investor_id, *investors}),
        AngelClaim.stage == investment.stage,
        AngelClaim.policy_year == year,
    )
    amount = AngelClaim.approved_fen
    sums = (
        cast(func.coalesce(func.sum(amount).filter(of_project), 0), BigInteger),
        cast(func.coalesce(func.sum(amount).filter(*of_investor), 0), BigInteger),
    )
    counted = (AngelClaim.city_code == investment.city_code, AngelClaim.status.in_(COMMITTED))
    project_fen, year_fen = (await session.execute(select(*sums).where(*counted))).one()
    return Drawn(project_fen, year_fen)


async def hold_angel(session: AsyncSession, city_code: str) -> None:
    """One decision of a city at a time: two would both see the room a cap leaves."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"angel:{city_code}", 0))))


def claims_of(caller: Caller, *, investment_id: UUID | None, status: AngelClaimStatus | None) -> Select[AngelClaim]:
    """What the caller may see, to be paged."""
    asked = {AngelClaim.investment_id: investment_id, AngelClaim.status: status}
    wanted = select(AngelClaim).where(
        AngelClaim.city_code == caller.city, *own_only(caller, AngelClaim.filed_by, AngelClaim.investor_id)
    )
    return wanted.where(*asked_for(asked))
