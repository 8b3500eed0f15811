"""An application that lacks minor documents, from the applicant's promise to the day they have come."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from contracts.registry import ControllerGroupReply
from contracts.vouchers import VoucherFacts
from contracts.window import CaseSupplementAwaited, CaseSupplemented, CaseSupplementPromised
from gateway.window.cases.intake import check_form, missing_documents, told
from gateway.window.cases.models import CaseFile
from gateway.window.cases.queries import decided_under, find_case, submissions_of
from gateway.window.cases.rules import FormError, form_for_service
from gateway.window.cases.service import accept, as_accepted, item_of_case, move, submission
from gateway.window.cases.states import MOVES, Fact
from gateway.window.catalogue.rules import documents_of, fields_of
from gateway.window.feed.service import publish
from gateway.window.policies.queries import policy_for
from gateway.window.supplements.models import Supplement
from gateway.window.supplements.queries import supplement_of
from gateway.window.supplements.rules import Credit, credit_findings, promise_findings, strange_kinds, term_findings
from kernel import timers
from kernel.auth import Caller
from kernel.client import ServiceClient
from kernel.findings import Finding
from kernel.moves import status_after
from kernel.problems import Conflict, Invalid, Refusal
from kernel.routing import Work
from kernel.supplements import awaited_findings
from kernel.workdays import settled
from policy.calendar import workdays
from policy.schema import Item
from policy.snapshots import Acceptance, Snapshot, open_findings
from policy.store import accepted_now

SUPPLEMENT_ENDS = "case.supplement_ends"
FACTS = "/internal/eligibility-facts"


class PromiseRefused(Refusal):
    code, title_zh, title_en = "promise_refused", "不适用容缺受理", "The application cannot be accepted on a promise"


class NotOnPromise(Refusal):
    code, title_zh, title_en = (
        "conditional_acceptance_refused",
        "不符合容缺受理条件",
        "The case cannot be accepted on a promise",
    )


class FileComplete(Conflict):
    code, title_zh, title_en = "file_complete", "材料齐全,应当直接受理", "Nothing is missing: accept it as it is"


class NothingAwaited(Conflict):
    code, title_zh, title_en = "no_supplement_awaited", "该办件没有待补交的材料", "The case waits for no document"


class SupplementIncomplete(Refusal):
    code, title_zh, title_en = (
        "supplement_incomplete",
        "容缺材料须一次补齐",
        "Everything promised is handed in together",
    )


class SupplementLate(Conflict):
    code, title_zh, title_en = "supplement_late", "补交期限已过", "The time for the promised documents is over"


async def promise(
    session: AsyncSession, *, caller: Caller, case_id: UUID, kinds: Sequence[str], evidence: dict[str, Any]
) -> CaseFile:
    """The applicant promises what is missing.

    Raises FileComplete, and PromiseRefused unless acceptance could follow on it.
    """
    case = await find_case(session, caller, case_id, for_update=True)
    status_after(Fact.ACCEPTED, case.status, MOVES)
    at = accepted_now(case.city_code)
    snapshot = await policy_for(session, case.city_code, at)
    item = item_of_case(snapshot, case)
    missing = missing_documents(snapshot, item, case.documents, at=at)
    if not missing:
        raise FileComplete
    _must_name(kinds, [finding.facts["document"] for finding in missing], "/documents/{}")
    found = [*promise_findings(missing, kinds), *_open_term(snapshot, item, at)]
    if found:
        raise PromiseRefused(reasons=found)
    row = await supplement_of(session, case_id) or Supplement(case_id=case.id, city_code=case.city_code)
    row.kinds, row.evidence = list(dict.fromkeys(kinds)), evidence
    row.promised_by, row.promised_on, row.promised_at = caller.subject, at.on, at.at
    session.add(row)
    flag_modified(case, "documents")  # what is promised for it is another version of the case
    fact = CaseSupplementPromised(case_id=case.id, number=case.number, documents=row.kinds)
    await publish(session, fact, city_code=case.city_code, subject=case.id)
    await session.flush()
    return case


def _must_name(kinds: Sequence[str], known: Sequence[str], place: str) -> None:
    strange = strange_kinds(kinds, known)
    bounds = {"expected": ", ".join(known)}
    if strange:
        raise Invalid(errors=told(FormError(place.format(one), "literal_error", bounds) for one in strange))


def _open_term(snapshot: Snapshot, item: Item, at: Acceptance) -> list[Finding]:
    """No promise has a last day while nobody has set the item's own."""
    return open_findings(snapshot, [item.promised_working_days], accepted=at)


async def barred_until(
    work: Work, registry: ServiceClient, vouchers: ServiceClient, *, caller: Caller, case_id: UUID
) -> date | None:
    """Until when the applicant, or one that was merged into it, is barred from vouchers; None when none of them is.

    Raises NotFound, Unavailable.
    """
    case = await find_case(await work.open(), caller, case_id)
    await work.close()  # other services are asked next, and no transaction waits for them
    path = f"/internal/organisations/{case.applicant_id}/controller-group"
    group = await registry.get(path, ControllerGroupReply)
    asked = [(str(one), case.city_code) for one in (case.applicant_id, *group.predecessors)]
    told = [await vouchers.get(FACTS, VoucherFacts, organisation_id=one, city=city) for one, city in asked]
    return max((facts.barred_until for facts in told if facts.barred_until), default=None)


async def accept_on_promise(
    session: AsyncSession, *, caller: Caller, case_id: UUID, working_days: int | None, credit: Credit
) -> CaseFile:
    """Accept what lacks minor documents: reviewed meanwhile, and not decided before they have come.

    Raises FileComplete, and NotOnPromise with everything that stands against it.
    """
    case = await find_case(session, caller, case_id, for_update=True)
    at = move(case, Fact.ACCEPTED)
    snapshot = await policy_for(session, case.city_code, at)
    item = item_of_case(snapshot, case)
    check_form(snapshot, item, case.form)
    missing = missing_documents(snapshot, item, case.documents, at=at)
    if not missing:
        raise FileComplete
    row = await supplement_of(session, case_id)
    longest = snapshot.whole(item.promised_working_days, accepted=at) or 0
    found = [*promise_findings(missing, row.kinds if row else ()), *_open_term(snapshot, item, at)]
    found += term_findings(working_days, promised_working_days=longest) if working_days and longest else []
    found += credit_findings(credit)
    if found or row is None:
        raise NotOnPromise(reasons=found)
    names = documents_of(snapshot, item, accepted=at).names
    row.documents = [_listed(str(finding.facts["document"]), names) for finding in missing]
    row.working_days, row.credit_source = working_days or longest, credit.source
    due = workdays().add(at.on, row.working_days)
    row.due_on, row.due_provisional = due.on, due.provisional
    await accept(session, case, snapshot, item, by=caller.acting_for, at=at, awaits=row.documents)
    await _tell_awaited(session, case, row)
    await session.flush()
    return case


def _listed(kind: str, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    zh, en = names.get(kind, (kind, kind))
    return {"kind": kind, "zh": zh, "en": en}


async def _tell_awaited(session: AsyncSession, case: CaseFile, row: Supplement) -> None:
    if row.due_on is None:
        return
    await timers.schedule_after(session, row.due_on, kind=SUPPLEMENT_ENDS, object_id=case.id, city_code=case.city_code)
    fact = CaseSupplementAwaited(
        case_id=case.id, number=case.number, due_on=row.due_on, documents=kinds_of(row.documents)
    )
    await publish(session, fact, city_code=case.city_code, subject=case.id)


def kinds_of(documents: Sequence[dict[str, Any]] | None) -> list[str]:
    """The kinds of what was listed or handed in."""
    return [document["kind"] for document in documents or ()]


async def recount(session: AsyncSession, case: CaseFile, row: Supplement) -> bool:
    """Count a provisional last day by the calendar of now, never earlier than told. Whether it has become later.

    The day of the item's own time is counted again by the same calendar, so that it is never earlier than this one.
    """
    if not row.due_provisional or row.due_on is None or row.working_days is None or case.accepted_on is None:
        return False
    due = settled(row.due_on, workdays().add(case.accepted_on, row.working_days))
    is_later = due.on > row.due_on
    row.due_on, row.due_provisional = due.on, due.provisional
    if is_later:
        await _tell_awaited(session, case, row)
    return is_later


async def supply(
    session: AsyncSession, *, caller: Caller, case_id: UUID, documents: Sequence[dict[str, Any]]
) -> CaseFile:
    """What was promised is handed in, all of it and in time: from here on the case may be decided.

    Raises NothingAwaited, SupplementLate, SupplementIncomplete.
    """
    case = await find_case(session, caller, case_id, for_update=True)
    row = await supplement_of(session, case_id)
    if row is None or not row.is_awaited or case.outcome is not None:
        raise NothingAwaited
    at, listed = accepted_now(case.city_code), row.documents or []
    await recount(session, case, row)
    # By the city's date and not by the timer's punctuality.
    if row.due_on is not None and at.on > row.due_on:
        raise SupplementLate
    given = kinds_of(documents)
    _must_name(given, kinds_of(listed), "/documents/{}/kind")
    lacking = [document for document in listed if document["kind"] not in given]
    if lacking:
        raise SupplementIncomplete(reasons=awaited_findings(lacking))
    case.documents, row.supplied_on = [*case.documents, *documents], at.on
    rounds = await submissions_of(session, case_id)
    session.add(submission(case, len(rounds) + 1, caller, at))
    await timers.cancel(session, kind=SUPPLEMENT_ENDS, object_id=case.id)
    await _tell_supplemented(session, case)
    await session.flush()
    return case


async def _tell_supplemented(session: AsyncSession, case: CaseFile) -> None:
    snapshot = await policy_for(session, case.city_code, decided_under(case))
    form = form_for_service(case.form, fields_of(snapshot.pack, item_of_case(snapshot, case)))
    fact = CaseSupplemented(**as_accepted(case, form))
    await publish(session, fact, city_code=case.city_code, subject=case.id)
