"""The two ends of a recognition: a level with its certificate, or a refusal with all its reasons."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import CarrierRecognised, RecognitionRefused
from kernel import clock
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from policy.determinations import Determination, finding_document
from policy.snapshots import Acceptance
from policy.store import load_determination, policy_for, policy_today
from policy.terms import RecognitionTerms
from services.registry.carriers.models import Carrier, CarrierLevel
from services.registry.certificates.issuers import Place, issuer_of
from services.registry.certificates.rules import Issued
from services.registry.certificates.service import issue_certificate, next_number
from services.registry.certificates.signing import Certifier
from services.registry.recognition.models import Recognition
from services.registry.recognition.queries import objections_by_answer
from services.registry.recognition.rules import Standing
from services.registry.recognition.states import MOVES, Fact, Way
from services.registry.upkeep.terms import begin_term


async def standing_of(session: AsyncSession, row: Recognition, carrier: Carrier) -> Standing:
    """What stands for and against recognising at this moment."""
    answers = await objections_by_answer(session, row.id)
    return Standing(
        objections_waiting=answers.get(None, 0),
        objections_upheld=answers.get(True, 0),
        operator_is_active=carrier.operator.is_active,
        operator_is_doubtful=carrier.operator.is_identifier_doubtful,
    )


async def grant(session: AsyncSession, certifier: Certifier, row: Recognition, carrier: Carrier) -> None:
    """The carrier holds the level from today or, when another level recognised it, from the day of that decision."""
    assert row.determination_id is not None  # noqa: S101 - nobody grants what was not reviewed
    row.status = status_after(Fact.RECOGNISED, row.status, MOVES[row.way])
    determination = await load_determination(session, row.city_code, row.determination_id)
    today = clock.today(row.city_code)
    row.certificate_number = await next_number(session, row.city_code, today.year)
    level = _level(row, carrier, determination, today)
    session.add(level)
    await session.flush()
    until = await begin_term(
        session,
        row,
        begins_on=level.recognised_on,
        months=determination.terms.get("valid_months"),
        determination_id=determination.id,
    )
    issued = await issued_by(session, row, carrier, number=row.certificate_number, on=today, valid_until=until)
    await issue_certificate(session, certifier, carrier=carrier, level=level, issued=issued)
    # The carrier is the subject: funds must hear of one carrier's levels in their order to pay the difference.
    await record(session, _recognised(row, carrier, level), city_code=row.city_code, subject=carrier.id)


async def refuse(session: AsyncSession, row: Recognition, fact: Fact, found: Sequence[Finding]) -> None:
    """The case ends with every reason: those of the review, and those added now."""
    row.status = status_after(fact, row.status, MOVES[row.way])
    row.reasons = [*row.reasons, *(finding_document(finding) for finding in found)]
    refused = RecognitionRefused(
        case_id=row.case_id,
        case_outcome="refused",
        recognition_id=row.id,
        reason_codes=[reason["code"] for reason in row.reasons],
    )
    await record(session, refused, city_code=row.city_code, subject=row.case_id)


async def issued_by(
    session: AsyncSession,
    row: Recognition,
    carrier: Carrier,
    *,
    number: str,
    on: date,
    valid_until: date | None,
    replaces: str | None = None,
) -> Issued:
    """What a certificate says of itself: issued by the department that holds the programme's role on the day.

    The programme is that of the case; what the department is called today, the edition of today knows.
    """
    snapshot = await policy_for(session, row.city_code, Acceptance(on=row.accepted_on, at=row.accepted_at))
    programme = snapshot.pack.programmes[row.programme or ""]
    today = (await policy_today(session, row.city_code)).pack
    pack = today if programme.role in today.roles else snapshot.pack
    way = programme.terms.way if isinstance(programme.terms, RecognitionTerms) else None
    return Issued(
        number=number,
        issued_on=on,
        valid_until=valid_until,
        replaces=replaces,
        way=way,
        **issuer_of(pack, programme.role, on=on, place=_place(carrier)),
    )


def _place(carrier: Carrier) -> Place:
    codes = [*(place.district_code for place in carrier.premises), carrier.host_district_code]
    return Place(
        zone=carrier.host_zone,
        codes=tuple(code for code in codes if code),
        addresses=tuple(place.address for place in carrier.premises),
    )


def _level(row: Recognition, carrier: Carrier, determination: Determination, today: date) -> CarrierLevel:
    return CarrierLevel(
        id=new_id(),
        city_code=row.city_code,
        carrier_id=carrier.id,
        level=row.level,
        is_key=row.is_key,
        recognition_id=row.id,
        certificate_number=row.certificate_number,
        policy_version=determination.snapshot_version,
        policy_hash=determination.snapshot_hash,
        **(_upper_paper(row, determination) if row.way is Way.RECORDED else {"recognised_on": today}),
    )


def _upper_paper(row: Recognition, determination: Determination) -> dict[str, Any]:
    decided_on = date.fromisoformat(determination.terms["decided_on"])
    return {
        "recognised_on": decided_on,
        "authority": (row.evidence or {})["issuing_authority"],
        "document_number": determination.terms["decision_number"],
        "document_on": decided_on,
    }


def _recognised(row: Recognition, carrier: Carrier, level: CarrierLevel) -> CarrierRecognised:
    return CarrierRecognised(
        case_id=row.case_id,
        case_outcome="granted",
        recognition_id=row.id,
        carrier_id=carrier.id,
        organisation_id=carrier.operator_id,
        carrier_kind=carrier.kind,
        level=level.level,
        is_key=level.is_key,
        recognised_on=level.recognised_on,
        certificate_number=level.certificate_number,
        determination_id=row.determination_id,
        decided_by=row.decided_by,
        accepted_on=row.accepted_on,
        accepted_at=row.accepted_at,
    )
