"""Warnings on carriers: premises that shrank are judged against the recognitions the carrier holds, not passed over."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_carriers import CarrierWarned
from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.outbox import record
from kernel.problems import NotFound
from policy.determinations import finding_document
from policy.engine import decide, known_facts
from policy.snapshots import Acceptance, Snapshot
from policy.store import policy_today
from services.registry.carriers.models import Carrier, CarrierLevel, CarrierWarning
from services.registry.carriers.queries import find_carrier, open_warnings, read_carrier
from services.registry.carriers.rules import AREA_FACT, AREA_SHRANK, SEATS_FACT, Space, criterion_lost, shrinking

RESTORED = "场地已恢复 premises restored"


async def watch_premises(session: AsyncSession, carrier: Carrier, *, before: Space, after: Space, by: str) -> None:
    """Raise what the change of premises takes away from a level held today, and end what it gives back."""
    today = clock.today(carrier.city_code)
    held = [level for level in carrier.levels if level.held_on(today)]
    if not held:
        return
    snapshot = await policy_today(session, carrier.city_code)
    standing = {(warning.code, warning.subject): warning for warning in await open_warnings(session, carrier.id)}
    found = _losses(snapshot, carrier, held, _remaining(before, after), today)
    if not _shrank(before, after):
        # What was never met is for the next review; only what was lost is told here, until it is given back.
        found = {key: finding for key, finding in found.items() if key in standing}
    found |= _area_loss(standing.get((AREA_SHRANK, "")), before, after, found)
    for key, finding in found.items():
        if key in standing:
            standing[key].finding = finding_document(finding)
    raised = {key: finding for key, finding in found.items() if key not in standing}
    session.add_all(_warning(carrier, subject, finding, today, by) for (_, subject), finding in raised.items())
    for key in standing.keys() - found.keys():
        _end(standing[key], on=today, by=by, reason=RESTORED)
    if raised:
        codes = sorted({code for code, _ in raised})
        warned = CarrierWarned(carrier_id=carrier.id, organisation_id=carrier.operator_id, codes=codes, raised_on=today)
        await record(session, warned, city_code=carrier.city_code, subject=carrier.id)


async def resolve_warning(
    session: AsyncSession, *, carrier_id: UUID, warning_id: UUID, reason: str, caller: Caller
) -> Carrier:
    """An officer has looked at it and says why it ends. Raises NotFound for one that ended already."""
    carrier = await read_carrier(session, carrier_id, caller.city)
    found = {warning.id: warning for warning in carrier.warnings} if carrier else {}
    if warning_id not in found:
        raise NotFound
    _end(found[warning_id], on=clock.today(caller.city), by=caller.acting_for, reason=reason)
    await session.flush()
    return await find_carrier(session, carrier_id, caller=caller)


Key = tuple[str, str]


def _losses(
    snapshot: Snapshot, carrier: Carrier, held: Iterable[CarrierLevel], space: Mapping[str, int], today: date
) -> dict[Key, Finding]:
    """Criteria about area and seats, of every recognition held, that the premises no longer meet."""
    found: dict[Key, Finding] = {}
    accepted = Acceptance(today, clock.now(carrier.city_code))
    for level in held:
        designation = "key" if level.is_key else "filed"
        programme = snapshot.pack.recognition(carrier_kind=carrier.kind, level=level.level, designation=designation)
        if programme is None:
            continue
        known = known_facts(snapshot.pack, programme, "recognise")
        facts = {name: value for name, value in space.items() if name in known}
        ruling = decide(snapshot, programme=programme.id, act="recognise", facts=facts, accepted=accepted)
        for finding in ruling.findings:
            if finding.code == "criterion_not_met" and finding.facts.get("fact") in space:
                lost = criterion_lost(finding, level=level.level)
                found[(lost.code, f"{programme.id}/{finding.facts['fact']}")] = lost
    return found


def _remaining(before: Space, after: Space) -> dict[str, int]:
    """The space as facts; what was stated before and no longer is counts as gone, what never was is not known."""
    pairs = {AREA_FACT: (before.area_sqm, after.area_sqm), SEATS_FACT: (before.seats, after.seats)}
    return {fact: now or 0 for fact, (then, now) in pairs.items() if then is not None or now is not None}


def _shrank(before: Space, after: Space) -> bool:
    return any(then is not None and (now or 0) < then for then, now in zip(before, after, strict=True))


def _area_loss(
    standing: CarrierWarning | None, before: Space, after: Space, found: Mapping[Key, Finding]
) -> dict[Key, Finding]:
    """Against the area before the first loss nobody has looked at yet."""
    most = before.area_sqm if standing is None else standing.finding["facts"]["before_sqm"]
    clauses = tuple(dict.fromkeys(clause for finding in found.values() for clause in finding.clauses))
    shrank = shrinking(before=most, after=after.area_sqm, clauses=clauses)
    return {(finding.code, ""): finding for finding in shrank}


def _warning(carrier: Carrier, subject: str, finding: Finding, on: date, by: str) -> CarrierWarning:
    return CarrierWarning(
        id=new_id(),
        city_code=carrier.city_code,
        carrier_id=carrier.id,
        code=finding.code,
        subject=subject,
        finding=finding_document(finding),
        raised_on=on,
        raised_by=by,
    )


def _end(warning: CarrierWarning, *, on: date, by: str, reason: str) -> None:
    warning.ended_on, warning.ended_by, warning.ended_reason = on, by, reason
