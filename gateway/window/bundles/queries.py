"""Reading bundles: whoever may know of the cases may know what they were handed in with."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.bundles.models import BundleFile
from gateway.window.cases.models import CaseFile
from gateway.window.cases.queries import visible_cases
from gateway.window.feed.models import FeedEntry
from kernel.auth import Caller
from kernel.paging import asked_for
from kernel.problems import NotFound


def _visible(caller: Caller) -> Select[BundleFile]:
    known = select(CaseFile.bundle_id).where(CaseFile.id.in_(visible_cases(caller)), CaseFile.bundle_id.is_not(None))
    return select(BundleFile).where(BundleFile.city_code == caller.city, BundleFile.id.in_(known))


async def find_bundle(session: AsyncSession, caller: Caller, bundle_id: UUID) -> BundleFile:
    """The bundle. Raises NotFound, also for one the caller may not know of."""
    found: BundleFile | None = await session.scalar(_visible(caller).where(BundleFile.id == bundle_id))
    if found is None:
        raise NotFound
    return found


def bundles_statement(
    caller: Caller, *, bundle: str | None, applicant_id: UUID | None, number: str | None
) -> Select[BundleFile]:
    """Bundles of the caller by what is given."""
    wanted = {
        BundleFile.bundle: bundle,
        BundleFile.applicant_id: applicant_id,
        BundleFile.number: number.upper() if number else None,
    }
    return _visible(caller).where(*asked_for(wanted))


async def parts_of(
    session: AsyncSession, bundle_ids: Collection[UUID], *, for_update: bool = False
) -> dict[UUID, list[CaseFile]]:
    """The cases of each bundle, in the order of its items."""
    parts: dict[UUID, list[CaseFile]] = {bundle_id: [] for bundle_id in bundle_ids}
    wanted = select(CaseFile).where(CaseFile.bundle_id.in_(bundle_ids)).order_by(CaseFile.id)
    for case in await session.scalars(wanted.with_for_update() if for_update else wanted):
        if case.bundle_id is not None:
            parts[case.bundle_id].append(case)
    return parts


def timeline_statement(parts: Collection[CaseFile]) -> Select[FeedEntry]:
    """The lines of all parts' timelines; order them by (occurred_at, seq)."""
    return select(FeedEntry).where(FeedEntry.case_id.in_([case.id for case in parts]))
