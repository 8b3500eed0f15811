"""What a rule works on: facts that may be missing, parameters that may be open, and the trace it leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from kernel.findings import Finding
from policy.indicators import IndicatorSystem
from policy.rules.reasons import EARLIER, REASONS
from policy.schema import Programme
from policy.snapshots import Acceptance, Resolved, Snapshot, open_finding

Words = tuple[str, str]  # in Chinese and in English
Outcome = Literal["eligible", "not_eligible", "undetermined", "refused_open"]


@dataclass(frozen=True, slots=True)
class Fact:
    """The type and the names of a fact a rule may ask for. Names, numbers of persons and accounts are not facts."""

    type: Literal["count", "fen", "flag", "code", "codes", "date", "awards", "shares"]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reasoning: a parameter read, a fact read, or a result computed."""

    step: Literal["parameter", "fact", "result"]
    name: str
    value: Any
    clauses: tuple[str, ...] = ()
    version: int | None = None
    source: str | None = None
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule decided. `amounts` are fen by name; `terms` are other decided terms (dates, splits, days)."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    trace: tuple[Step, ...]
    amounts: Mapping[str, int] = field(default_factory=dict)
    terms: Mapping[str, Any] = field(default_factory=dict)


class Reading:
    """A city's policy read as of one moment. What was read once is kept: the same for every question of that moment."""

    def __init__(self, snapshot: Snapshot, accepted: Acceptance) -> None:
        self.snapshot, self._accepted = snapshot, accepted
        self._steps: dict[str, Step | None] = {}

    def parameter(self, key: str) -> Step | None:
        """The step of reading it; None while it is open."""
        if key not in self._steps:
            resolved = self.snapshot.value(key, accepted=self._accepted)
            self._steps[key] = _parameter_step(resolved) if resolved else None
        return self._steps[key]


class Matter:
    """One question put to one programme. Reading is traced; what is missing, open or refused is collected."""

    def __init__(
        self,
        *,
        programme: Programme,
        reading: Reading,
        facts: Mapping[str, Any],
        known_facts: Mapping[str, Fact],
        engine: str,
    ) -> None:
        self.programme = programme
        self.amounts: dict[str, int] = {}
        self.terms: dict[str, Any] = {}
        self._reading, self._snapshot = reading, reading.snapshot
        self._facts, self._known_facts = facts, known_facts
        self._earlier = EARLIER.get(engine, {})
        # Keyed by what was read, so that reading twice is one step and the order is that of first reading.
        self._trace: dict[tuple[str, str], Step] = {}
        self._open: dict[str, Finding] = {}
        self._missing: dict[str, Finding] = {}
        self._refused: list[Finding] = []

    @property
    def clauses(self) -> tuple[str, ...]:
        """The programme's clauses, for reasons that rest on it as a whole."""
        return self.programme.clauses

    def parameter(self, key: str) -> Any:
        """Its value, traced; None (and a reason) while it is open."""
        value = self.parameter_if_set(key)
        if value is None:
            self._open.setdefault(key, open_finding(self._snapshot, key))
        return value

    def parameter_if_set(self, key: str) -> Any:
        """Its value, traced; None without remark while it is open: the text decides without it too."""
        step = self._reading.parameter(key)
        if step is None:
            return None
        self._trace.setdefault(("parameter", key), step)
        return step.value

    def operator(self, key: str) -> str:
        """The parameter's operator, exactly as the text has it."""
        return self._snapshot.pack.parameters[key].operator

    def choice(self, key: str, value: str) -> tuple[str, str]:
        """What one value of a parameter is called, in Chinese and English."""
        named = {choice.id: (choice.zh, choice.en) for choice in self._snapshot.pack.parameters[key].choices}
        return named.get(value, (value, value))

    def role(self, key: str) -> tuple[str, str]:
        """What a role of the pack is called, in Chinese and English."""
        role = self._snapshot.pack.roles[key]
        return role.zh, role.en

    def type_of(self, name: str) -> str | None:
        """The type of a fact; None of one nobody declared."""
        known = self._known_facts.get(name)
        return known.type if known else None

    def peek(self, name: str) -> Any:
        """A fact, traced when it is there; None without remark when it is not."""
        value = self._facts.get(name)
        if value is not None:
            self._trace.setdefault(("fact", name), Step("fact", name, value))
        return value

    def fact(self, name: str) -> Any:
        """A fact the decision cannot do without; None (and a reason) when it is missing. Missing is not false."""
        value = self.peek(name)
        if value is None:
            self._missing.setdefault(name, self._missing_finding(name))
        return value

    def day(self, name: str) -> date | None:
        """A fact that is a date."""
        value = self.fact(name)
        return None if value is None else date.fromisoformat(value)

    def result(self, name: str, value: Any, clauses: Sequence[str] = ()) -> None:
        """Trace something the rule computed."""
        self._trace[("result", name)] = Step("result", name, value, tuple(clauses) or self.clauses)

    def pay(self, name: str, amount_fen: int, clauses: Sequence[str] = ()) -> None:
        """Trace and decide an amount in fen."""
        self.result(name, amount_fen, clauses)
        self.amounts[name] = amount_fen

    def refuse(
        self,
        code: str,
        *,
        clauses: Sequence[str] = (),
        name: Words = ("", ""),
        words: Mapping[str, Words] = MappingProxyType({}),
        **facts: Any,
    ) -> None:
        """Add one reason against. `name` is what the reason is about; `words` stand in its text for facts so named."""
        told = {"name": name} | dict({} if code in self._earlier else words)
        zh, en = (
            text.format(**facts | {key: both[place] for key, both in told.items()})
            for place, text in enumerate(self._earlier.get(code, REASONS[code]))
        )
        self._refused.append(Finding(code, tuple(clauses) or self.clauses, zh, en, facts))

    def ruling(self) -> Ruling:
        """The outcome: open before refused, refused before missing. Amounts stand only where it is eligible."""
        findings = (*self._open.values(), *self._refused, *self._missing.values())
        outcome: Outcome = (
            "refused_open" if self._open else "not_eligible" if self._refused
            else "undetermined" if self._missing else "eligible"
        )  # fmt: skip
        # A figure beside a refusal would be read as a promise.
        decided = outcome == "eligible"
        return Ruling(
            outcome, findings, tuple(self._trace.values()), self.amounts if decided else {},
            self.terms if decided else {},
        )  # fmt: skip

    def _missing_finding(self, name: str) -> Finding:
        fact = self._known_facts[name]
        zh, en = f"缺少事实:{fact.zh}。", f"A fact is missing: {fact.en}."
        return Finding("fact_missing", self.clauses, zh, en, {"fact": name, "type": fact.type})


def _parameter_step(resolved: Resolved) -> Step:
    value = resolved.value
    plain = value.model_dump(mode="json") if isinstance(value, IndicatorSystem) else value
    return Step(
        "parameter", resolved.parameter, plain, resolved.clauses,
        resolved.version, resolved.source, resolved.effective_on,
    )  # fmt: skip
