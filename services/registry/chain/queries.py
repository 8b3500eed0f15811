"""Reads of the chain. Staff see the city; others what their organisations, or the carriers they run, take part in."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import run_by
from services.registry.chain.models import Offer, Project, Stay
from services.registry.chain.states import Ending, OfferStatus, Stage, Standing
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import held_by


def _own_carriers(caller: Caller) -> Select[UUID]:
    return select(Carrier.id).where(run_by(caller))


def holds(caller: Caller) -> ColumnElement[bool]:
    """Projects of organisations the caller may act for."""
    held = select(Organisation.id).where(Organisation.city_code == caller.city, held_by(caller))
    return Project.organisation_id.in_(held)


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The projects of the caller's city that exist for the caller."""
    in_city = Project.city_code == caller.city
    if is_staff(caller):
        return in_city
    carriers = _own_carriers(caller)
    stayed = select(Stay.project_id).where(Stay.carrier_id.in_(carriers))
    offered = select(Offer.project_id).where(Offer.to_carrier_id.in_(carriers), Offer.status == OfferStatus.OFFERED)
    return in_city & or_(holds(caller), Project.id.in_(stayed), Project.id.in_(offered))


async def find_project(session: AsyncSession, project_id: UUID, *, caller: Caller, for_update: bool = False) -> Project:
    """With its whole line. Raises NotFound."""
    statement = _whole().where(Project.id == project_id, seen_by(caller))
    if for_update:
        statement = statement.with_for_update(of=Project)
    row: Project | None = await session.scalar(statement)
    if row is None:
        raise NotFound
    return row


async def held_project(session: AsyncSession, project_id: UUID, *, caller: Caller) -> Project:
    """One whose holder the caller may act for, locked. Raises NotFound."""
    mine = Project.city_code == caller.city if is_staff(caller) else holds(caller) & (Project.city_code == caller.city)
    row: Project | None = await session.scalar(
        _whole().where(Project.id == project_id, mine).with_for_update(of=Project)
    )
    if row is None:
        raise NotFound
    return row


async def held_projects(session: AsyncSession, organisation_id: UUID) -> list[Project]:
    """All of an organisation, locked one after the other by their ids. For who holds the lock of the organisation."""
    statement = _whole().where(Project.organisation_id == organisation_id).order_by(Project.id)
    return list(await session.scalars(statement.with_for_update(of=Project)))


async def lock_project(session: AsyncSession, project_id: UUID) -> Project:
    """For a timer, and for who answers an offer."""
    row: Project = (await session.scalars(_whole().where(Project.id == project_id).with_for_update(of=Project))).one()
    return row


async def list_projects(
    session: AsyncSession, page: PageQuery, *, caller: Caller, standing: Standing | None, organisation_id: UUID | None
) -> tuple[list[Project], str | None]:
    """In the order they were registered."""
    wanted = {Project.standing: standing, Project.organisation_id: organisation_id}
    statement = select(Project).where(seen_by(caller), *asked_for(wanted))
    return await page_of(session, statement, page, (Project.recorded_at, Project.id))


async def runs(session: AsyncSession, carrier_id: UUID, caller: Caller) -> bool:
    """Whether the caller acts for the operator of a carrier. Staff do not: a consent is the carrier's own."""
    found = await session.scalar(select(Carrier.id).where(Carrier.id == carrier_id, run_by(caller)))
    return found is not None


async def find_offer(session: AsyncSession, offer_id: UUID, *, caller: Caller) -> Offer:
    """Its project is locked first, so that answers and other steps come one by one. Raises NotFound."""
    carriers = _own_carriers(caller)
    party = or_(Offer.to_carrier_id.in_(carriers), Offer.from_carrier_id.in_(carriers), Offer.project_id.in_(
        select(Project.id).where(holds(caller))
    ))  # fmt: skip
    mine = Offer.city_code == caller.city if is_staff(caller) else (Offer.city_code == caller.city) & party
    project_id = await session.scalar(select(Offer.project_id).where(Offer.id == offer_id, mine))
    if project_id is None:
        raise NotFound
    await lock_project(session, project_id)
    return await read_offer(session, offer_id)


async def read_offer(session: AsyncSession, offer_id: UUID) -> Offer:
    """As it is now."""
    found = select(Offer).where(Offer.id == offer_id).execution_options(populate_existing=True)
    row: Offer = (await session.scalars(found)).one()
    return row


async def open_offer(session: AsyncSession, project_id: UUID) -> Offer | None:
    """The one that waits for an answer. Who asks holds the lock of the project."""
    wanted = (Offer.project_id == project_id, Offer.status == OfferStatus.OFFERED)
    row: Offer | None = await session.scalar(select(Offer).where(*wanted).execution_options(populate_existing=True))
    return row


async def takes_part(session: AsyncSession, project_id: UUID, caller: Caller) -> bool:
    """Whether the caller holds the project, runs a carrier it is or was in, or works for the city."""
    if is_staff(caller):
        return True
    stayed = select(Stay.project_id).where(Stay.carrier_id.in_(_own_carriers(caller)))
    mine = (Project.id == project_id) & or_(holds(caller), Project.id.in_(stayed))
    return await session.scalar(select(Project.id).where(mine)) is not None


async def list_offers(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: OfferStatus | None
) -> tuple[list[Offer], str | None]:
    """What was offered to or by the carriers the caller runs; all of the city for its staff."""
    statement = select(Offer).where(Offer.city_code == caller.city)
    if not is_staff(caller):
        carriers = _own_carriers(caller)
        statement = statement.where(or_(Offer.to_carrier_id.in_(carriers), Offer.from_carrier_id.in_(carriers)))
    if status is not None:
        statement = statement.where(Offer.status == status)
    return await page_of(session, statement, page, (Offer.recorded_at, Offer.id))


async def list_stays(
    session: AsyncSession, page: PageQuery, *, carrier_id: UUID, stage: Stage | None, is_open: bool | None
) -> tuple[list[Stay], str | None]:
    """Who was and is in a carrier."""
    statement = select(Stay).where(Stay.carrier_id == carrier_id).options(selectinload(Stay.project))
    if stage is not None:
        statement = statement.where(Stay.stage == stage)
    if is_open is not None:
        statement = statement.where(Stay.ended_on.is_(None) if is_open else Stay.ended_on.is_not(None))
    return await page_of(session, statement, page, (Stay.recorded_at, Stay.id))


async def stage_counts(
    session: AsyncSession, *, city_code: str, carrier_id: UUID | None = None
) -> dict[tuple[Stage, Ending | None], int]:
    """Distinct projects by stage and by how the stay ended; None: still there."""
    distinct = func.count(Stay.project_id.distinct())
    statement = select(Stay.stage, Stay.ending, distinct).where(Stay.city_code == city_code)
    if carrier_id is not None:
        statement = statement.where(Stay.carrier_id == carrier_id)
    rows = await session.execute(statement.group_by(Stay.stage, Stay.ending))
    return {(stage, ending): number for stage, ending, number in rows}


async def kinds_run_by(session: AsyncSession, organisation_id: UUID) -> set[str]:
    """The kinds of carriers an organisation operates."""
    kinds = await session.scalars(select(Carrier.kind).where(Carrier.operator_id == organisation_id).distinct())
    return {kind.value for kind in kinds}


def _whole() -> Select[Project]:
    loaded = (
        selectinload(Project.organisation),
        selectinload(Project.stays).selectinload(Stay.carrier),
        selectinload(Project.holders),
        selectinload(Project.equity),
        selectinload(Project.milestones),
    )
    return select(Project).options(*loaded).execution_options(populate_existing=True)
