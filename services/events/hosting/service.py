"""Use cases of hosting: the host states its cost, an officer checks it line by line, another one confirms it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events import HostingCostConfirmed
from kernel import clock
from kernel.auth import Caller
from kernel.client import ServiceClient
from kernel.etags import must_match
from kernel.findings import Finding, findings
from kernel.ids import new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, named_constraint, refuse_if
from kernel.routing import Work
from services.events.calendar.models import CalendarEvent
from services.events.calendar.queries import public_event
from services.events.hosting import queries
from services.events.hosting.invoices import ask_register, reference_of
from services.events.hosting.models import HostingLine, HostingStatement
from services.events.hosting.rules import (
    NOT_A_HOST,
    CostLine,
    Decision,
    Invoice,
    Reach,
    Stated,
    decision_findings,
    holding_findings,
    people_findings,
    statement_findings,
    taken_findings,
)
from services.events.hosting.states import MOVES, Fact, Status
from services.events.organisations import must_speak_for


class StatedAlready(Conflict):
    code = "statement_exists"
    title_zh, title_en = "本单位已填报该活动支出,请更正原填报", "The host has stated this event's cost: correct that"


class InvoiceStated(Conflict):
    code = "invoice_stated_before"
    title_zh, title_en = "发票已列入其他单位的支出", "An invoice stands in another host's statement"


named_constraint("uq_hosting_statement_current", StatedAlready)
named_constraint("uq_hosting_statement_event_id_host_id_edition", StatedAlready)
named_constraint("uq_hosting_line_invoice", InvoiceStated)


@dataclass(frozen=True, slots=True)
class Found:
    """What the check found, line by line and as a whole."""

    decisions: tuple[Decision, ...]
    reach: Reach
    participants: int
    public_money_fen: int
    opinion: str


async def state_cost(
    work: Work, funds: ServiceClient, *, event_id: UUID, host_id: UUID, stated: Stated, caller: Caller
) -> tuple[HostingStatement, list[HostingLine]]:
    """The host says what its share of an event cost, once. Raises NotItsVoice, Refusal with every reason."""
    must_speak_for(caller, host_id)
    await _assess(work, funds, event_id=event_id, host_id=host_id, stated=stated, caller=caller)
    session = await work.open()
    event = await public_event(session, event_id, city_code=caller.city, lock=True)  # its hosts stay who they are
    row = _new_statement(event, host_id, stated, caller, edition=1, reason=None)
    row.host_name = _name_of(event, host_id)
    return row, await _write(session, row, stated)


async def correct_cost(
    work: Work, funds: ServiceClient, *, statement_id: UUID, stated: Stated, reason: str, if_match: str, caller: Caller
) -> tuple[HostingStatement, list[HostingLine]]:
    """The host states it anew: the edition before is kept, and what was confirmed stands until this one is."""
    before = await queries.statement_for(await work.open(), statement_id, caller=caller)
    event_id, host_id = before.event_id, before.host_id
    event = await _assess(work, funds, event_id=event_id, host_id=host_id, stated=stated, caller=caller)
    session = await work.open()
    before = await queries.statement_for(session, statement_id, caller=caller, lock=True)
    must_match(if_match, before.version)
    before.status = status_after(Fact.CORRECTED, before.status, MOVES)
    for line in await queries.lines_of(session, [before.id]):
        line.is_live = False
    await session.flush()
    row = _new_statement(event, host_id, stated, caller, edition=before.edition + 1, reason=reason)
    row.host_name = before.host_name
    return row, await _write(session, row, stated)


async def check_cost(
    session: AsyncSession, *, statement_id: UUID, found: Found, if_match: str, caller: Caller
) -> tuple[HostingStatement, list[HostingLine]]:
    """An officer accepts or refuses each line, and finds reach, participants and other public money."""
    row = await queries.statement_for(session, statement_id, caller=caller, lock=True)
    must_match(if_match, row.version, as_read=True)
    row.status = status_after(Fact.CHECKED, row.status, MOVES)
    lines = await queries.lines_of(session, [row.id])
    refuse_if(
        [
            *people_findings(caller.acting_for, row.stated_by),
            *decision_findings(found.decisions, lines=len(lines)),
            *await _still_held(session, row, found.participants),
        ]
    )
    by_place = {decision.line: decision for decision in found.decisions}
    for line in lines:
        decision = by_place[line.place]
        line.accepted = line.is_live = decision.accepted
        line.reason, line.clauses = decision.reason, list(decision.clauses)
    row.checked_by, row.checked_at, row.opinion = caller.acting_for, clock.now(row.city_code), found.opinion
    row.found_reach, row.found_participants = found.reach.value, found.participants
    row.found_public_money_fen = found.public_money_fen
    row.eligible_fen = sum(line.amount_fen for line in lines if line.accepted)
    await session.flush()
    return row, lines


async def confirm_cost(
    work: Work, funds: ServiceClient, *, statement_id: UUID, if_match: str, caller: Caller
) -> tuple[HostingStatement, list[HostingLine]]:
    """Another officer confirms: the invoices of the accepted lines are used, and others are told the cost."""
    session = await work.open()
    row = await queries.statement_for(session, statement_id, caller=caller)
    lines = await queries.lines_of(session, [row.id])
    _may_confirm(row, if_match, caller)
    await work.close()
    invoices = [invoice_of(line) for line in lines if line.accepted]
    refuse_if(
        await ask_register(
            funds, invoices, city_code=row.city_code, event_id=row.event_id, host_id=row.host_id, hold=True
        )
    )
    session = await work.open()
    row = await queries.statement_for(session, statement_id, caller=caller, lock=True)
    _may_confirm(row, if_match, caller)
    refuse_if(await _still_held(session, row, row.found_participants or 0))
    row.status = status_after(Fact.CONFIRMED, row.status, MOVES)
    row.confirmed_by, row.confirmed_at = caller.acting_for, clock.now(row.city_code)
    await session.flush()
    event = await session.get_one(CalendarEvent, row.event_id)
    told = _announcement(row, event, [invoice.fingerprint for invoice in invoices])
    # In order per host and event: what is parked of one host does not hold up the other's.
    await record(session, told, city_code=row.city_code, subject=told.invoice_reference)
    return row, await queries.lines_of(session, [row.id])


async def _still_held(session: AsyncSession, row: HostingStatement, participants: int) -> list[Finding]:
    """Whether the event, which may have changed since its cost was stated, was held by this host before so many."""
    event = await public_event(session, row.event_id, city_code=row.city_code, lock=True)
    held = await queries.held(session, event, now=clock.now(row.city_code))
    return holding_findings(held, host_id=row.host_id, participants=participants)


def _may_confirm(row: HostingStatement, if_match: str, caller: Caller) -> None:
    must_match(if_match, row.version, as_read=True)
    status_after(Fact.CONFIRMED, row.status, MOVES)
    refuse_if(people_findings(caller.acting_for, row.stated_by, row.checked_by))


async def _assess(
    work: Work, funds: ServiceClient, *, event_id: UUID, host_id: UUID, stated: Stated, caller: Caller
) -> CalendarEvent:
    """Gather everything that stands against a statement, here and, with no transaction open, at the register."""
    session = await work.open()
    event, now = await public_event(session, event_id, city_code=caller.city), clock.now(caller.city)
    held = await queries.held(session, event, now=now)
    found = statement_findings(stated, held, host_id=host_id, on=clock.on_date(now))
    invoices = [line.invoice for line in stated.lines]
    prints = [invoice.fingerprint for invoice in invoices]
    taken = await queries.taken_among(session, prints, city_code=caller.city, event_id=event_id, host_id=host_id)
    found += taken_findings(stated.lines, taken)
    await work.close()
    found += await ask_register(funds, invoices, city_code=caller.city, event_id=event_id, host_id=host_id, hold=False)
    refuse_if(found)
    return event


def _new_statement(
    event: CalendarEvent, host_id: UUID, stated: Stated, caller: Caller, *, edition: int, reason: str | None
) -> HostingStatement:
    return HostingStatement(
        id=new_id(),
        city_code=event.city_code,
        event_id=event.id,
        host_id=host_id,
        edition=edition,
        correction_reason=reason,
        status=Status.STATED,
        reach=stated.reach,
        public_money=[{"payer": one.payer, "amount_fen": one.amount_fen} for one in stated.public_money],
        public_money_fen=stated.public_money_fen,
        own_income_fen=stated.own_income_fen,
        participants=stated.participants,
        participants_evidence=stated.participants_evidence,
        audit_report=stated.audit_report,
        stated_by=caller.acting_for,
        stated_at=clock.now(event.city_code),
    )


def _name_of(event: CalendarEvent, host_id: UUID) -> str:
    named = {one.id: one.name for one in event.co_hosts} | {event.host_id: event.host_name}
    refuse_if(findings((host_id not in named, NOT_A_HOST)))
    return named[host_id]


async def _write(session: AsyncSession, row: HostingStatement, stated: Stated) -> list[HostingLine]:
    session.add(row)
    await session.flush()
    lines = [_line(row, place, line) for place, line in enumerate(stated.lines, 1)]
    session.add_all(lines)
    await session.flush()
    return lines


def _line(row: HostingStatement, place: int, line: CostLine) -> HostingLine:
    return HostingLine(
        id=new_id(),
        city_code=row.city_code,
        statement_id=row.id,
        place=place,
        kind=line.kind,
        purpose=line.purpose,
        amount_fen=line.amount_fen,
        invoice_number=line.invoice.number,
        invoice_code=line.invoice.code,
        issuer=line.invoice.issuer,
        issued_on=line.invoice.issued_on,
        invoice_fen=line.invoice.amount_fen,
        fingerprint=line.invoice.fingerprint,
        is_live=True,
        clauses=[],
    )


def invoice_of(line: HostingLine) -> Invoice:
    """The invoice of a line, as it was stated."""
    return Invoice(line.invoice_number, line.invoice_code, line.issuer, line.issued_on, line.invoice_fen)


def _announcement(row: HostingStatement, event: CalendarEvent, prints: list[str]) -> HostingCostConfirmed:
    return HostingCostConfirmed(
        event_id=row.event_id,
        organisation_id=row.host_id,
        statement_id=row.id,
        edition=row.edition,
        event_kind=event.kind,
        level=event.level,
        reach=row.found_reach or row.reach,
        held_on=clock.on_date(event.ends_at),
        eligible_fen=row.eligible_fen or 0,
        public_money_fen=row.found_public_money_fen or 0,
        own_income_fen=row.own_income_fen,
        participants=row.found_participants or 0,
        invoice_reference=reference_of(row.event_id, row.host_id),
        invoice_prints=prints,
    )
