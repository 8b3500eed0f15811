"""Recording that an organisation consents, and that it no longer does."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationReply
from gateway.window.consents.models import Consent, Purpose, Withdrawal
from gateway.window.consents.queries import find_consent
from gateway.window.consents.rules import consent_findings
from kernel.auth import Caller
from kernel.clock import now, today
from kernel.ids import new_id
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if


class ConsentWithdrawn(Conflict):
    code, title_zh, title_en = "consent_withdrawn", "该同意已撤回", "The consent was withdrawn already"


named_constraint("pk_consent_withdrawal", ConsentWithdrawn)


def acts_for(caller: Caller, *, organisation_id: UUID, registered_by: str | None) -> bool:
    """A client acts for the organisations it entered, and for its own."""
    return caller.subject == registered_by or caller.organisation_id == str(organisation_id)


def must_act_for(caller: Caller, organisation: OrganisationReply | None) -> OrganisationReply:
    """An organisation of the caller's city the caller acts for. Raises NotFound: any other does not exist for it."""
    if organisation is None or organisation.city_code != caller.city:
        raise NotFound
    if not acts_for(caller, organisation_id=organisation.id, registered_by=organisation.registered_by):
        raise NotFound
    return organisation


async def record_consent(
    session: AsyncSession,
    *,
    organisation: OrganisationReply,
    purpose: Purpose,
    evidence_title: str,
    evidence_reference: str,
    valid_until: date,
    caller: Caller,
) -> Consent:
    """Keep who consented to what until when, on which evidence, and who says so."""
    city_code = caller.city
    refuse_if(
        consent_findings(valid_until=valid_until, today=today(city_code), organisation_status=organisation.status)
    )
    consent_id = new_id()
    session.add(
        Consent(
            id=consent_id,
            city_code=city_code,
            organisation_id=organisation.id,
            purpose=purpose,
            evidence_title=evidence_title,
            evidence_reference=evidence_reference,
            valid_until=valid_until,
            recorded_by=caller.subject,
            given_at=now(city_code),
        )
    )
    await session.flush()
    return await find_consent(session, consent_id, caller=caller)


async def withdraw_consent(session: AsyncSession, *, consent_id: UUID, reason: str | None, caller: Caller) -> Consent:
    """From now on nothing is done under it; what was done stays on record."""
    consent = await find_consent(session, consent_id, caller=caller)
    if consent.withdrawal is not None:
        raise ConsentWithdrawn
    session.add(
        Withdrawal(
            consent_id=consent.id,
            city_code=consent.city_code,
            reason=reason,
            withdrawn_by=caller.acting_for,
            withdrawn_at=now(consent.city_code),
        )
    )
    await session.flush()
    return await find_consent(session, consent_id, caller=caller)
