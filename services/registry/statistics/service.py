"""A report handed in, returned, accepted, corrected. Everything wrong is told at once; nothing is written over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.registry_reports import StatisticsReportAccepted, StatisticsReportReturned, StatisticsReportSubmitted
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding
from kernel.ids import encode_id, new_id
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Invalid, Refusal, named_constraint, refuse_if
from policy.canonical import canonical, sha256
from policy.determinations import finding_document
from policy.forms import ReportForm, form_of
from policy.store import policy_today
from services.registry.statistics.models import StatisticsDecision, StatisticsReport, StatisticsRevision
from services.registry.statistics.queries import (
    Before,
    counted_elsewhere,
    figures_after,
    figures_before,
    find_report,
    find_revision,
    find_to_change,
    hold_operator,
    keep_entries_of,
    replace_entries,
)
from services.registry.statistics.reading import Content, Line, Read, Reader, bounded, read_content
from services.registry.statistics.rounds import about
from services.registry.statistics.rules import (
    Counted,
    counted_in,
    decision_findings,
    double_findings,
    earlier_findings,
    figures_of,
    form_findings,
    handing_in_findings,
    jumps_of,
    later_findings,
    marks_of,
    repeated_findings,
    unexplained,
    within_findings,
)
from services.registry.statistics.states import MOVES, Fact
from services.registry.statistics.workbook_reading import Filled, read_workbook
from services.registry.statistics.workbooks import Addressed, Language, write_workbook

PREFIX = "srp"


class ReportInvalid(Invalid):
    """Some cell cannot be read; every reason of every kind is told with it, `findings` says how many there are."""

    code, title_zh, title_en = "report_invalid", "报表未通过校验", "The report is not valid"


class CountedTwice(Conflict):
    """The database refused what another report counted at the same moment."""

    code, title_zh, title_en = "counted_twice", "同一运营单位重复统计", "Counted twice by one operator"


class AnotherPersonDecides(Conflict):
    code, title_zh, title_en = "second_person_needed", "须由另一名人员办理", "Another person has to do this"


named_constraint("uq_statistics_entry_counted_once", CountedTwice)
named_constraint("ck_statistics_report_another_person_decides", AnotherPersonDecides)


@dataclass(frozen=True, slots=True)
class Handed:
    """What somebody hands in: rows as typed, how to read them, and where each cell stands."""

    form_on: date | None
    typed: Mapping[str, Sequence[Line]]
    place: Callable[[str, int, str], dict[str, Any]]
    explanations: Mapping[str, str]
    reason: str | None
    source: str


async def hand_in(session: AsyncSession, *, report_id: UUID, handed: Handed, caller: Caller) -> StatisticsReport:
    """A first report or a correction. What equals the newest revision is that revision, however often it is sent."""
    report = await find_to_change(session, report_id, caller=caller)
    form, reader = form_of(report.round.form_on), await _reader(session, report, handed)
    refuse_if(form_findings(given=handed.form_on, wanted=form.effective_on))
    read = await to_thread.run_sync(read_content, form, handed.typed, reader, handed.place)
    digest = sha256(canonical([form.effective_on.isoformat(), read.content, dict(handed.explanations)]))
    if not read.faults and report.content_sha256 == digest:
        return report
    await hold_operator(session, report.round_id, report.operator_id)
    before = await figures_before(session, report.carrier_id, report.round.period_from)
    counted = counted_in(form, read.content)
    jumps = jumps_of(form, read.content, before.preceding)
    found = [
        *read.faults,
        *_agreement(report, form, read.content, before),
        *unexplained(jumps, handed.explanations),
        *await _counting(session, report, counted, read, handed),
    ]
    _refuse(found, is_readable=not read.faults)
    later = await figures_after(session, report.carrier_id, report.round.period_until)
    warnings = [*jumps, *later_findings(form, read.content, later)]
    await _write(session, report, form, read.content, handed, digest, warnings, caller)
    await replace_entries(session, report, _entries(report, form, counted, read.content))
    await _tell_submitted(session, report)
    return report


async def hand_in_workbook(
    session: AsyncSession, *, report_id: UUID, content: bytes, reason: str | None, caller: Caller
) -> StatisticsReport:
    """The template, filled in. Raises WorkbookUnreadable and WorkbookChanged besides what `hand_in` raises."""
    report = await find_report(session, report_id, caller=caller)
    filled: Filled = await to_thread.run_sync(read_workbook, content, form_of(report.round.form_on))
    if filled.report_id and filled.report_id != encode_id(PREFIX, report.id):
        refuse_if([_of_another_report()])
    handed = Handed(filled.form_on, filled.typed, filled.place, filled.explanations, reason, "xlsx")
    return await hand_in(session, report_id=report_id, handed=handed, caller=caller)


async def accept(session: AsyncSession, *, report_id: UUID, if_match: str, caller: Caller) -> StatisticsReport:
    """The newest revision counts from now on."""
    report = await _to_decide(session, report_id, if_match, caller)
    report.status = status_after(Fact.ACCEPTED, report.status, MOVES)
    report.accepted_revision, report.accepted_figures = report.revision, report.figures
    report.accepted_firms, report.return_reason = report.firms, None
    await keep_entries_of(session, report, report.revision)
    await _keep_decision(session, report, is_accepted=True, reason=None)
    fact = StatisticsReportAccepted(**about(report), revision=report.revision)
    await record(session, fact, city_code=report.city_code, subject=report.id)
    await session.flush()
    return report


async def return_report(
    session: AsyncSession, *, report_id: UUID, reason: str, if_match: str, caller: Caller
) -> StatisticsReport:
    """With what has to be corrected. Figures accepted before keep counting until others are."""
    report = await _to_decide(session, report_id, if_match, caller)
    report.status, report.return_reason = status_after(Fact.RETURNED, report.status, MOVES), reason
    await _keep_decision(session, report, is_accepted=False, reason=reason)
    fact = StatisticsReportReturned(**about(report), revision=report.revision)
    await record(session, fact, city_code=report.city_code, subject=report.id)
    await session.flush()
    return report


async def template(
    session: AsyncSession, *, report_id: UUID, language: Language, is_filled: bool, caller: Caller
) -> bytes:
    """The workbook of a report, empty or with what was handed in last."""
    report = await find_report(session, report_id, caller=caller)
    content: Mapping[str, Any] = {}
    if is_filled and report.revision:
        content = (await find_revision(session, report.id, report.revision)).content
    addressed = Addressed(
        report_id=encode_id(PREFIX, report.id),
        carrier_name=report.carrier.name,
        period=f"{report.round.period_from} – {report.round.period_until}",
        due_on=report.round.due_on.isoformat(),
    )
    form = form_of(report.round.form_on)
    return await to_thread.run_sync(lambda: write_workbook(form, addressed, language=language, content=content))


async def _to_decide(session: AsyncSession, report_id: UUID, if_match: str, caller: Caller) -> StatisticsReport:
    report = await find_to_change(session, report_id, caller=caller)
    must_match(if_match, report.version, as_read=True)
    clauses = tuple(report.round.clauses)
    decider = caller.acting_for
    refuse_if(decision_findings(decider=decider, submitted_by=report.submitted_by, clauses=clauses))
    report.decided_by, report.decided_at = decider, clock.now(report.city_code)
    report.version += 1
    return report


async def _keep_decision(
    session: AsyncSession, report: StatisticsReport, *, is_accepted: bool, reason: str | None
) -> None:
    revision = await find_revision(session, report.id, report.revision)
    session.add(
        StatisticsDecision(
            id=new_id(),
            city_code=report.city_code,
            revision_id=revision.id,
            is_accepted=is_accepted,
            reason=reason,
            decided_by=report.decided_by,
            decided_at=report.decided_at,
        )
    )


async def _reader(session: AsyncSession, report: StatisticsReport, handed: Handed) -> Reader:
    pack = (await policy_today(session, report.city_code)).pack
    coded = [division for division in pack.divisions if division.code]
    return Reader(
        lenient=handed.source == "xlsx",
        period=(report.round.period_from, report.round.period_until),
        divisions=frozenset(division.code or "" for division in coded),
        former_divisions={old: division.code or "" for division in coded for old in division.former_codes},
    )


def _agreement(report: StatisticsReport, form: ReportForm, content: Content, before: Before) -> list[Finding]:
    clauses = tuple(report.round.clauses)
    return [
        *within_findings(form, content, clauses),
        *earlier_findings(form, content, preceding=before.preceding, latest=before.latest, clauses=clauses),
    ]


async def _counting(
    session: AsyncSession, report: StatisticsReport, counted: Sequence[Counted], read: Read, handed: Handed
) -> list[Finding]:
    """When, and what counts once: over this report and the operator's others."""
    clauses = tuple(report.round.clauses)

    def place(section: str, index: int) -> dict[str, Any]:
        return handed.place(section, read.numbers[section][index], "")

    return [
        *handing_in_findings(
            today=clock.today(report.city_code),
            period_until=report.round.period_until,
            revisions=report.revision,
            reason=handed.reason,
            clauses=clauses,
        ),
        *repeated_findings(counted, place, clauses),
        *double_findings(counted, await counted_elsewhere(session, report), place, clauses),
    ]


def _refuse(found: list[Finding], *, is_readable: bool) -> None:
    if not found:
        return
    problem = Refusal if is_readable else ReportInvalid
    raise problem(reasons=bounded(found), findings=len(found))


async def _write(
    session: AsyncSession,
    report: StatisticsReport,
    form: ReportForm,
    content: Content,
    handed: Handed,
    digest: str,
    warnings: Sequence[Finding],
    caller: Caller,
) -> None:
    today, now = clock.today(report.city_code), clock.now(report.city_code)
    report.status = status_after(Fact.SUBMITTED, report.status, MOVES)
    report.revision, report.version = report.revision + 1, report.version + 1
    if report.first_submitted_on is None:
        report.first_submitted_on, report.is_late = today, today > report.round.due_on
    report.submitted_by, report.decided_by, report.decided_at = caller.acting_for, None, None
    report.content_sha256, report.figures = digest, figures_of(form, content)
    report.firms = len(content[form.tenants.id])
    session.add(
        StatisticsRevision(
            id=new_id(),
            city_code=report.city_code,
            report_id=report.id,
            number=report.revision,
            content=content,
            content_sha256=digest,
            source=handed.source,
            reason=handed.reason,
            explanations=dict(handed.explanations),
            warnings=[finding_document(warning) for warning in warnings],
            submitted_by=caller.acting_for,
            submitted_at=now,
        )
    )
    await session.flush()


def _entries(
    report: StatisticsReport, form: ReportForm, counted: Sequence[Counted], content: Content
) -> list[dict[str, Any]]:
    shared = {
        "city_code": report.city_code,
        "round_id": report.round_id,
        "operator_id": report.operator_id,
        "report_id": report.id,
        "revision": report.revision,
        "is_newest": True,
        "carrier_id": report.carrier_id,
        "recorded_at": clock.real_now(),
    }
    made = []
    for one in counted:
        row, since = content[one.section][one.row], form.by_id[one.section].since
        began = date.fromisoformat(row[since]) if since else None
        marks = {"kind": one.kind, "key": marks_of(one)[0], "code": one.code, "name": one.name, "since": began}
        made.append({"id": new_id(), **shared, **marks, "is_tech_sme": row.get("is_tech_sme")})
    return made


async def _tell_submitted(session: AsyncSession, report: StatisticsReport) -> None:
    fact = StatisticsReportSubmitted(**about(report), revision=report.revision, is_late=bool(report.is_late))
    await record(session, fact, city_code=report.city_code, subject=report.id)


def _of_another_report() -> Finding:
    return Finding(
        "workbook_of_another_report",
        (),
        "该工作簿属于另一份报表（载体或报告期不同）。",
        "This workbook belongs to another report: of another carrier or another period.",
    )
