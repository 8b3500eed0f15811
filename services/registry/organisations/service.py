"""What is done to organisations: registered, renamed, paid elsewhere, their code confirmed."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationEntrusted, OrganisationRegistered, OrganisationRenamed
from kernel import clock
from kernel.auth import WORKLOAD, Caller
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from kernel.schemas import utc_text
from services.registry.organisations.credit_codes import warnings_of
from services.registry.organisations.firms import is_unclaimed
from services.registry.organisations.models import (
    Entrustment,
    Organisation,
    OrganisationKind,
    OrganisationName,
    PayeeAccount,
)
from services.registry.organisations.queries import find_organisation, hold_code, of_code
from services.registry.organisations.records import named, new_organisation
from services.registry.organisations.rules import (
    borrower_findings,
    ended_findings,
    entrusting_findings,
    override_findings,
    payee_findings,
    rename_findings,
)
from services.registry.organisations.schemas import EntrustIn, OrganisationIn, OverrideIn, PayeeAccountIn

CLERKS = frozenset({"officer", "operator"})


class OrganisationExists(Conflict):
    code, title_zh, title_en = (
        "organisation_exists",
        "该统一社会信用代码已登记",
        "The credit code is registered already",
    )
    hint_zh = "可用 GET /v1/registry/organisations?credit_code= 查询本方登记的单位;由他人登记的,请联系窗口"
    hint_en = "Yours are at GET /v1/registry/organisations?credit_code=; if another has it, ask the window"


class NothingToOverride(Conflict):
    code = "nothing_to_override"
    title_zh, title_en = "代码没有待确认的疑点", "The credit code has no warning that waits"


named_constraint("uq_organisation_city_code_credit_code", OrganisationExists)


async def register_organisation(session: AsyncSession, *, given: OrganisationIn, caller: Caller) -> Organisation:
    """A doubtful code is registered with its warnings; it is never refused for its check digit alone."""
    city_code, organisation_id = caller.city, new_id()
    unclaimed = await _unclaimed(session, given, city_code)
    if unclaimed is not None:
        return await _claim(session, unclaimed, given, caller)
    doubtful = bool(given.credit_code and warnings_of(given.credit_code))
    override = given.identifier_override if doubtful else None
    if override is not None:
        refuse_override(caller, override)
    session.add(
        new_organisation(
            organisation_id=organisation_id,
            city_code=city_code,
            kind=given.kind,
            name=given.name,
            credit_code=given.credit_code,
            by=caller.subject,
            override=override_by(caller, override) if override else None,
        )
    )
    await session.flush()
    session.add(_named(organisation_id, given.name, clock.today(city_code), caller))
    if given.payee_account is not None:
        await _open_account(session, organisation_id, [given.name], given.kind, given.payee_account, caller)
    fact = OrganisationRegistered(organisation_id=organisation_id, name=given.name, kind=given.kind)
    await record(session, fact, city_code=city_code, subject=organisation_id)
    return await _after_change(session, organisation_id, caller)


async def _unclaimed(session: AsyncSession, given: OrganisationIn, city_code: str) -> Organisation | None:
    """The same organisation, known so far only because a partner named it. One of another name is in the way, and so is
    one whose account the counter entered: an officer entrusts it.
    """
    if given.credit_code is None:
        return None
    await hold_code(session, city_code, given.credit_code)
    found = await of_code(session, city_code, given.credit_code)
    if found is None or not is_unclaimed(found) or found.payee_account is not None:
        return None
    differs = borrower_findings(name=given.name, names=[entry.name for entry in found.names])
    return None if differs else found


async def _claim(
    session: AsyncSession, organisation: Organisation, given: OrganisationIn, caller: Caller
) -> Organisation:
    """From now on it is the caller's, as if nobody had named it before."""
    organisation.kind, organisation.registered_by = given.kind, caller.subject
    organisation.version += 1
    if given.identifier_override is not None and organisation.identifier_warnings:
        refuse_override(caller, given.identifier_override)
        organisation.identifier_override = override_by(caller, given.identifier_override)
    if given.payee_account is not None:
        names = [entry.name for entry in organisation.names]
        await _open_account(session, organisation.id, names, given.kind, given.payee_account, caller)
    return await _after_change(session, organisation.id, caller)


async def rename_organisation(
    session: AsyncSession, *, organisation_id: UUID, name: str, effective_on: date, if_match: str, caller: Caller
) -> Organisation:
    """From `effective_on` it has another name; what it was called before stays."""
    organisation = await _to_change(session, organisation_id, if_match, caller)
    last_named_on = organisation.names[-1].effective_on
    today = clock.today(organisation.city_code)
    found = rename_findings(effective_on=effective_on, last_named_on=last_named_on, today=today)
    refuse_if([*ended_findings(has_ended=organisation.has_ended), *found])
    organisation.name = name
    session.add(_named(organisation_id, name, effective_on, caller))
    fact = OrganisationRenamed(organisation_id=organisation_id, name=name, effective_on=effective_on)
    await record(session, fact, city_code=organisation.city_code, subject=organisation_id)
    return await _after_change(session, organisation_id, caller)


async def change_payee_account(
    session: AsyncSession, *, organisation_id: UUID, given: PayeeAccountIn, if_match: str, caller: Caller
) -> Organisation:
    """The account before is kept with the time it was replaced."""
    organisation = await _to_change(session, organisation_id, if_match, caller)
    refuse_if(ended_findings(has_ended=organisation.has_ended))
    if organisation.payee_account is not None:
        organisation.payee_account.replaced_at = clock.now(organisation.city_code)
        # One account is current at any moment, the unique index says: the old one goes before the new one comes.
        await session.flush()
    names = [entry.name for entry in organisation.names]
    await _open_account(session, organisation_id, names, organisation.kind, given, caller)
    return await _after_change(session, organisation_id, caller)


async def entrust_organisation(
    session: AsyncSession, *, organisation_id: UUID, given: EntrustIn, if_match: str, caller: Caller
) -> Organisation:
    """Who acted for it so far no longer sees it: entered at the counter or by another portal, it is not stuck there."""
    organisation = await _to_change(session, organisation_id, if_match, caller)
    former, ended = organisation.registered_by, organisation.has_ended
    ours = given.client.startswith(WORKLOAD)  # what one of those has, anybody may claim
    refuse_if(entrusting_findings(client=given.client, held_by=former, is_ours=ours, has_ended=ended))
    organisation.registered_by = given.client
    entrustment = Entrustment(
        id=new_id(),
        city_code=organisation.city_code,
        organisation_id=organisation.id,
        former=former,
        present=given.client,
        reason=given.reason,
        evidence=given.evidence,
        entrusted_by=caller.acting_for,
        entrusted_at=clock.now(organisation.city_code),
    )
    session.add(entrustment)
    fact = OrganisationEntrusted(organisation_id=organisation.id, former=former, present=given.client)
    await record(session, fact, city_code=organisation.city_code, subject=organisation.id)
    return await _after_change(session, organisation_id, caller)


async def override_identifier_warnings(
    session: AsyncSession, *, organisation_id: UUID, given: OverrideIn, if_match: str, caller: Caller
) -> Organisation:
    """The doubts stay on record beside who set them aside, when and why."""
    organisation = await _to_change(session, organisation_id, if_match, caller)
    if not organisation.is_identifier_doubtful:
        raise NothingToOverride
    refuse_override(caller, given)
    organisation.identifier_override = override_by(caller, given)
    return await _after_change(session, organisation_id, caller)


async def _to_change(session: AsyncSession, organisation_id: UUID, if_match: str, caller: Caller) -> Organisation:
    organisation = await find_organisation(session, organisation_id, caller=caller, for_update=True)
    must_match(if_match, organisation.version)
    organisation.version += 1
    return organisation


async def _after_change(session: AsyncSession, organisation_id: UUID, caller: Caller) -> Organisation:
    await session.flush()
    return await find_organisation(session, organisation_id, caller=caller)


def refuse_override(caller: Caller, override: OverrideIn) -> None:
    """Raise a Refusal for whoever is not a clerk and states no evidence."""
    has_evidence = override.evidence is not None
    refuse_if(override_findings(is_clerk=bool(caller.roles & CLERKS), has_evidence=has_evidence))


def override_by(caller: Caller, override: OverrideIn) -> dict[str, Any]:
    """What is kept of who set warnings aside."""
    at = utc_text(clock.now(caller.city))
    return {"by": caller.acting_for, "at": at, "reason": override.reason, "evidence": override.evidence}


def _named(organisation_id: UUID, name: str, effective_on: date, caller: Caller) -> OrganisationName:
    return named(organisation_id, name, effective_on, city_code=caller.city, by=caller.acting_for)


async def _open_account(
    session: AsyncSession,
    organisation_id: UUID,
    names: list[str],
    kind: OrganisationKind,
    given: PayeeAccountIn,
    caller: Caller,
) -> None:
    is_team = kind is OrganisationKind.TEAM
    refuse_if(payee_findings(payee_name=given.payee_name, names=names, may_be_another=is_team))
    session.add(
        PayeeAccount(
            id=new_id(),
            city_code=caller.city,
            organisation_id=organisation_id,
            recorded_by=caller.acting_for,
            **given.model_dump(),
        )
    )
