"""What portals and officers do with a case, from handing in to delivery."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry import OrganisationReply
from contracts.window import (
    CaseAccepted,
    CaseCorrectionRequested,
    CaseDelivered,
    CaseOpened,
    CaseResubmitted,
    PromisedDocument,
)
from gateway.window.cases.closing import CORRECTION_ENDS, close
from gateway.window.cases.intake import (
    Application,
    Assessment,
    assess,
    check_form,
    entrusted_to,
    missing_documents,
    must_be_takeable,
    told,
)
from gateway.window.cases.models import CaseFile, CorrectionNotice, Submission
from gateway.window.cases.numbers import next_number
from gateway.window.cases.queries import find_case, notice_of
from gateway.window.cases.rules import (
    FormError,
    by_pointer,
    changes,
    form_for_service,
    notice_gaps,
    second_notice,
    strange_pointers,
    unknown_clauses,
)
from gateway.window.cases.states import MOVES, Fact, Status
from gateway.window.catalogue.queries import item_of
from gateway.window.catalogue.rules import decided_by, documents_of, fields_of
from gateway.window.feed.service import publish
from gateway.window.policies.queries import policy_for
from kernel import timers
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.problems import Conflict, Invalid, Refusal, named_constraint
from kernel.workdays import Deadline, settled
from policy.calendar import workdays
from policy.schema import Item, Pack
from policy.snapshots import Acceptance, Snapshot
from policy.store import accepted_now

FIRST_ROUND, SECOND_ROUND = 1, 2


class CorrectionAlreadyRequested(Conflict):
    code = "correction_already_requested"
    title_zh, title_en = "补正通知只能发出一次", "The correction notice is given once"


class NoticeIncomplete(Refusal):
    code = "notice_incomplete"
    title_zh, title_en = "补正通知须一次告知全部内容", "The notice must name everything that is missing"


class FileIncomplete(Refusal):
    code, title_zh, title_en = "file_incomplete", "申请材料不齐,不能受理", "The file is not complete"


class ItemDropped(Refusal):
    """An edition that came after the application no longer has its item: what is left is to turn it away."""

    code, title_zh, title_en = "item_dropped", "现行政策已无该事项", "The policy in force no longer has this item"
    hint_zh, hint_en = (
        "由窗口说明理由不予受理或另行指引,或由申请人撤回",
        "Reject or redirect it with reasons, or withdraw it",
    )


named_constraint("pk_case_correction_notice", CorrectionAlreadyRequested)


async def preflight(
    session: AsyncSession, *, caller: Caller, application: Application, applicant: OrganisationReply | None
) -> Assessment:
    """What handing it in would meet; nothing is kept."""
    at = accepted_now(caller.city)
    snapshot = await policy_for(session, caller.city, at)
    return assess(snapshot, application, applicant=applicant, caller=caller, at=at)


async def open_case(
    session: AsyncSession, *, caller: Caller, application: Application, applicant: OrganisationReply | None
) -> CaseFile:
    """Take an application and number it. Raises ApplicationInvalid with everything that is wrong."""
    at = accepted_now(caller.city)
    snapshot = await policy_for(session, caller.city, at)
    must_be_takeable(assess(snapshot, application, applicant=applicant, caller=caller, at=at))
    return await take(session, snapshot, caller=caller, application=application, applicant=applicant, at=at)


async def take(
    session: AsyncSession, snapshot: Snapshot, *, caller: Caller, application: Application,
    applicant: OrganisationReply | None, at: Acceptance, bundle_id: UUID | None = None,
) -> CaseFile:  # fmt: skip
    """Number and keep an application that may be taken; `bundle_id` is what it was handed in with."""
    item = item_of(snapshot, application.item)
    service = decided_by(snapshot.pack, item) or item.service
    number = await next_number(session, city_code=caller.city, service=service, year=at.on.year)
    case = new_case(
        case_id=new_id(), city_code=caller.city, number=number, item=item.id, service=service,
        applicant_id=application.applicant_id, opened_by=caller.subject, at=at,
    )  # fmt: skip
    case.bundle_id, case.entrusted_to = bundle_id, entrusted_to(applicant, caller) if applicant else None
    case.form, case.documents = dict(application.form), [dict(entry) for entry in application.documents]
    session.add(case)
    await session.flush()
    session.add(submission(case, FIRST_ROUND, caller, at))
    await tell_opened(session, case)
    await session.flush()
    return case


def new_case(
    *, case_id: UUID, city_code: str, number: str, item: str, service: str, applicant_id: UUID, opened_by: str,
    at: Acceptance,
) -> CaseFile:  # fmt: skip
    """A case just handed in, with an empty form."""
    return CaseFile(
        id=case_id,
        city_code=city_code,
        number=number,
        item=item,
        service=service,
        applicant_id=applicant_id,
        opened_by=opened_by,
        status=Status.SUBMITTED,
        form={},
        documents=[],
        submitted_on=at.on,
        submitted_at=at.at,
        status_since=at.at,
        outcome_reasons=[],
    )


async def tell_opened(session: AsyncSession, case: CaseFile) -> None:
    """The case has its number."""
    fact = CaseOpened(
        case_id=case.id,
        number=case.number,
        item=case.item,
        applicant_id=case.applicant_id,
        subject_id=case.subject_id,
    )
    await publish(session, fact, city_code=case.city_code, subject=case.id)


async def request_correction(
    session: AsyncSession, *, caller: Caller, case_id: UUID, items: Sequence[dict[str, str]]
) -> CaseFile:
    """The one notice of everything that is missing. Its deadline runs only where the city has set one."""
    case = await find_case(session, caller, case_id, for_update=True)
    if await notice_of(session, case_id) is not None:
        raise CorrectionAlreadyRequested(reasons=[second_notice()])
    at = move(case, Fact.CORRECTION_REQUESTED)
    snapshot = await policy_for(session, case.city_code, at)
    item = item_of_case(snapshot, case)
    _must_be_whole(snapshot, item, case, [entry["pointer"] for entry in items], at)
    due = _correction_deadline(snapshot, item, at)
    session.add(
        CorrectionNotice(
            case_id=case.id,
            city_code=case.city_code,
            items=list(items),
            issued_by=caller.acting_for,
            issued_on=at.on,
            issued_at=at.at,
            due_on=due.on if due else None,
            due_provisional=due.provisional if due else False,
        )
    )
    await _tell_correction(session, case, due)
    await session.flush()
    return case


async def _tell_correction(session: AsyncSession, case: CaseFile, due: Deadline | None) -> None:
    if due:
        await timers.schedule_after(session, due.on, kind=CORRECTION_ENDS, object_id=case.id, city_code=case.city_code)
    fact = CaseCorrectionRequested(case_id=case.id, number=case.number, due_on=due.on if due else None)
    await publish(session, fact, city_code=case.city_code, subject=case.id)


def _must_be_whole(snapshot: Snapshot, item: Item, case: CaseFile, pointers: Sequence[str], at: Acceptance) -> None:
    kinds = [key for key, _, _ in documents_of(snapshot, item, accepted=at).known]
    kinds += [entry["kind"] for entry in case.documents]
    strange = strange_pointers(pointers, fields_of(snapshot.pack, item), kinds)
    if strange:
        raise Invalid(errors=told(FormError(f"/items/{place}/pointer", "literal_error") for place in strange))
    gaps = notice_gaps(missing_documents(snapshot, item, case.documents, at=at), pointers)
    if gaps:
        raise NoticeIncomplete(reasons=gaps)


def _correction_deadline(snapshot: Snapshot, item: Item, at: Acceptance) -> Deadline | None:
    days = snapshot.whole(item.correction_working_days, accepted=at)
    return workdays().add(at.on, days) if days else None


async def recount_correction(session: AsyncSession, case: CaseFile, notice: CorrectionNotice) -> bool:
    """Count a provisional last day by the calendar of now, never earlier than told. Whether it has become later."""
    if not notice.due_provisional or notice.due_on is None:
        return False
    issued = Acceptance(notice.issued_on, notice.issued_at)
    snapshot = await policy_for(session, case.city_code, issued)
    counted = _correction_deadline(snapshot, item_of_case(snapshot, case), issued)
    if counted is None:
        return False
    due = settled(notice.due_on, counted)
    is_later = due.on > notice.due_on
    if is_later:
        await timers.schedule_after(session, due.on, kind=CORRECTION_ENDS, object_id=case.id, city_code=case.city_code)
    notice.due_on, notice.due_provisional = due.on, due.provisional
    return is_later


async def resubmit(
    session: AsyncSession,
    *,
    caller: Caller,
    case_id: UUID,
    form: dict[str, Any],
    documents: list[dict[str, Any]],
    if_match: str,
) -> CaseFile:
    """The corrected application. What changed is shown to the officer; the clock runs again."""
    case = await find_case(session, caller, case_id, for_update=True)
    must_match(if_match, case.version)
    at = move(case, Fact.RESUBMITTED)
    snapshot = await policy_for(session, case.city_code, at)
    check_form(snapshot, item_of_case(snapshot, case), form)
    before = by_pointer(case.form, case.documents)
    case.form, case.documents, case.resubmitted_on = form, documents, at.on
    session.add(submission(case, SECOND_ROUND, caller, at))
    await timers.cancel(session, kind=CORRECTION_ENDS, object_id=case.id)
    changed = [change.pointer for change in changes(before, by_pointer(form, documents))]
    fact = CaseResubmitted(case_id=case.id, number=case.number, changed=changed)
    await publish(session, fact, city_code=case.city_code, subject=case.id)
    await session.flush()
    return case


async def accept_case(session: AsyncSession, *, caller: Caller, case_id: UUID) -> CaseFile:
    """Complete and in scope: whoever decides it now takes it from here, under the policy of this moment."""
    case = await find_case(session, caller, case_id, for_update=True)
    at = move(case, Fact.ACCEPTED)
    snapshot = await policy_for(session, case.city_code, at)
    item = item_of_case(snapshot, case)
    check_form(snapshot, item, case.form)
    missing = missing_documents(snapshot, item, case.documents, at=at)
    if missing:
        raise FileIncomplete(reasons=missing)
    await accept(session, case, snapshot, item, by=caller.acting_for, at=at)
    return case


async def accept(
    session: AsyncSession, case: CaseFile, snapshot: Snapshot, item: Item, *, by: str, at: Acceptance,
    awaits: Sequence[dict[str, Any]] = (),
) -> None:  # fmt: skip
    """It counts as accepted from here, and who decides it is told; not to do so while it `awaits` documents."""
    case.accepted_on, case.accepted_at, case.accepted_by = at.on, at.at, by
    case.policy_version, case.service = snapshot.version, decided_by(snapshot.pack, item) or case.service
    promised = snapshot.whole(item.promised_working_days, accepted=at)
    case.told_due_on = workdays().add(at.on, promised).on if promised else None
    form = form_for_service(case.form, fields_of(snapshot.pack, item))
    fact = CaseAccepted(**as_accepted(case, form), awaits=tuple(PromisedDocument(**one) for one in awaits))
    await publish(session, fact, city_code=case.city_code, subject=case.id)
    await session.flush()


def as_accepted(case: CaseFile, form: dict[str, Any]) -> dict[str, Any]:
    """What who decides an accepted case is told of it."""
    return {
        "case_id": case.id,
        "number": case.number,
        "item": case.item,
        "service": case.service,
        "applicant_id": case.applicant_id,
        "accepted_on": case.accepted_on,
        "accepted_at": case.accepted_at,
        "accepted_by": case.accepted_by or "",
        "form": form,
        "opened_by": case.opened_by,
    }


async def reject_case(
    session: AsyncSession, *, caller: Caller, case_id: UUID, reasons: Sequence[dict[str, Any]]
) -> CaseFile:
    """The window turns the application away, with all reasons."""
    case = await find_case(session, caller, case_id, for_update=True)
    must_cite_known_clauses((await policy_for(session, case.city_code, accepted_now(case.city_code))).pack, reasons)
    await close(session, case, Fact.REJECTED, outcome="rejected", at=accepted_now(case.city_code), reasons=reasons)
    return case


def must_cite_known_clauses(pack: Pack, reasons: Sequence[dict[str, Any]]) -> None:
    """Raise Invalid with every reason that cites what is no clause of the city."""
    strange = unknown_clauses([reason["clause"] for reason in reasons], pack.clauses)
    if strange:
        raise Invalid(errors=told(FormError(f"/reasons/{place}/clause", "literal_error") for place in strange))


async def send_elsewhere(session: AsyncSession, *, caller: Caller, case_id: UUID, where: str) -> CaseFile:
    """Not this window's business; the applicant is told whose it is."""
    case = await find_case(session, caller, case_id, for_update=True)
    reasons = [{"text": where, "clause": None}]
    at = accepted_now(case.city_code)
    await close(session, case, Fact.SENT_ELSEWHERE, outcome="not_in_scope", at=at, reasons=reasons)
    return case


async def withdraw_case(session: AsyncSession, *, caller: Caller, case_id: UUID, reason: str | None) -> CaseFile:
    """The applicant takes the application back, before it is accepted."""
    case = await find_case(session, caller, case_id, for_update=True)
    await withdraw(session, case, reason=reason)
    return case


async def withdraw(session: AsyncSession, case: CaseFile, *, reason: str | None) -> None:
    """End a case that is held as its applicant wishes. Raises IllegalMove."""
    reasons = [{"text": reason, "clause": None}] if reason else []
    await timers.cancel(session, kind=CORRECTION_ENDS, object_id=case.id)
    await close(session, case, Fact.WITHDRAWN, outcome="withdrawn", at=accepted_now(case.city_code), reasons=reasons)


async def deliver_result(session: AsyncSession, *, caller: Caller, case_id: UUID, channel: str) -> CaseFile:
    """The result has reached the applicant."""
    case = await find_case(session, caller, case_id, for_update=True)
    at = move(case, Fact.DELIVERED)
    case.delivered_on, case.delivery_channel = at.on, channel
    fact = CaseDelivered(case_id=case.id, number=case.number, channel=channel)
    await publish(session, fact, city_code=case.city_code, subject=case.id)
    await session.flush()
    return case


def item_of_case(snapshot: Snapshot, case: CaseFile) -> Item:
    """The item a case asks for, as the policy has it. Raises ItemDropped."""
    item = snapshot.pack.items.get(case.item)
    if item is None:
        zh, en = f"现行政策已无事项“{case.item}”。", f"The policy in force no longer has the item {case.item}."
        raise ItemDropped(reasons=[Finding("item_dropped", (), zh, en, {"item": case.item})])
    return item


def move(case: CaseFile, fact: Fact) -> Acceptance:
    """The fact happens to the case now; answers when that is. Raises IllegalMove."""
    at = accepted_now(case.city_code)
    case.status, case.status_since = status_after(fact, case.status, MOVES), at.at
    return at


def submission(case: CaseFile, number: int, caller: Caller, at: Acceptance) -> Submission:
    """What the case holds now, as handed in at that round."""
    return Submission(
        case_id=case.id,
        round=number,
        city_code=case.city_code,
        form=case.form,
        documents=case.documents,
        submitted_by=caller.subject,
        submitted_at=at.at,
    )
