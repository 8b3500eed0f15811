"""A determination: what was asked, by which policy version, what came out and why; the same bytes whenever replayed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from kernel.findings import Finding
from policy.canonical import canonical, sha256
from policy.engine import ENGINE_VERSION, KNOWN_ENGINES, ProgrammeUnknown, decide
from policy.rules.matter import Outcome, Ruling, Step
from policy.snapshots import Acceptance, Snapshot


@dataclass(frozen=True)
class Determination:
    """The stored result. `inputs` are the facts as given; `references` point to case, carrier, loan … by id.

    Persons are referenced, never copied: facts are typed by the rule and have no place for a name or an account.
    """

    id: UUID
    city_code: str
    pack_id: str
    snapshot_version: int
    snapshot_hash: str
    engine_version: str
    programme: str
    rule_kind: str
    act: str
    accepted: Acceptance
    references: Mapping[str, str]
    inputs: Mapping[str, Any]
    ruling: Ruling

    @property
    def outcome(self) -> Outcome:
        """eligible, not_eligible, undetermined or refused_open."""
        return self.ruling.outcome

    @property
    def findings(self) -> list[Finding]:
        """All reasons against, each with its clauses; empty when eligible."""
        return list(self.ruling.findings)

    @property
    def amounts(self) -> Mapping[str, int]:
        """Amounts in fen by name; empty unless eligible."""
        return self.ruling.amounts

    @property
    def terms(self) -> Mapping[str, Any]:
        """Decided terms that are not amounts (dates, splits, working days); empty unless eligible."""
        return self.ruling.terms

    @cached_property
    def inputs_sha256(self) -> str:
        """Hash of the facts alone: the same question has the same hash."""
        return sha256(canonical(self.inputs))

    @cached_property
    def document(self) -> dict[str, Any]:
        """The whole determination as JSON values."""
        return {
            "id": str(self.id),
            "city_code": self.city_code,
            "pack_id": self.pack_id,
            "snapshot": {"version": self.snapshot_version, "hash": self.snapshot_hash},
            "engine_version": self.engine_version,
            "programme": self.programme,
            "rule_kind": self.rule_kind,
            "act": self.act,
            "accepted": {"on": self.accepted.on.isoformat(), "at": self.accepted.at.astimezone(UTC).isoformat()},
            "references": dict(self.references),
            "inputs": dict(self.inputs),
            "inputs_sha256": self.inputs_sha256,
            **_ruling_document(self.ruling),
        }

    @cached_property
    def body(self) -> bytes:
        """Canonical bytes of the document: what is stored, hashed and compared."""
        return canonical(self.document)

    @cached_property
    def sha256(self) -> str:
        """Hash of the canonical bytes."""
        return sha256(self.body)

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Read stored bytes back."""
        stored = json.loads(body)
        accepted = stored["accepted"]
        return cls(
            id=UUID(stored["id"]),
            snapshot_version=stored["snapshot"]["version"],
            snapshot_hash=stored["snapshot"]["hash"],
            accepted=Acceptance(date.fromisoformat(accepted["on"]), datetime.fromisoformat(accepted["at"])),
            ruling=_ruling_from(stored),
            **{name: stored[name] for name in _PLAIN_FIELDS},
        )


_PLAIN_FIELDS = (
    "city_code", "pack_id", "engine_version", "programme", "rule_kind", "act", "references", "inputs",
)  # fmt: skip


def determine(
    snapshot: Snapshot,
    *,
    id: UUID,  # noqa: A002 - the determination's own id
    programme: str,
    act: str,
    facts: Mapping[str, Any],
    accepted: Acceptance,
    references: Mapping[str, str] | None = None,
    engine: str | None = None,
) -> Determination:
    """Rule on the facts and keep everything needed to replay it. Errors as `policy.engine.decide`.

    `engine`: whose determination is made again; one nobody knows any more is made by the present one.
    """
    snapshot = snapshot.in_force(accepted)
    engine = engine if engine in KNOWN_ENGINES else ENGINE_VERSION
    ruling = decide(snapshot, programme=programme, act=act, facts=facts, accepted=accepted, engine=engine)
    return Determination(
        id=id,
        city_code=snapshot.city_code,
        pack_id=snapshot.pack.pack,
        snapshot_version=snapshot.version,
        snapshot_hash=snapshot.hash,
        engine_version=engine,
        programme=programme,
        rule_kind=snapshot.pack.programmes[programme].terms.kind,
        act=act,
        accepted=accepted,
        references=references or {},
        inputs=facts,
        ruling=ruling,
    )


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a batch; its determination will have the id."""

    id: UUID
    programme: str
    act: str
    facts: Mapping[str, Any]
    accepted: Acceptance
    references: Mapping[str, str] = field(default_factory=dict)


def determine_batch(snapshot: Snapshot, questions: Iterable[Question]) -> Iterator[Determination]:
    """One determination for each question, in order, each the same bytes as alone; made as they are taken.

    Errors as `policy.engine.decide`, at the question that has them. What does not depend on the facts (the parameters
    as they count, the facts the rule knows) is worked out once for a programme, act and moment, and kept with the
    snapshot.
    """
    for asked in questions:
        yield determine(
            snapshot,
            id=asked.id,
            programme=asked.programme,
            act=asked.act,
            facts=asked.facts,
            accepted=asked.accepted,
            references=asked.references,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a replay departs from the record: a JSON path, what stood there, what stands there now."""

    path: str
    recorded: Any
    replayed: Any


def replay(record: Determination, snapshot: Snapshot) -> list[Difference]:
    """Decide the recorded question again. Empty when the bytes are the same, else every difference by name."""
    again = determine(
        snapshot,
        id=record.id,
        programme=record.programme,
        act=record.act,
        facts=record.inputs,
        accepted=record.accepted,
        references=record.references,
        engine=record.engine_version,
    )
    if again.body == record.body:
        return []
    return list(_differences("$", json.loads(record.body), json.loads(again.body)))


def replay_as_of(record: Determination, snapshot: Snapshot, *, accepted: Acceptance) -> list[Difference]:
    """Decide the recorded question as a case accepted then: every difference in what is decided, none in its dates.

    A programme the pack no longer has, or facts it no longer takes, are a difference too.
    """
    try:
        again = determine(
            snapshot,
            id=record.id,
            programme=record.programme,
            act=record.act,
            facts=record.inputs,
            accepted=accepted,
            references=record.references,
            engine=record.engine_version,
        )
    except ProgrammeUnknown:
        return [Difference("$.programme", record.programme, None)]
    except ValueError:
        return [Difference("$.inputs", dict(record.inputs), None)]
    was, is_now = (json.loads(canonical(_decided(made))) for made in (record, again))
    return list(_differences("$", was, is_now))


def _decided(made: Determination) -> dict[str, Any]:
    return {"rule_kind": made.rule_kind, **_ruling_document(made.ruling)}


def _differences(path: str, recorded: Any, replayed: Any) -> Iterator[Difference]:
    if isinstance(recorded, dict) and isinstance(replayed, dict):
        for key in sorted(recorded.keys() | replayed.keys()):
            yield from _differences(f"{path}.{key}", recorded.get(key), replayed.get(key))
    elif isinstance(recorded, list) and isinstance(replayed, list) and len(recorded) == len(replayed):
        for place, (old, new) in enumerate(zip(recorded, replayed, strict=True)):
            yield from _differences(f"{path}[{place}]", old, new)
    elif recorded != replayed:
        yield Difference(path, recorded, replayed)


def _ruling_document(ruling: Ruling) -> dict[str, Any]:
    return {
        "outcome": ruling.outcome,
        "findings": [finding_document(finding) for finding in ruling.findings],
        "trace": [step_document(step) for step in ruling.trace],
        "amounts": dict(ruling.amounts),
        "terms": dict(ruling.terms),
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """A reason with both languages, as stored."""
    return {
        "code": finding.code,
        "clauses": list(finding.clauses),
        "zh": finding.zh,
        "en": finding.en,
        "facts": dict(finding.facts),
    }


def step_document(step: Step) -> dict[str, Any]:
    """A step of the trace, as stored."""
    document: dict[str, Any] = {"step": step.step, "name": step.name, "value": step.value}
    if step.clauses:
        document["clauses"] = list(step.clauses)
    if step.step == "parameter":
        effective_on = step.effective_on.isoformat() if step.effective_on else None
        document |= {"version": step.version, "source": step.source, "effective_on": effective_on}
    return document


def _ruling_from(stored: Mapping[str, Any]) -> Ruling:
    return Ruling(
        outcome=stored["outcome"],
        findings=tuple(Finding(**{**f, "clauses": tuple(f["clauses"])}) for f in stored["findings"]),
        trace=tuple(_step_from(step) for step in stored["trace"]),
        amounts=stored["amounts"],
        terms=stored["terms"],
    )


def _step_from(stored: Mapping[str, Any]) -> Step:
    effective_on = stored.get("effective_on")
    return Step(
        step=stored["step"],
        name=stored["name"],
        value=stored["value"],
        clauses=tuple(stored.get("clauses", ())),
        version=stored.get("version"),
        source=stored.get("source"),
        effective_on=date.fromisoformat(effective_on) if effective_on else None,
    )
