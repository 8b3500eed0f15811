"""Reading tranches and their control accounts."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import TrancheReply
from kernel.auth import Caller
from kernel.problems import NotFound
from ledger.tables import account
from services.funds.chart import Line
from services.funds.tranches.models import BookedRedemption, RedemptionReversal, Tranche


async def get_tranche(session: AsyncSession, tranche_id: UUID, caller: Caller) -> Tranche:
    """A tranche of the caller's city. Raises NotFound."""
    tranche = await session.get(Tranche, tranche_id)
    if tranche is None:
        raise NotFound
    caller.must_act_in(tranche.city_code)
    return tranche


def line_of(tranche: Tranche) -> Line:
    """The budget line the tranche was set aside from."""
    return Line(tranche.fund, tranche.policy_year, tranche.payer_level)  # type: ignore[arg-type]  # a CHECKed text


async def control_of(session: AsyncSession, tranche: Tranche) -> TrancheReply:
    """The control account and what was booked against it, read in one statement: figures of one moment."""
    booked, taken_back = (
        select(func.coalesce(func.sum(of.amount_fen), 0)).where(of.tranche_id == tranche.id).scalar_subquery()
        for of in (BookedRedemption, RedemptionReversal)
    )
    found = await session.execute(
        select(account.c.posted_fen, booked, taken_back).where(
            account.c.city_code == tranche.city_code, account.c.code == line_of(tranche).tranche(tranche.id)
        )
    )
    control_fen, booked_fen, reversed_fen = found.one()
    return TrancheReply(
        tranche_id=tranche.id,
        city_code=tranche.city_code,
        programme=tranche.programme,
        policy_year=tranche.policy_year,
        allotted_fen=tranche.amount_fen,
        control_fen=control_fen,
        booked_fen=int(booked_fen),
        reversed_fen=int(reversed_fen),
    )


def tranches_of(city_code: str, programme: str | None, policy_year: int | None) -> Select[Tranche]:
    """Tranches of a city, to be paged."""
    wanted = select(Tranche).where(Tranche.city_code == city_code)
    if programme is not None:
        wanted = wanted.where(Tranche.programme == programme)
    return wanted.where(Tranche.policy_year == policy_year) if policy_year is not None else wanted
