"""Handing in a bundle: a case for each of its items, or none."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationReply
from gateway.window.bundles.intake import JointApplication, takeable_parts
from gateway.window.bundles.models import BundleFile
from gateway.window.cases.numbers import BUNDLE, next_number
from gateway.window.cases.service import take
from gateway.window.policies.queries import policy_for
from kernel.auth import Caller
from kernel.ids import new_id
from policy.store import accepted_now


async def open_bundle(
    session: AsyncSession, *, caller: Caller, joint: JointApplication, applicant: OrganisationReply | None
) -> BundleFile:
    """Take every part and number it. Raises ApplicationInvalid with everything that is wrong with any of them.

    Bundles of a city wait for one another at their own counter, so their cases cannot take others crosswise.
    """
    city_code, at = caller.city, accepted_now(caller.city)
    snapshot = await policy_for(session, city_code, at)
    parts = takeable_parts(snapshot, joint, applicant=applicant, caller=caller, at=at)
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
        await take(session, snapshot, caller=caller, application=part, at=at, bundle_id=bundle.id)
    return bundle
