"""Takes an accepted case that asks for money. What is wrong with it is told back to the case, all at once."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ApplicationRefused
from contracts.window import CaseAccepted
from kernel.findings import Finding, codes
from kernel.ids import new_id
from kernel.inbox import Received
from kernel.outbox import record
from kernel.supplements import await_supplement
from policy.determinations import finding_document
from policy.snapshots import Acceptance, Snapshot
from policy.store import policy_for
from services.funds.applications.forms import read_invoices
from services.funds.applications.models import Application
from services.funds.applications.queries import is_known
from services.funds.applications.rules import Matter, matter_of, stated_facts, unfit_findings
from services.funds.applications.states import Status
from services.funds.invoices.rules import InvoiceStated, repeated_findings, used_findings
from services.funds.invoices.service import OWN, Purpose, claim_invoices, used_among
from services.funds.programmes.rules import fund_of

SERVICE = "funds"
KIND = "application"


async def on_case_accepted(session: AsyncSession, event: Received[CaseAccepted]) -> None:
    """Open an application for the case, once. Items that pay no applicant are left to their own ways."""
    case = event.data
    if case.service != SERVICE or case.case_id is None or await is_known(session, case.case_id):
        return
    snapshot = await policy_for(session, event.city_code, Acceptance(case.accepted_on, case.accepted_at))
    matter = matter_of(snapshot.pack, case.item)
    if matter is None:
        return
    awaited = [document.model_dump() for document in case.awaits]
    await await_supplement(session, case.case_id, city_code=event.city_code, documents=awaited)
    stated = stated_facts(matter, case.form)
    invoices, found = read_invoices(case.form)
    found += unfit_findings(matter, stated)
    found += await _invoice_findings(session, event, invoices)
    if found and awaited:
        return  # no result before the supplement: it is looked at again when that has come
    row = _opened(event, snapshot, matter, stated)
    session.add(row)
    if found:
        await _refuse(session, row, found)
        return
    await claim_invoices(session, invoices, _purpose(row, matter))


def _purpose(row: Application, matter: Matter) -> Purpose:
    return Purpose(
        service=OWN,
        city_code=row.city_code,
        subject_kind=KIND,
        reference=row.id,
        claimed_for=row.applicant_id,
        programme_kind=matter.programme.terms.kind,
        claimed_on=row.accepted_on,
    )


async def _invoice_findings(
    session: AsyncSession, event: Received[CaseAccepted], invoices: Sequence[InvoiceStated]
) -> list[Finding]:
    used = await used_among(session, invoices, city_code=event.city_code)
    return [*repeated_findings(invoices), *used_findings(invoices, used, on=event.data.accepted_on)]


def _opened(
    event: Received[CaseAccepted], snapshot: Snapshot, matter: Matter, stated: dict[str, object]
) -> Application:
    case = event.data
    return Application(
        id=new_id(),
        city_code=event.city_code,
        case_id=case.case_id,
        case_number=case.number,
        item=case.item,
        programme=matter.programme.id,
        act=matter.act,
        fund=fund_of(snapshot.pack, matter.programme.id),
        applicant_id=case.applicant_id,
        accepted_on=case.accepted_on,
        accepted_at=case.accepted_at,
        accepted_by=case.accepted_by,
        stated=stated,
        pays_once=matter.pays_once,
        status=Status.UNDER_REVIEW,
        policy_version=snapshot.version,
    )


async def _refuse(session: AsyncSession, row: Application, found: Sequence[Finding]) -> None:
    row.status, row.reasons = Status.REFUSED, [finding_document(finding) for finding in found]
    await session.flush()
    told = ApplicationRefused(
        case_id=row.case_id, case_outcome="refused", application_id=row.id, reason_codes=codes(found)
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
