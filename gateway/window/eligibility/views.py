"""A scan and a batch as they are shown."""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from gateway.window.catalogue.queries import door_of
from gateway.window.eligibility.batches import Answer
from gateway.window.eligibility.held import Known, designation_of
from gateway.window.eligibility.rules import Missing, Result, Status
from gateway.window.eligibility.schemas import (
    AnswerOut,
    ChangeOut,
    MissingOut,
    QuestionErrorOut,
    ResultOut,
    ScanOut,
    ScanReasonOut,
    StepOut,
    ToldOut,
    WayOut,
)
from gateway.window.eligibility.service import Scanned
from policy.nearness import Change
from policy.rules.matter import Ruling
from policy.schema import Pack

ELIGIBLE = "eligible"


def scan_shown(scanned: Scanned) -> ScanOut:
    """The whole answer."""
    record, snapshot = scanned.record, scanned.snapshot
    found = Counter(result.status for result in scanned.results)
    return ScanOut(
        id=record.id,
        organisation_id=record.organisation_id,
        city_code=record.city_code,
        basis=record.basis,
        consent_id=record.consent_id,
        policy_version=record.policy_version,
        policy_hash=record.policy_hash,
        as_of=scanned.at.on,
        sources_away=record.sources_away,
        counts={status: found[status] for status in get_args(Status)},
        results=[_result(snapshot.pack, result) for result in scanned.results],
    )


def _result(pack: Pack, result: Result) -> ResultOut:
    programme, carrier, level = result.programme, result.subject.carrier, result.subject.level
    is_eligible = result.status == ELIGIBLE
    return ResultOut(
        programme=programme.id,
        zh=programme.zh,
        en=programme.en,
        act=result.act,
        service=programme.service,
        carrier_id=carrier.id if carrier else None,
        carrier_name=carrier.name if carrier else None,
        level=level.level if level else None,
        designation=designation_of(level) if level else None,
        status=result.status,
        clauses=_clauses(result),
        amounts=dict(result.ruling.amounts) if is_eligible else {},
        terms=dict(result.ruling.terms) if is_eligible else {},
        reasons=[ScanReasonOut.model_validate(reason) for reason in result.reasons],
        missing=[_missing(missing) for missing in result.missing],
        changes=[_change(change) for change in result.changes],
        open_parameters=[reason.facts["parameter"] for reason in result.reasons if reason.code == "parameter_open"],
        facts=[ToldOut(fact=name, value=k.value, source=k.source, overruled=k.overruled) for name, k in _used(result)],
        trace=_trace(result.ruling) if is_eligible else [],
        items=_ways(pack, result),
    )


def _clauses(result: Result) -> list[str]:
    """The programme's own and those of everything that was read."""
    steps = (clause for step in result.ruling.trace for clause in step.clauses)
    return list(dict.fromkeys([*result.programme.clauses, *steps]))


def _used(result: Result) -> Iterator[tuple[str, Known]]:
    """The facts that were read, and those that were stated in vain."""
    read = {step.name for step in result.ruling.trace if step.step == "fact"}
    return ((name, known) for name, known in result.facts.items() if name in read or known.overruled is not None)


def _missing(missing: Missing) -> MissingOut:
    fact = missing.fact
    return MissingOut(
        fact=missing.name, type=fact.type, zh=fact.zh, en=fact.en, choices=list(missing.choices), away=missing.owner
    )


def _change(change: Change) -> ChangeOut:
    return ChangeOut(
        fact=change.fact,
        zh=change.zh,
        en=change.en,
        actual=change.actual,
        needed=change.needed,
        clauses=list(change.clauses),
    )


def _trace(ruling: Ruling) -> list[StepOut]:
    # Not validated once more: a batch shows tens of thousands of steps, and the engine has just made them.
    return [
        StepOut.model_construct(
            step=step.step,
            name=step.name,
            value=step.value,
            clauses=list(step.clauses),
            version=step.version,
            source=step.source,
            effective_on=step.effective_on,
        )
        for step in ruling.trace
    ]


def _ways(pack: Pack, result: Result) -> list[WayOut]:
    """The service items to go to next."""
    items = [item for item in pack.items_of(result.programme.id) if item.act in (None, result.act)]
    return [WayOut(id=item.id, zh=item.zh, en=item.en, apply_at=door_of(pack, item)) for item in items]


def answer_shown(answer: Answer) -> AnswerOut:
    """One answer of a batch."""
    ruling = answer.ruling
    return AnswerOut(
        outcome=ruling.outcome if ruling else None,
        reasons=[ScanReasonOut.model_validate(reason) for reason in ruling.findings] if ruling else [],
        amounts=dict(ruling.amounts) if ruling else {},
        terms=dict(ruling.terms) if ruling else {},
        trace=_trace(ruling) if ruling else [],
        errors=[QuestionErrorOut.model_validate(error) for error in answer.errors],
    )
