"""An application from review to the budget: an officer finds the facts, the policy rules, another person approves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import ApplicationApproved, ApplicationDetermined, ApplicationRefused
from kernel import clock
from kernel.auth import Caller
from kernel.findings import codes
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Refusal, named_constraint, refuse_if
from kernel.supplements import is_awaited, must_be_supplemented
from policy.determinations import Determination, finding_document
from policy.snapshots import Acceptance, Snapshot
from policy.store import decide_and_keep, load_determination, policy_for
from services.funds.applications.intake import KIND
from services.funds.applications.models import Application
from services.funds.applications.queries import (
    earlier_of,
    evaluated_years,
    get_application,
    hold_applicant,
    read_application,
)
from services.funds.applications.rules import (
    OWN,
    HostedCost,
    Matter,
    event_of,
    hosted_facts,
    matter_of,
    own_facts,
    people_findings,
    review_findings,
    unconfirmed_findings,
)
from services.funds.applications.states import BY_OUTCOME, MOVES, UNDECIDED, Fact, Status
from services.funds.approvals.service import approve
from services.funds.chart import Line
from services.funds.hosting.queries import hosting_cost
from services.funds.invoices.service import invoices_of, release_invoices
from services.funds.payments.payees import Gathering, Payee, must_have_ended, verified_payee
from services.funds.payments.rules import payee_gone
from services.funds.payments.service import Grant, commit_payment
from services.funds.programmes.spending import within_budget


class PaidBefore(Refusal):
    code, title_zh, title_en = "already_paid_for", "该事项此前已获补助", "It was paid for before"


class DeterminationOutdated(Refusal):
    code, title_zh, title_en = (
        "determination_outdated",
        "核定之后情况有变化,须重新审核",
        "Things changed since the determination; it must be reviewed again",
    )


named_constraint("uq_application_once", PaidBefore)


async def review_application(
    session: AsyncSession,
    *,
    application_id: UUID,
    facts: dict[str, Any],
    about: str | None,
    opinion: str,
    caller: Caller,
    at: datetime,
) -> Application:
    """Find the facts, as another officer than accepted the case, and have the policy rule on them.

    Raises Refusal with everything the review lacks. A later review replaces an earlier one until somebody approves.
    """
    row = await get_application(session, application_id, caller)
    refuse_if(people_findings(reviewer=caller.acting_for, accepted_by=row.accepted_by))
    snapshot = await _policy(session, row)
    matter = _matter(snapshot, row)
    found = row.stated | facts
    invoices = await invoices_of(session, row.id)
    invoiced = sum(invoice.amount_fen for invoice in invoices) if invoices else None
    lacking = review_findings(matter, found, about=about, invoiced_fen=invoiced)
    cost = await _hosted_cost(session, row, matter, about)
    refuse_if([*lacking, *unconfirmed_findings(matter, cost, about=about)])
    status_after(Fact.REFUSED, row.status, MOVES)  # what is decided is not reviewed again
    row.facts, row.about, row.opinion = found, about, opinion
    row.reviewed_by, row.reviewed_at = caller.acting_for, at
    await determine(session, row, snapshot=snapshot, matter=matter, year=clock.on_date(at).year)
    return row


async def determine(
    session: AsyncSession, row: Application, *, snapshot: Snapshot, matter: Matter, year: int
) -> Determination:
    """Rule by the policy of the day of acceptance, on the facts found and what the books add; kept in any case.

    Raises SupplementAwaited where that would refuse a case whose promised documents have not come.
    """
    facts = await _facts(session, row, matter, year)
    row.facts = {name: value for name, value in facts.items() if name not in OWN}
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=row.programme,
        act=row.act,
        facts=facts,
        accepted=Acceptance(row.accepted_on, row.accepted_at),
        references={"application": str(row.id), "case": str(row.case_id), "applicant": str(row.applicant_id)},
        case_id=row.case_id,
    )
    row.status = status_after(BY_OUTCOME[determination.outcome], row.status, MOVES)
    if row.status is Status.REFUSED:
        await must_be_supplemented(session, row.case_id)
    row.determination_id, row.policy_version = determination.id, snapshot.version
    row.reasons = [finding_document(finding) for finding in determination.findings]
    row.amount_fen = sum(determination.amounts.values()) if determination.outcome == "eligible" else 0
    row.policy_year = year
    await session.flush()
    await _tell_determined(session, row, determination)
    return determination


async def _tell_determined(session: AsyncSession, row: Application, determination: Determination) -> None:
    told: ApplicationRefused | ApplicationDetermined
    if row.status is Status.REFUSED:
        await release_invoices(session, row.id, city_code=row.city_code)
        told = ApplicationRefused(
            case_id=row.case_id,
            case_outcome="refused",
            application_id=row.id,
            reason_codes=codes(determination.findings),
        )
    else:
        told = ApplicationDetermined(
            case_id=row.case_id,
            application_id=row.id,
            programme=row.programme,
            outcome=determination.outcome,
            amount_fen=row.amount_fen,
            determination_id=determination.id,
        )
    await record(session, told, city_code=row.city_code, subject=row.id)


async def must_be_gone(gathering: Gathering, *, application_id: UUID, caller: Caller) -> None:
    """The registry's word on the applicant, asked before the transaction. Raises NotFound, PayeeGoesOn, Unavailable."""
    async with gathering.sessions() as session:
        row = await read_application(session, application_id, caller)
    await must_have_ended(gathering.registry, row.applicant_id, city_code=row.city_code)


async def refuse_application(session: AsyncSession, *, application_id: UUID, caller: Caller) -> Application:
    """The applicant is no more, and nobody goes on in its place: another officer than accepted the case ends it.

    Raises NotFound, IllegalMove when it is decided, Refusal for who accepted it.
    """
    row = await get_application(session, application_id, caller)
    refuse_if(people_findings(reviewer=caller.acting_for, accepted_by=row.accepted_by))
    await must_be_supplemented(session, row.case_id)
    await refuse_unpayable(session, row, Fact.REFUSED)
    return row


async def refuse_unpayable(session: AsyncSession, row: Application, fact: Fact, *, set_off_fen: int = 0) -> None:
    """Nobody is there to be paid; the invoices are free, unless some of the grant was set off and so paid a debt.

    `fact` is how it comes to that. Raises IllegalMove.
    """
    gone = payee_gone()
    row.status, row.reasons = status_after(fact, row.status, MOVES), [finding_document(gone)]
    if not set_off_fen:
        await release_invoices(session, row.id, city_code=row.city_code)
    told = ApplicationRefused(
        case_id=row.case_id, case_outcome="refused", application_id=row.id, reason_codes=codes([gone])
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    await session.flush()


async def determine_anew(session: AsyncSession, row: Application) -> None:
    """A new version of the policy: what an open parameter held up is ruled on again, once what it awaits has come."""
    if row.status not in UNDECIDED or row.facts is None or await is_awaited(session, row.case_id):
        return
    snapshot = await _policy(session, row)
    await determine(
        session, row, snapshot=snapshot, matter=_matter(snapshot, row), year=clock.today(row.city_code).year
    )


async def _facts(session: AsyncSession, row: Application, matter: Matter, year: int) -> dict[str, Any]:
    await hold_applicant(session, row.city_code, row.applicant_id, row.programme)
    cost = await _hosted_cost(session, row, matter, row.about)
    found = (row.facts or {}) | hosted_facts(matter, cost)
    own = own_facts(matter, found, await earlier_of(session, row), about=row.about, year=year)
    if "already_awarded" in own:
        years = await evaluated_years(session, row)
        own["already_awarded"] |= any(str(one) in (row.about or "") for one in years)
    return found | own


async def _hosted_cost(session: AsyncSession, row: Application, matter: Matter, about: str | None) -> HostedCost | None:
    event_id = event_of(about) if matter.is_hosted else None
    if event_id is None:
        return None
    cost = await hosting_cost(session, city_code=row.city_code, event_id=event_id, host_id=row.applicant_id, lock=True)
    if cost is None:
        return None
    return HostedCost(cost.event_kind, cost.reach, cost.eligible_fen, cost.public_money_fen, cost.participants)


async def _policy(session: AsyncSession, row: Application) -> Snapshot:
    return await policy_for(session, row.city_code, Acceptance(row.accepted_on, row.accepted_at))


def _matter(snapshot: Snapshot, row: Application) -> Matter:
    matter = matter_of(snapshot.pack, row.item)
    if matter is None:
        raise DeterminationOutdated  # the city no longer offers the item
    return matter


async def gather_payee_of_application(gathering: Gathering, *, application_id: UUID, caller: Caller) -> Payee:
    """The applicant's account as the registry has it now, asked before the transaction."""
    async with gathering.sessions() as session:
        row = await read_application(session, application_id, caller)
    return await verified_payee(gathering.registry, row.applicant_id, city_code=row.city_code)


async def approve_application(
    session: AsyncSession, *, application_id: UUID, payee: Payee, caller: Caller, at: datetime
) -> Application:
    """Another person approves what still stands; the budget is encumbered and the order prepared with it.

    Raises DeterminationOutdated when the year or the applicant's other payments are not those it was ruled on.
    """
    row = await get_application(session, application_id, caller)
    status = status_after(Fact.APPROVED, row.status, MOVES)
    await must_be_supplemented(session, row.case_id)
    snapshot = await _policy(session, row)
    determination = await load_determination(session, row.city_code, row.determination_id or row.id)
    year = clock.on_date(at).year
    if await _facts(session, row, _matter(snapshot, row), year) != dict(determination.inputs):
        raise DeterminationOutdated
    approval = await approve(
        session,
        city_code=row.city_code,
        subject_kind=KIND,
        subject_id=row.id,
        case_id=row.case_id,
        step="approval",
        approver=caller.acting_for,
        prepared_by=row.reviewed_by or "",
        decided_by=row.accepted_by,
        at=at,
    )
    row.status, row.approved_by, row.approved_at, row.policy_year = status, caller.acting_for, at, year
    row.payment_order_id, row.encumbrance_entry_id = new_id(), new_id()
    told = ApplicationApproved(
        case_id=row.case_id, application_id=row.id, amount_fen=row.amount_fen, approved_by=row.approved_by
    )
    await record(session, told, city_code=row.city_code, subject=row.id)
    await _encumber(session, row, _grant(row, snapshot, determination, approval.id), payee, at)
    return row


def _grant(row: Application, snapshot: Snapshot, determination: Determination, approval_id: UUID) -> Grant:
    programme = snapshot.pack.programmes[row.programme]
    cited = [clause for step in determination.ruling.trace for clause in step.clauses]
    return Grant(
        subject_kind=KIND,
        subject_id=row.id,
        programme=programme.id,
        line=Line(row.fund, row.policy_year or 0),
        amount_fen=row.amount_fen,
        purpose=programme.zh,
        clauses=list(dict.fromkeys([*programme.clauses, *cited])),
        determination_id=determination.id,
        case_id=row.case_id,
        prepared_by=row.approved_by or "",
        approvals=[approval_id],
    )


async def _encumber(session: AsyncSession, row: Application, grant: Grant, payee: Payee, at: datetime) -> None:
    order_id, entry_id = row.payment_order_id, row.encumbrance_entry_id
    if order_id is None or entry_id is None:
        raise ValueError("an approved application names its order and entry")
    async with within_budget(session, grant.line, city_code=row.city_code):
        await commit_payment(
            session, city_code=row.city_code, grant=grant, payee=payee, at=at, order_id=order_id, entry_id=entry_id
        )
