"""Takes an accepted case from the window. Whatever is wrong with it is told back to the case, never a failing event."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import RecognitionRefused
from contracts.window import CaseAccepted
from kernel.findings import Finding, codes
from kernel.ids import new_id
from kernel.inbox import Received
from kernel.outbox import record
from kernel.supplements import await_supplement
from policy.determinations import finding_document
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.registry.carriers.models import Carrier
from services.registry.carriers.queries import own_space, read_carrier
from services.registry.carriers.rules import AREA_FACT, SEATS_FACT, operator_deregistered
from services.registry.carriers.schemas import PremisesIn
from services.registry.carriers.service import enter_carrier
from services.registry.organisations.models import Organisation
from services.registry.recognition.forms import Application, Subject, item_unknown, read_form, subject_of
from services.registry.recognition.models import Recognition
from services.registry.recognition.queries import (
    is_held,
    is_open_for,
    operator_changes,
    recognition_of_case,
    same_space_of_others,
)
from services.registry.recognition.rules import AppliedSpace, space_findings
from services.registry.recognition.states import Status, Way

SERVICE = "registry"


async def on_case_accepted(session: AsyncSession, event: Received[CaseAccepted]) -> None:
    """Open a recognition for the case, once; what cannot be taken up is refused with all reasons."""
    case = event.data
    if case.service != SERVICE or case.case_id is None or await recognition_of_case(session, case.case_id):
        return
    awaited = [document.model_dump() for document in case.awaits]
    await await_supplement(session, case.case_id, city_code=event.city_code, documents=awaited)
    snapshot = await policy_for(session, event.city_code, Acceptance(case.accepted_on, case.accepted_at))
    subject = subject_of(snapshot.pack, case.item)
    if subject is None:
        await _refuse(session, event, None, [item_unknown(case.item)])
        return
    # Everything that can be judged is judged before anything is refused: one answer with all reasons.
    application, found = read_form(case.form, subject)
    found += await _applicant_findings(session, event, subject)
    if application is None or found:
        await _refuse(session, event, subject, found)
        return
    # A space that is not entered yet is entered only for a case that is taken up.
    carrier = await _carrier_of(session, event, application)
    found = await _carrier_findings(session, event, carrier, application, subject)
    if found:
        await _refuse(session, event, subject, found)
        return
    carrier = carrier or await _entered(session, event, application, subject)
    session.add(_opened(event, subject, application, carrier))


async def _applicant_findings(
    session: AsyncSession, event: Received[CaseAccepted], subject: Subject
) -> Sequence[Finding]:
    applicant = await session.get(Organisation, event.data.applicant_id)
    if applicant is None or applicant.city_code != event.city_code:
        zh, en = "申请单位未在本市登记。", "The applicant is not registered in the city."
        return [Finding("applicant_unknown", subject.programme.clauses, zh, en)]
    # An end that only waits refuses nobody; nothing is granted until it is decided.
    return [operator_deregistered()] if applicant.has_ended else []


async def _carrier_of(session: AsyncSession, event: Received[CaseAccepted], application: Application) -> Carrier | None:
    """The carrier the form names by id, or by name however typed; None for one that is not entered yet."""
    form, applicant_id = application.form, event.data.applicant_id
    carrier_id = form.carrier_id or await own_space(session, applicant_id, form.carrier_kind, form.carrier_name)
    return await read_carrier(session, carrier_id, event.city_code) if carrier_id else None


async def _entered(
    session: AsyncSession, event: Received[CaseAccepted], application: Application, subject: Subject
) -> Carrier:
    form, facts = application.form, application.facts
    area, seats = facts.get(AREA_FACT), facts.get(SEATS_FACT)
    carrier_id = await enter_carrier(
        session,
        city_code=event.city_code,
        operator_id=event.data.applicant_id,
        kind=form.carrier_kind,
        name=form.carrier_name,
        premises=[PremisesIn(address=form.address, area_sqm=area, seats=seats)] if form.address else [],
        facts=facts if subject.way is Way.ASSESSED else {},
        by=event.data.accepted_by,
    )
    return await session.get_one(Carrier, carrier_id)


async def _carrier_findings(
    session: AsyncSession,
    event: Received[CaseAccepted],
    carrier: Carrier | None,
    application: Application,
    subject: Subject,
) -> list[Finding]:
    clauses, form, applicant_id = subject.programme.clauses, application.form, event.data.applicant_id
    if carrier is None and form.carrier_id is None:
        addresses = [form.address] if form.address else []
        space = AppliedSpace(event.city_code, applicant_id, form.carrier_kind, form.carrier_name, addresses)
        return await _space_findings(session, space, clauses)
    if carrier is None or carrier.operator_id != applicant_id:
        zh, en = "申请单位不是该载体的运营单位。", "The applicant does not run this carrier."
        return [Finding("carrier_not_of_applicant", clauses, zh, en)]
    level, found = application.form.level, []
    if carrier.kind is not application.form.carrier_kind:
        zh, en = "载体类型与登记不符。", "The carrier is registered as another kind."
        found.append(Finding("carrier_kind_differs", clauses, zh, en, {"registered": carrier.kind.value}))
    if await is_held(session, carrier.id, level, is_key=subject.is_key):
        zh, en = "该载体已获该级别认定。", "The carrier holds this level already."
        found.append(Finding("already_recognised", clauses, zh, en, {"level": level.value}))
    if await is_open_for(session, carrier.id, level, is_key=subject.is_key):
        zh, en = "该载体的同级认定正在办理。", "Another case asks for the same level."
        found.append(Finding("recognition_pending", clauses, zh, en, {"level": level.value}))
    addresses = [place.address for place in carrier.premises]
    space = AppliedSpace(carrier.city_code, applicant_id, carrier.kind, carrier.name, addresses)
    found += await _space_findings(session, space, clauses)
    if await operator_changes(session, carrier.id):
        zh = "该载体正在变更运营单位,变更生效或撤回后再申请。"
        en = "The carrier is passing to another operator: apply after that."
        found.append(Finding("operator_change_pending", clauses, zh, en))
    return found


async def _space_findings(session: AsyncSession, space: AppliedSpace, clauses: tuple[str, ...]) -> list[Finding]:
    return space_findings(space, await same_space_of_others(session, space), clauses)


def _opened(event: Received[CaseAccepted], subject: Subject, application: Application, carrier: Carrier) -> Recognition:
    row = _row(event, subject)
    row.carrier_id, row.level, row.is_key = carrier.id, application.form.level, subject.is_key
    row.status = Status.UNDER_REVIEW
    return row


def _row(event: Received[CaseAccepted], subject: Subject | None) -> Recognition:
    case = event.data
    assert case.case_id is not None  # noqa: S101 - on_case_accepted takes no other
    return Recognition(
        id=new_id(),
        city_code=event.city_code,
        case_id=case.case_id,
        case_number=case.number,
        item=case.item,
        applicant_id=case.applicant_id,
        accepted_on=case.accepted_on,
        accepted_at=case.accepted_at,
        accepted_by=case.accepted_by,
        opened_by=case.opened_by,
        form=_kept(case.form),
        programme=subject.programme.id if subject else None,
        way=subject.way if subject else Way.ASSESSED,
        reasons=[],
    )


def _kept(form: dict[str, Any]) -> dict[str, Any]:
    """The form as it can be stored: a number with a fraction, which no field asks for, is kept as its text."""
    stored: dict[str, Any] = json.loads(json.dumps(form, default=str))
    return stored


async def _refuse(
    session: AsyncSession,
    event: Received[CaseAccepted],
    subject: Subject | None,
    found: Sequence[Finding],
) -> None:
    if event.data.awaits:
        return  # no result before the supplement: it is looked at again when that has come
    row = _row(event, subject)
    row.status, row.reasons = Status.REFUSED, [finding_document(finding) for finding in found]
    session.add(row)
    refused = RecognitionRefused(
        case_id=row.case_id, case_outcome="refused", recognition_id=row.id, reason_codes=codes(found)
    )
    await record(session, refused, city_code=row.city_code, subject=row.case_id)
