"""Reads of applications: an applicant's portal sees its own, staff the city's."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import asked_for
from kernel.problems import NotFound
from services.funds.applications.models import Application
from services.funds.applications.rules import Earlier
from services.funds.applications.states import COMMITTED, Status
from services.funds.entitlements.models import Entitlement
from services.funds.entitlements.states import COMMITTED as AWARDED
from services.funds.payments.models import PaymentOrder


def applications_of(
    city_code: str, *, status: Status | None, programme: str | None, applicant_id: UUID | None, case_id: UUID | None
) -> Select[Application]:
    """Applications of the city by what is asked for."""
    asked = {
        Application.status: status, Application.programme: programme,
        Application.applicant_id: applicant_id, Application.case_id: case_id,
    }  # fmt: skip
    return select(Application).where(Application.city_code == city_code, *asked_for(asked))


async def get_application(session: AsyncSession, application_id: UUID, caller: Caller) -> Application:
    """One of the caller's city, locked. Raises NotFound."""
    wanted = select(Application).where(Application.id == application_id, Application.city_code == caller.city)
    row: Application | None = await session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFound
    return row


async def read_application(session: AsyncSession, application_id: UUID, caller: Caller) -> Application:
    """One of the caller's city, to be shown. Raises NotFound."""
    wanted = select(Application).where(Application.id == application_id, Application.city_code == caller.city)
    row: Application | None = await session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


async def application_of_case(session: AsyncSession, case_id: UUID) -> Application | None:
    """What was opened for a case, locked; None for what was not taken up."""
    row: Application | None = await session.scalar(
        select(Application).where(Application.case_id == case_id).with_for_update()
    )
    return row


async def is_known(session: AsyncSession, case_id: UUID) -> bool:
    """Whether the case was taken up before."""
    return await session.scalar(select(Application.id).where(Application.case_id == case_id)) is not None


async def hold_applicant(session: AsyncSession, city_code: str, applicant_id: UUID, programme: str) -> None:
    """What an applicant gets under a programme is decided one by one: caps of a year look at the others."""
    key = f"application:{city_code}:{programme}:{applicant_id}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def earlier_of(session: AsyncSession, row: Application) -> list[Earlier]:
    """Other applications of the applicant under the programme that were approved or paid."""
    found = await session.scalars(
        select(Application)
        .where(
            Application.city_code == row.city_code,
            Application.applicant_id == row.applicant_id,
            Application.programme == row.programme,
            Application.status.in_(COMMITTED),
            Application.id != row.id,
        )
        .order_by(Application.approved_at, Application.id)
    )
    return [Earlier(one.policy_year or 0, (one.facts or {}).get("head"), one.about, one.amount_fen) for one in found]


async def evaluated_years(session: AsyncSession, row: Application) -> set[int]:
    """Years whose evaluation was awarded to the applicant without application under the programme."""
    found = await session.scalars(
        select(Entitlement.evaluation_year).where(
            Entitlement.city_code == row.city_code,
            Entitlement.organisation_id == row.applicant_id,
            Entitlement.programme == row.programme,
            Entitlement.evaluation_id.is_not(None),
            Entitlement.status.in_(AWARDED),
        )
    )
    return {year for year in found if year is not None}


async def waiting_for_policy(session: AsyncSession, city_code: str, version: int) -> list[UUID]:
    """Applications an open parameter held up under an earlier version."""
    wanted = select(Application.id).where(
        Application.city_code == city_code,
        Application.status == Status.WAITING_POLICY,
        Application.policy_version < version,
    )
    return list(await session.scalars(wanted.order_by(Application.id)))


async def application_of_order(session: AsyncSession, order: PaymentOrder) -> Application:
    """What an order pays, locked."""
    return await session.get_one(Application, order.subject_id, with_for_update=True)
