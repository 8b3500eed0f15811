"""Handing in a bundle, a case for each of its items or none, and taking back what is left of it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationReply
from gateway.window.bundles.intake import JointApplication, assess_parts
from gateway.window.bundles.models import BundleFile
from gateway.window.bundles.queries import find_bundle, parts_of
from gateway.window.bundles.rules import withdrawal_findings
from gateway.window.cases.intake import Assessment, must_be_takeable
from gateway.window.cases.numbers import BUNDLE, next_number
from gateway.window.cases.service import take, withdraw
from gateway.window.cases.states import ENDED
from gateway.window.policies.queries import policy_for
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.problems import Refusal
from policy.store import accepted_now


class BundleNotWithdrawable(Refusal):
    code, title_zh, title_en = "bundle_not_withdrawable", "不能整体撤回", "The bundle cannot be withdrawn as a whole"
    hint_zh, hint_en = "未受理的事项可逐件撤回", "Parts not yet accepted can be withdrawn one by one"


async def preflight(
    session: AsyncSession, *, caller: Caller, joint: JointApplication, applicant: OrganisationReply | None
) -> Assessment:
    """What handing it in would meet; nothing is kept."""
    at = accepted_now(caller.city)
    snapshot = await policy_for(session, caller.city, at)
    _, found = assess_parts(snapshot, joint, applicant=applicant, caller=caller, at=at)
    return found


async def open_bundle(
    session: AsyncSession, *, caller: Caller, joint: JointApplication, applicant: OrganisationReply | None
) -> BundleFile:
    """Take every part and number it. Raises ApplicationInvalid with everything that is wrong with any of them.

    Bundles of a city wait for one another at their own counter, so their cases cannot take others crosswise.
    """
    city_code, at = caller.city, accepted_now(caller.city)
    snapshot = await policy_for(session, city_code, at)
    parts, found = assess_parts(snapshot, joint, applicant=applicant, caller=caller, at=at)
    must_be_takeable(found)
    bundle = BundleFile(
        id=new_id(),
        city_code=city_code,
        number=await next_number(session, city_code=city_code, service=BUNDLE, year=at.on.year),
        bundle=joint.bundle,
        applicant_id=joint.applicant_id,
        submitted_at=at.at,
    )
    session.add(bundle)
    await session.flush()
    for part in parts:
        await take(session, snapshot, caller=caller, application=part, applicant=applicant, at=at, bundle_id=bundle.id)
    return bundle


async def withdraw_bundle(session: AsyncSession, *, caller: Caller, bundle_id: UUID, reason: str | None) -> BundleFile:
    """The applicant takes back every part that has not ended; all of them or none. Raises BundleNotWithdrawable."""
    bundle = await find_bundle(session, caller, bundle_id)
    parts = (await parts_of(session, [bundle.id], for_update=True))[bundle.id]
    found = withdrawal_findings((case.number, case.status) for case in parts)
    if found:
        raise BundleNotWithdrawable(reasons=found)
    for case in parts:
        if case.status not in ENDED:
            await withdraw(session, case, reason=reason)
    return bundle
