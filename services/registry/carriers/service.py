"""What is done to carriers: entered and changed. Levels are given by recognition, operators change by consent."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding
from kernel.ids import encode_id, new_id
from kernel.messages import errors_of
from kernel.problems import Invalid, refuse_if
from policy.store import policy_today
from services.registry.carriers.models import Carrier, CarrierKind, CarrierOffer, HostKind, Premises
from services.registry.carriers.queries import find_carrier, find_own_carrier, own_space
from services.registry.carriers.rules import (
    carrier_findings,
    name_findings,
    space_entered,
    space_of,
    unfit_facts,
)
from services.registry.carriers.schemas import CarrierChangeIn, CarrierIn, OffersIn, PremisesIn
from services.registry.carriers.vocabulary import categories_of
from services.registry.carriers.warnings import watch_premises
from services.registry.organisations.queries import find_organisation
from services.registry.recognition.queries import is_reviewed


class Host(NamedTuple):
    """Who builds a carrier, in which district, or in which functional zone that has no code of GB/T 2260."""

    kind: HostKind | None
    district_code: str | None
    zone: str | None


NO_HOST = Host(None, None, None)


async def register_carrier(session: AsyncSession, *, given: CarrierIn, caller: Caller) -> Carrier:
    """A carrier of an organisation the caller may act for."""
    operator = await find_organisation(session, given.operator_id, caller=caller)
    host_at = given.host_district_code
    found = await _misplaced(session, caller.city, given.premises, host_at, operator_is_active=operator.is_active)
    refuse_if([*found, *space_entered(_shown(await own_space(session, operator.id, given.kind, given.name)))])
    await must_fit_pack(session, caller.city, given.facts, given.category, given.kind)
    carrier_id = await enter_carrier(
        session,
        city_code=caller.city,
        operator_id=operator.id,
        kind=given.kind,
        category=given.category,
        name=given.name,
        premises=given.premises,
        facts=given.facts,
        host=Host(given.host_kind, given.host_district_code, given.host_zone),
        by=caller.subject,
    )
    return await find_carrier(session, carrier_id, caller=caller)


async def change_carrier(
    session: AsyncSession, *, carrier_id: UUID, given: CarrierChangeIn, if_match: str, caller: Caller
) -> Carrier:
    """Name, category, host, premises or facts; kind and operator stay. Whoever shrinks raises a warning."""
    carrier = await find_own_carrier(session, carrier_id, caller=caller)
    must_match(if_match, carrier.version)
    if given.name is not None:
        refuse_if(await _name_findings(session, carrier, given.name))
    carrier.version += 1
    await must_fit_pack(session, carrier.city_code, given.facts or {}, given.category, carrier.kind)
    for field in ("name", "category", "facts", "host_kind", "host_district_code", "host_zone"):
        value = getattr(given, field)
        if value is not None:
            setattr(carrier, field, value)
    if given.premises is not None or given.host_district_code is not None:
        is_active = carrier.operator.is_active
        places = given.premises or ()
        host_at = given.host_district_code
        refuse_if(await _misplaced(session, carrier.city_code, places, host_at, operator_is_active=is_active))
    if given.premises is not None:
        before = space_of(carrier.premises)
        await move_carrier(session, carrier, given.premises, by=caller.acting_for)
        await watch_premises(session, carrier, before=before, after=space_of(given.premises), by=caller.acting_for)
    await session.flush()
    return await find_carrier(session, carrier_id, caller=caller)


async def change_offers(
    session: AsyncSession, *, carrier_id: UUID, given: OffersIn, if_match: str, caller: Caller
) -> Carrier:
    """What the carrier offers from today; what it offered before keeps its dates."""
    carrier = await find_own_carrier(session, carrier_id, caller=caller)
    must_match(if_match, carrier.version)
    carrier.version += 1
    today = clock.today(carrier.city_code)
    standing = (CarrierOffer.carrier_id == carrier.id, CarrierOffer.ended_on.is_(None))
    await session.execute(update(CarrierOffer).where(*standing).values(ended_on=today))
    common = {"city_code": carrier.city_code, "carrier_id": carrier.id, "recorded_by": caller.acting_for}
    session.add_all(
        CarrierOffer(id=new_id(), effective_on=today, **common, **offer.model_dump()) for offer in given.offers
    )
    await session.flush()
    return await find_carrier(session, carrier_id, caller=caller)


async def enter_carrier(
    session: AsyncSession,
    *,
    city_code: str,
    operator_id: UUID,
    kind: CarrierKind,
    name: str,
    premises: Sequence[PremisesIn],
    facts: dict[str, Any],
    by: str,
    category: str | None = None,
    host: Host = NO_HOST,
) -> UUID:
    """Write a carrier that has been judged fit to be entered, with its premises; answers its id."""
    carrier_id = new_id()
    session.add(
        Carrier(
            id=carrier_id,
            city_code=city_code,
            kind=kind,
            category=category,
            name=name,
            operator_id=operator_id,
            host_kind=host.kind,
            host_district_code=host.district_code,
            host_zone=host.zone,
            seats=space_of(premises).seats,
            seats_taken=0,
            tenants_now=0,
            facts=facts,
            registered_by=by,
            registered_at=clock.now(city_code),
            version=1,
        )
    )
    await session.flush()
    today = clock.today(city_code)
    session.add_all(_place(given, carrier_id, city_code, today, by) for given in premises)
    await session.flush()
    return carrier_id


async def move_carrier(session: AsyncSession, carrier: Carrier, premises: Sequence[PremisesIn], *, by: str) -> None:
    """From today it is there; where it was stays on record."""
    today = clock.today(carrier.city_code)
    carrier.seats = space_of(premises).seats
    standing = (Premises.carrier_id == carrier.id, Premises.ended_on.is_(None))
    await session.execute(update(Premises).where(*standing).values(ended_on=today))
    session.add_all(_place(given, carrier.id, carrier.city_code, today, by) for given in premises)


async def _name_findings(session: AsyncSession, carrier: Carrier, name: str) -> list[Finding]:
    first = await own_space(session, carrier.operator_id, carrier.kind, name, besides=carrier.id)
    return name_findings(
        is_recognised=any(level.ended_on is None for level in carrier.levels),
        is_reviewed=await is_reviewed(session, carrier.id),
        first=_shown(first),
    )


def _place(given: PremisesIn, carrier_id: UUID, city_code: str, on: date, by: str) -> Premises:
    return Premises(
        id=new_id(), city_code=city_code, carrier_id=carrier_id, effective_on=on, recorded_by=by, **given.model_dump()
    )


def _shown(carrier_id: UUID | None) -> str | None:
    return encode_id("car", carrier_id) if carrier_id else None


async def _misplaced(
    session: AsyncSession,
    city_code: str,
    premises: Sequence[PremisesIn],
    host_at: str | None,
    *,
    operator_is_active: bool,
) -> list[Finding]:
    districts = [place.district_code for place in premises] + [host_at]
    divisions = (await policy_today(session, city_code)).pack.divisions if any(districts) else ()
    return carrier_findings(
        city_code=city_code, operator_is_active=operator_is_active, districts=districts, divisions=divisions
    )


async def must_fit_pack(
    session: AsyncSession,
    city_code: str,
    facts: dict[str, Any],
    category: str | None = None,
    kind: CarrierKind | None = None,
) -> None:
    """Raise Invalid that points at every fact and category the pack does not know or reads otherwise."""
    if not facts and category is None:
        return
    pack = (await policy_today(session, city_code)).pack
    unfit = {f"/facts/{name}": f"fact_{wanted}" for name, wanted in unfit_facts(facts, pack.facts)}
    if category is not None and kind is not CarrierKind.MAKERSPACE:
        unfit["/category"] = "category_of_makerspaces"
    elif category is not None and category not in {word.code for word in categories_of(pack)}:
        unfit["/category"] = "category_unknown"
    if unfit:
        raise Invalid(errors=errors_of(unfit))
