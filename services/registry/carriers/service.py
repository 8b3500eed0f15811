"""What is done to carriers: entered and changed. Levels are given by recognition alone."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.ids import new_id
from kernel.problems import Invalid, refuse_if
from policy.store import policy_today
from services.registry.carriers.models import Carrier, CarrierKind, Premises
from services.registry.carriers.queries import find_carrier, find_own_carrier
from services.registry.carriers.rules import carrier_findings, recognised_findings, unfit_facts
from services.registry.carriers.schemas import CarrierChangeIn, CarrierIn, PremisesIn
from services.registry.organisations.queries import find_organisation


async def register_carrier(session: AsyncSession, *, given: CarrierIn, caller: Caller) -> Carrier:
    """A carrier of an organisation the caller may act for."""
    operator = await find_organisation(session, given.operator_id, caller=caller)
    _refuse_misplaced(caller.city, given.premises, operator_is_active=operator.is_active)
    await _must_fit_pack(session, caller.city, given.facts)
    carrier_id = await enter_carrier(
        session,
        city_code=caller.city,
        operator_id=operator.id,
        kind=given.kind,
        name=given.name,
        premises=given.premises,
        facts=given.facts,
        by=caller.subject,
    )
    return await find_carrier(session, carrier_id, caller=caller)


async def change_carrier(
    session: AsyncSession, *, carrier_id: UUID, given: CarrierChangeIn, if_match: str, caller: Caller
) -> Carrier:
    """Name, premises or facts; kind and operator stay."""
    carrier = await find_own_carrier(session, carrier_id, caller=caller)
    must_match(if_match, carrier.version)
    holds = any(level.ended_on is None for level in carrier.levels)
    changes_paper = given.name is not None or given.premises is not None
    refuse_if(recognised_findings(is_recognised=holds, changes_paper=changes_paper))
    carrier.version += 1
    if given.name is not None:
        carrier.name = given.name
    if given.facts is not None:
        await _must_fit_pack(session, carrier.city_code, given.facts)
        carrier.facts = given.facts
    if given.premises is not None:
        _refuse_misplaced(carrier.city_code, given.premises, operator_is_active=carrier.operator.is_active)
        await _move(session, carrier, given.premises, by=caller.acting_for)
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
) -> UUID:
    """Write a carrier that has been judged fit to be entered, with its premises; answers its id."""
    carrier_id = new_id()
    session.add(
        Carrier(
            id=carrier_id,
            city_code=city_code,
            kind=kind,
            name=name,
            operator_id=operator_id,
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


async def _move(session: AsyncSession, carrier: Carrier, premises: Sequence[PremisesIn], *, by: str) -> None:
    today = clock.today(carrier.city_code)
    standing = (Premises.carrier_id == carrier.id, Premises.ended_on.is_(None))
    await session.execute(update(Premises).where(*standing).values(ended_on=today))
    session.add_all(_place(given, carrier.id, carrier.city_code, today, by) for given in premises)


def _place(given: PremisesIn, carrier_id: UUID, city_code: str, on: date, by: str) -> Premises:
    return Premises(
        id=new_id(), city_code=city_code, carrier_id=carrier_id, effective_on=on, recorded_by=by, **given.model_dump()
    )


def _refuse_misplaced(city_code: str, premises: Sequence[PremisesIn], *, operator_is_active: bool) -> None:
    districts = [place.district_code for place in premises]
    refuse_if(carrier_findings(city_code=city_code, operator_is_active=operator_is_active, districts=districts))


async def _must_fit_pack(session: AsyncSession, city_code: str, facts: dict[str, Any]) -> None:
    if not facts:
        return
    snapshot = await policy_today(session, city_code)
    unfit = [
        {"pointer": f"/facts/{name}", "code": f"fact_{wanted}", "message": f"{name}: {wanted}"}
        for name, wanted in unfit_facts(facts, snapshot.pack.facts)
    ]
    if unfit:
        raise Invalid(errors=unfit)
