"""Scanning an organisation: may the caller look, what do the services hold, what does the policy say, who looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import CarrierFacts, OrganisationFacts
from gateway.window.consents.models import Purpose
from gateway.window.consents.queries import live_consent
from gateway.window.consents.service import acts_for
from gateway.window.eligibility.batches import escaped
from gateway.window.eligibility.held import Held
from gateway.window.eligibility.models import Basis, EligibilityScan
from gateway.window.eligibility.rules import Result, scan, unfit_facts
from gateway.window.eligibility.sources import Sources
from gateway.window.policies.queries import policy_for
from kernel.auth import Caller
from kernel.clock import today
from kernel.ids import new_id
from kernel.messages import errors_of
from kernel.problems import Conflict, Forbidden, Invalid, NotFound
from kernel.routing import Work
from policy.snapshots import Acceptance, Snapshot
from policy.store import accepted_now

OFFICER = "officer"
# A scan stays an answer a person waits for; who runs more carriers than this names the one that is meant.
CARRIERS_MAX = 50


class ConsentRequired(Forbidden):
    """A portal looks at an organisation only while the organisation's consent counts."""

    code, title_zh, title_en = "consent_required", "须先取得该单位的同意", "The organisation has not consented"
    hint_zh = "先以 POST /v1/window/consents 登记该单位的授权(purpose 为 eligibility_scan);已到期或已撤回的不算"
    hint_en = "Record its consent first: POST /v1/window/consents, purpose eligibility_scan. An ended one is none"


class TooManyCarriers(Conflict):
    code, title_zh, title_en = (
        "too_many_carriers",
        "该单位载体过多,请指定一个载体",
        "The organisation runs too many carriers: name the one that is meant",
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """On what the caller may look. `consent_id` goes with consent alone."""

    basis: Basis
    consent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """The record of a scan, and what it found."""

    record: EligibilityScan
    snapshot: Snapshot
    at: Acceptance
    held: Held
    results: Sequence[Result]


async def scan_organisation(
    work: Work,
    sources: Sources,
    *,
    organisation_id: UUID,
    carrier_id: UUID | None,
    stated: Mapping[str, Any],
    caller: Caller,
) -> Scanned:
    """Ask every live programme about an organisation. Raises NotFound, ConsentRequired, FactsUnfit, TooManyCarriers."""
    ground = await _ground_of(work, organisation_id, caller)
    await work.close()  # the services are asked next, and no transaction waits for them
    held = await _gathered(sources, organisation_id, caller, ground)
    carriers = _carriers_of(held.organisation, carrier_id)
    session = await work.open()
    # It may have been withdrawn while the services were asked.
    ground = await _ground_of(work, organisation_id, caller)
    if ground is None:
        raise ConsentRequired
    at = accepted_now(caller.city)
    snapshot = await policy_for(session, caller.city, at)
    _must_fit(snapshot, stated)
    results = list(scan(snapshot, held, stated, carriers=carriers, at=at))
    record = _record(organisation_id, ground, snapshot, held, caller, at)
    session.add(record)
    return Scanned(record, snapshot, at, held, results)


async def _ground_of(work: Work, organisation_id: UUID, caller: Caller) -> Ground | None:
    """None: nothing allows it."""
    if OFFICER in caller.roles:
        return Ground(Basis.DUTY)
    if caller.organisation_id == str(organisation_id):
        return Ground(Basis.OWN)
    session: AsyncSession = await work.open()
    purpose, on = Purpose.ELIGIBILITY_SCAN, today(caller.city)
    consent_id = await live_consent(session, organisation_id, caller=caller, purpose=purpose, on=on)
    return Ground(Basis.CONSENT, consent_id) if consent_id else None


async def _gathered(sources: Sources, organisation_id: UUID, caller: Caller, ground: Ground | None) -> Held:
    """What the services hold; without a ground the registry alone is asked, to tell a refusal from a stranger."""
    if ground is None:
        _must_exist_for(caller, await sources.organisation(organisation_id))
        raise ConsentRequired
    held = await sources.everything(organisation_id, city_code=caller.city)
    _must_exist_for(caller, held.organisation if held else None)
    assert held is not None  # noqa: S101 - what does not exist was told above
    return held


def _must_exist_for(caller: Caller, organisation: OrganisationFacts | None) -> None:
    """As at the registry: another city's, and what another portal entered, is not there."""
    if organisation is None or organisation.city_code != caller.city:
        raise NotFound
    registered_by = organisation.registered_by
    if OFFICER not in caller.roles and not acts_for(
        caller, organisation_id=organisation.id, registered_by=registered_by
    ):
        raise NotFound


def _carriers_of(organisation: OrganisationFacts, carrier_id: UUID | None) -> list[CarrierFacts]:
    """All its carriers, or the one that is named. Raises NotFound, TooManyCarriers."""
    carriers = [carrier for carrier in organisation.carriers if carrier_id in (None, carrier.id)]
    if carrier_id is not None and not carriers:
        raise NotFound
    if len(carriers) > CARRIERS_MAX:
        raise TooManyCarriers
    return carriers


def _must_fit(snapshot: Snapshot, stated: Mapping[str, Any]) -> None:
    """Every stated fact is one that some programme asks for, in its type."""
    codes = {f"/facts/{escaped(name)}": f"fact_{wanted}" for name, wanted in unfit_facts(snapshot.pack, stated)}
    if codes:
        raise Invalid(errors=errors_of(codes))


def _record(
    organisation_id: UUID, ground: Ground, snapshot: Snapshot, held: Held, caller: Caller, at: Acceptance
) -> EligibilityScan:
    return EligibilityScan(
        id=new_id(),
        city_code=caller.city,
        organisation_id=organisation_id,
        basis=ground.basis,
        consent_id=ground.consent_id,
        scanned_by=caller.acting_for,
        scanned_at=at.at,
        policy_version=snapshot.version,
        policy_hash=snapshot.hash,
        sources_away=list(held.away),
    )
