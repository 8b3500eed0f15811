"""Reads of applications."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.owning import own_only
from kernel.paging import PageQuery, asked_for, page_of
from kernel.problems import NotFound
from kernel.supplements import AwaitedSupplement, Document
from services.vouchers.applications.models import AcceptedCase
from services.vouchers.applications.states import Status


async def accepted_case(session: AsyncSession, case_id: UUID, *, caller: Caller, lock: bool = False) -> AcceptedCase:
    """An application the window has accepted; 404 before, and for another city's."""
    case = await session.get(AcceptedCase, case_id, with_for_update=lock or None, populate_existing=lock)
    if case is None:
        raise NotFound
    caller.must_act_in(case.city_code)
    return case


async def documents_awaited(
    session: AsyncSession, applicant_id: UUID, *, city_code: str, items: Collection[str]
) -> list[Document]:
    """What the applicant has promised for undecided cases of these items and not handed in."""
    case = AcceptedCase
    waiting = (case.city_code == city_code, case.applicant_id == applicant_id, case.item.in_(items))
    found = select(AwaitedSupplement.documents).join(case, case.id == AwaitedSupplement.case_id).where(*waiting)
    awaited = await session.scalars(found.order_by(case.id))
    return [document for documents in awaited for document in documents]


async def list_applications(
    session: AsyncSession, page: PageQuery, *, caller: Caller, status: Status | None
) -> tuple[list[AcceptedCase], str | None]:
    """Of the city for its staff, an applicant's own for itself; oldest first."""
    wanted = [*asked_for({AcceptedCase.status: status}), *own_only(caller, AcceptedCase.applicant_id)]
    found = select(AcceptedCase).where(AcceptedCase.city_code == caller.city, *wanted)
    return await page_of(session, found, page, (AcceptedCase.recorded_at, AcceptedCase.id))
