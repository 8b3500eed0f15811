"""A team becomes a firm: the same organisation, with all it had and was (practice.md, vouchers: quota is carried)."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationIncorporated
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding
from kernel.outbox import record
from kernel.problems import Conflict, refuse_if
from services.registry.chain.following import holder_incorporated
from services.registry.organisations.credit_codes import warnings_of
from services.registry.organisations.firms import is_unclaimed
from services.registry.organisations.models import Organisation, OrganisationKind
from services.registry.organisations.queries import find_organisation, hold_code, of_code
from services.registry.organisations.records import named
from services.registry.organisations.rules import incorporation_findings
from services.registry.organisations.schemas import IncorporationIn
from services.registry.organisations.service import OrganisationExists, override_by, refuse_override


class NotATeam(Conflict):
    code, title_zh, title_en = "not_a_team", "只有团队可以转为企业", "Only a team incorporates"


class FirmAlreadyNamed(OrganisationExists):
    """The code belongs to an organisation of its own here: a merger is the way, not a second identity."""

    hint_zh = "该企业已单独登记;请由窗口办理合并"
    hint_en = "The firm is registered on its own; let the window merge the two"


async def incorporate_team(
    session: AsyncSession, *, organisation_id: UUID, given: IncorporationIn, if_match: str, caller: Caller
) -> Organisation:
    """From a day on the team is a firm with a credit code; id, names and whatever cites it stay.

    An account of a member is closed: a firm is paid under its own name. Raises NotATeam, FirmAlreadyNamed, Refusal.
    """
    team = await find_organisation(session, organisation_id, caller=caller, for_update=True)
    must_match(if_match, team.version)
    if team.kind is not OrganisationKind.TEAM:
        raise NotATeam
    await _must_be_free(session, team.city_code, given.credit_code)
    refuse_if(_findings(team, given.effective_on))
    _become_firm(team, given, caller)
    if team.payee_account is not None and team.payee_account.payee_name != given.name:
        team.payee_account.replaced_at = clock.now(team.city_code)
    session.add(named(team.id, given.name, given.effective_on, city_code=team.city_code, by=caller.acting_for))
    fact = OrganisationIncorporated(organisation_id=team.id, name=given.name, effective_on=given.effective_on)
    await record(session, fact, city_code=team.city_code, subject=team.id)
    await holder_incorporated(session, organisation_id=team.id, on=given.effective_on, caller=caller)
    await session.flush()
    return await find_organisation(session, team.id, caller=caller)


async def _must_be_free(session: AsyncSession, city_code: str, credit_code: str) -> None:
    await hold_code(session, city_code, credit_code)
    found = await of_code(session, city_code, credit_code)
    if found is not None:
        raise FirmAlreadyNamed if is_unclaimed(found) else OrganisationExists


def _findings(team: Organisation, effective_on: date) -> list[Finding]:
    return incorporation_findings(
        effective_on=effective_on,
        last_named_on=team.names[-1].effective_on,
        today=clock.today(team.city_code),
        is_active=team.is_active,
    )


def _become_firm(team: Organisation, given: IncorporationIn, caller: Caller) -> None:
    warnings = warnings_of(given.credit_code)
    override = given.identifier_override if warnings else None
    if override is not None:
        refuse_override(caller, override)
    team.kind, team.name, team.credit_code = OrganisationKind.FIRM, given.name, given.credit_code
    team.identifier_warnings = [warning._asdict() for warning in warnings]
    team.identifier_override = override_by(caller, override) if override else None
    team.incorporated_on = given.effective_on
    team.version += 1
