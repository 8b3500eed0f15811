"""What is done to parties: stated, ended; contacts kept as hashes. Two who state at once come one after the other."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.problems import Conflict, InvalidMember, NotFound, named_constraint, refuse_if
from services.registry.organisations.models import Organisation
from services.registry.organisations.queries import find_organisation
from services.registry.organisations.service import CLERKS
from services.registry.organisations.sources import Source
from services.registry.parties.models import Contact, Party
from services.registry.parties.queries import find_party, holder_of, parties_of
from services.registry.parties.rules import Node, Stated, end_findings, party_findings
from services.registry.parties.schemas import ContactIn, PartyEndIn, PartyIn
from services.registry.people.rules import keyed_hash
from services.registry.people.service import person_named

_NOT_YOURS = Finding(
    "source_not_yours",
    (),
    "仅窗口人员可以登记簿或执照为来源。",
    "Only the window's clerks state what a register or a licence says.",
)


class HolderUnknown(InvalidMember):
    code, title_zh, title_en = "unknown_organisation", "该单位未登记", "The organisation is not registered"
    pointer = "/holder_organisation_id"


class PartyEnded(Conflict):
    code, title_zh, title_en = "party_ended", "该关联方已终止", "The party has ended already"


class ContactRecorded(Conflict):
    code, title_zh, title_en = "contact_recorded", "该联系方式已登记", "The contact is on record already"


named_constraint("uq_organisation_contact", ContactRecorded)


async def record_party(
    session: AsyncSession, *, organisation_id: UUID, given: PartyIn, key: bytes, caller: Caller
) -> Party:
    """Raises HolderUnknown, and Refusal with every reason; shares never exceed the whole on any day."""
    organisation = await find_organisation(session, organisation_id, caller=caller, for_update=True)
    refuse_if(_source_findings(given.source, caller))
    holder, holder_is_active = await _holder(session, organisation, given, key, caller)
    standing = [_as_stated(party) for party in await parties_of(session, organisation.id)]
    today = clock.today(organisation.city_code)
    refuse_if(party_findings(given.stated(holder), standing, today=today, holder_is_active=holder_is_active))
    party = _new_party(organisation, given, holder, caller)
    session.add(party)
    await session.flush()
    return await find_party(session, organisation.id, party.id)


async def end_party(
    session: AsyncSession, *, organisation_id: UUID, party_id: UUID, given: PartyEndIn, caller: Caller
) -> Party:
    """It holds no longer from a day on; that it held stays on record. Raises PartyEnded, Refusal."""
    await find_organisation(session, organisation_id, caller=caller, for_update=True)
    party = await find_party(session, organisation_id, party_id)
    if party.ended_on is not None:
        raise PartyEnded
    ended = end_findings(ended_on=given.ended_on, effective_on=party.effective_on, today=clock.today(party.city_code))
    refuse_if([*_source_findings(party.source, caller), *ended])
    party.ended_on, party.end_reason, party.ended_by = given.ended_on, given.reason, caller.acting_for
    await session.flush()
    return party


async def record_contact(
    session: AsyncSession, *, organisation_id: UUID, given: ContactIn, key: bytes, caller: Caller
) -> Contact:
    """Kept as a keyed hash of what can be compared. Raises ContactRecorded."""
    organisation = await find_organisation(session, organisation_id, caller=caller)
    refuse_if(_source_findings(given.source, caller))
    contact = Contact(
        id=new_id(),
        city_code=organisation.city_code,
        organisation_id=organisation.id,
        kind=given.kind,
        value_hash=keyed_hash(organisation.city_code, given.kind.value, given.comparable, key),
        source=given.source,
        consent_reference=given.consent_reference,
        recorded_by=caller.acting_for,
        registered_at=clock.now(organisation.city_code),
    )
    session.add(contact)
    await session.flush()
    return contact


def _source_findings(source: Source, caller: Caller) -> list[Finding]:
    return [] if source is Source.APPLICANT or caller.roles & CLERKS else [_NOT_YOURS]


async def _holder(
    session: AsyncSession, organisation: Organisation, given: PartyIn, key: bytes, caller: Caller
) -> tuple[Node | None, bool]:
    """Who it is, and whether it exists at present."""
    if given.person is not None:
        person = await person_named(session, given=given.person, key=key, caller=caller)
        return Node("person", person.id), True
    if given.holder_organisation_id is None:
        return None, True
    if given.holder_organisation_id == organisation.id:
        raise HolderUnknown
    try:
        holder = await find_organisation(session, given.holder_organisation_id, caller=caller)
    except NotFound:
        raise HolderUnknown from None
    return Node("organisation", holder.id), holder.is_active or given.ended_on is not None


def _as_stated(party: Party) -> Stated:
    return Stated(party.role.value, holder_of(party), party.share_bp, party.effective_on, party.ended_on)


def _new_party(organisation: Organisation, given: PartyIn, holder: Node | None, caller: Caller) -> Party:
    is_person = holder is not None and holder.kind == "person"
    return Party(
        id=new_id(),
        city_code=organisation.city_code,
        organisation_id=organisation.id,
        role=given.role,
        holder_organisation_id=holder.id if holder and not is_person else None,
        holder_person_id=holder.id if holder and is_person else None,
        share_bp=given.share_bp,
        effective_on=given.effective_on,
        ended_on=given.ended_on,
        source=given.source,
        consent_reference=given.consent_reference,
        recorded_by=caller.acting_for,
        registered_at=clock.now(organisation.city_code),
    )
