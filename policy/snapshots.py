"""The policy of one city as it stands: its packs, and every value an operator ever set, with both dates.

A value counts for a case accepted on day D at instant T when it was in force on D and known at T, or when it was set to
apply to pending cases too. Of those that count the latest wins: by first day of validity, then by time of recording.
A later edition of the pack counts in the same way; `in_force` gives the policy with the pack that decides such a case.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import AwareDatetime, PrivateAttr, model_validator
from pydantic_core import to_json

from kernel.findings import Finding
from policy.canonical import canonical, sha256
from policy.checks import breach
from policy.quotes import quoted
from policy.schema import Constraint, Pack, Parameter, Value
from policy.terms import Frozen
from policy.values import misfit


@dataclass(frozen=True, slots=True)
class Acceptance:
    """When a case was accepted: `on` in Asia/Shanghai, `at` an aware instant. It fixes the version that applies."""

    on: date
    at: datetime


class Setting(Frozen):
    """A value an operator set: proposed by one person, approved by another."""

    parameter: str
    value: Value
    effective_on: date
    recorded_at: AwareDatetime
    reason: str
    precedent: str | None = None
    set_by: str
    approved_by: str
    applies_to_pending: bool = False

    @model_validator(mode="after")
    def _two_persons(self) -> Self:
        if self.set_by == self.approved_by:
            raise ValueError("who sets a value does not approve it")
        return self


class Edition(Frozen):
    """A later version of the city's pack: proposed by one person, approved by another, never retroactive."""

    pack: Pack
    effective_on: date
    recorded_at: AwareDatetime
    reason: str
    set_by: str
    approved_by: str

    @model_validator(mode="after")
    def _two_persons(self) -> Self:
        if self.set_by == self.approved_by:
            raise ValueError("who proposes an edition does not approve it")
        return self

    def counts(self, accepted: Acceptance) -> bool:
        """Whether a case accepted then knew it and fell into its validity."""
        return self.recorded_at <= accepted.at and self.effective_on <= accepted.on


@dataclass(frozen=True, slots=True)
class Resolved:
    """The value that counts. `version` numbers the parameter's values from 1 in the order they came."""

    parameter: str
    value: Value
    version: int
    source: Literal["text", "operator"]
    effective_on: date
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    resolved: Resolved
    recorded_on: date
    recorded_at: datetime | None
    until: date | None
    applies_to_pending: bool

    def counts(self, accepted: Acceptance) -> bool:
        if self.applies_to_pending:
            return True
        known = self.recorded_at <= accepted.at if self.recorded_at else self.recorded_on <= accepted.on
        ended = self.until is not None and accepted.on > self.until
        return known and not ended and self.resolved.effective_on <= accepted.on


class Snapshot(Frozen):
    """A city's whole policy at one version. Immutable; a new setting or edition makes the next version.

    `pack` is the one the city began with, `editions` are the later ones in the order of their approval. A reader takes
    the pack from `in_force`, never from here; decisions and findings do so themselves.
    """

    city_code: str
    version: int
    pack: Pack
    settings: tuple[Setting, ...] = ()
    editions: tuple[Edition, ...] = ()
    # Of a policy in force: the snapshot it was taken from, which is what was published.
    _published: "Snapshot | None" = PrivateAttr(default=None)

    @property
    def published(self) -> "Snapshot":
        """What was published: itself, or what this policy in force was taken from."""
        return self._published or self

    @cached_property
    def body(self) -> dict[str, Any]:
        """JSON form, as published."""
        if self._published is not None:
            return self._published.body
        # Without editions the bytes are those of the time before there were any: old hashes stay true.
        return self.model_dump(mode="json", exclude=None if self.editions else {"editions"})

    @cached_property
    def text(self) -> bytes:
        """Canonical JSON of the body: what is stored, and what the hash is taken over."""
        return canonical(self.body)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of the body."""
        return sha256(self.text)

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Read a published body. Raises ValueError when it is not one."""
        return cls.model_validate_json(to_json(body))

    def in_force(self, accepted: Acceptance) -> "Snapshot":
        """The same policy with the pack that decides a case accepted then; version and hash are what was published."""
        place = self.edition_in_force(accepted)
        return self if place is None else self._by_edition[place]

    def edition_in_force(self, accepted: Acceptance) -> int | None:
        """The place in `editions` of the one that decides a case accepted then; None for the first pack."""
        counting = [place for place, edition in enumerate(self.editions) if edition.counts(accepted)]
        return max(
            counting, key=lambda place: (self.editions[place].effective_on, self.editions[place].recorded_at),
            default=None,
        )  # fmt: skip

    def value(self, parameter: str, *, accepted: Acceptance) -> Resolved | None:
        """The value that counts for a case accepted then; None while the parameter is open. KeyError if unknown."""
        held = self.in_force(accepted)._held  # noqa: SLF001 - the same class
        counting = [entry for entry in held[parameter] if entry.counts(accepted)]
        return counting[-1].resolved if counting else None

    def whole(self, parameter: str, *, accepted: Acceptance) -> int | None:
        """The value of a parameter that is a whole number of something; None while it is open."""
        found = self.value(parameter, accepted=accepted)
        return found.value if found is not None and isinstance(found.value, int) else None

    def with_settings(self, settings: Sequence[Setting]) -> "Snapshot":
        """The next version, with more settings."""
        return self._next(settings=(*self.published.settings, *settings))

    def with_edition(self, edition: Edition) -> "Snapshot":
        """The next version, with one more edition of the pack."""
        return self._next(editions=(*self.published.editions, edition))

    def known_at(self, at: datetime) -> "Snapshot":
        """The policy with what had been recorded by an instant and nothing later, whatever that was meant to reach."""
        settings = tuple(entry for entry in self.published.settings if entry.recorded_at <= at)
        editions = tuple(entry for entry in self.published.editions if entry.recorded_at <= at)
        return self._like(version=self.version, settings=settings, editions=editions)

    def _next(self, **changed: Any) -> "Snapshot":
        return self._like(version=self.version + 1, **changed)

    def _like(self, **changed: Any) -> "Snapshot":
        whole = self.published
        same = {"city_code": whole.city_code, "pack": whole.pack}
        return Snapshot(**{**same, "settings": whole.settings, "editions": whole.editions, **changed})

    @cached_property
    def _by_edition(self) -> tuple["Snapshot", ...]:
        return tuple(self._with_pack(edition.pack) for edition in self.editions)

    def _with_pack(self, pack: Pack) -> "Snapshot":
        policy = Snapshot(city_code=self.city_code, version=self.version, pack=pack, settings=self.settings)
        policy._published = self
        return policy

    def moment(self, accepted: Acceptance) -> tuple[date, int]:
        """The same for every acceptance that meets the same values: its day, and how many settings were known by then.

        The first day of a value and the last one are days; only the recording of a setting is an instant.
        """
        return accepted.on, bisect_right(self._recorded, accepted.at)

    @cached_property
    def _recorded(self) -> list[datetime]:
        return sorted(setting.recorded_at for setting in self.settings)

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What is worked out from it once and asked for again and again; for the engine, which bounds it."""
        return {}

    @cached_property
    def _held(self) -> dict[str, tuple[_Held, ...]]:
        return {key: tuple(self._history(key)) for key in self.pack.parameters}

    def _history(self, key: str) -> list[_Held]:
        found = [*self._stated(key), *self._set(key)]
        return sorted(found, key=lambda held: (held.resolved.effective_on, held.resolved.version))

    def _stated(self, key: str) -> Iterator[_Held]:
        parameter = self.pack.parameters[key]
        # A doubtful figure is printed, not trusted: it counts only once an operator has set it.
        if parameter.status == "doubtful":
            return
        for place, dated in enumerate(parameter.values, start=1):
            source: Literal["text", "operator"] = "text" if parameter.status == "stated" else "operator"
            resolved = Resolved(key, dated.value, place, source, dated.effective_on, parameter.clauses)
            yield _Held(resolved, dated.recorded_on or dated.effective_on, None, dated.until, applies_to_pending=False)

    def setting(self, parameter: str, version: int) -> Setting | None:
        """Who set that version of a parameter, who approved it and why; None for a value of the text."""
        return dict(self._numbered(parameter)).get(version)

    def _numbered(self, key: str) -> Iterator[tuple[int, Setting]]:
        # Numbered by recording, so that a later setting never renumbers the ones determinations already cite.
        mine = sorted((s for s in self.settings if s.parameter == key), key=lambda s: s.recorded_at)
        return enumerate(mine, start=len(self.pack.parameters[key].values) + 1)

    def _set(self, key: str) -> Iterator[_Held]:
        parameter = self.pack.parameters[key]
        for place, setting in self._numbered(key):
            if no_longer_counts(parameter, setting.value):
                continue
            resolved = Resolved(key, setting.value, place, "operator", setting.effective_on, parameter.clauses)
            recorded_on = setting.recorded_at.date()
            yield _Held(resolved, recorded_on, setting.recorded_at, None, setting.applies_to_pending)


def no_longer_counts(parameter: Parameter | None, value: Value) -> str | None:
    """Why a value set under an earlier edition of the pack does not count under this one; None when it carries over."""
    if parameter is None:
        return "there is no such parameter any more"
    if parameter.status == "stated":
        return "the text states it now"
    return misfit(parameter, value)


def first_snapshot(city_code: str, pack: Pack) -> Snapshot:
    """Version 1 of a city: the pack as it came, nothing set."""
    return Snapshot(city_code=city_code, version=1, pack=pack)


def open_finding(snapshot: Snapshot, parameter: str) -> Finding:
    """The reason that names an open parameter and quotes the clause that leaves it open. Of a policy in force."""
    pack = snapshot.pack
    entry = pack.parameters[parameter]
    clause = pack.clauses[entry.left_open_by or entry.clauses[0]]
    owner = pack.roles[entry.owner_role].zh if entry.owner_role else ""
    return Finding(
        "parameter_open",
        (clause.id,),
        f"“{entry.zh}”尚未确定:{clause.locator}{quoted(clause.quote)}未作规定,须由{owner}设定后方可办理。",
        f"“{entry.en}” is not set: {clause.id} ({clause.locator}) leaves it open, and its owner has not set it yet.",
        {
            "parameter": parameter,
            "unit": entry.unit,
            "owner_role": entry.owner_role,
            "clause": {"id": clause.id, "locator": clause.locator, "quote": clause.quote},
        },
    )


def open_findings(snapshot: Snapshot, parameters: Sequence[str], *, accepted: Acceptance) -> list[Finding]:
    """One reason for each parameter that has no value for a case accepted then, in order, each once."""
    policy, wanted = snapshot.in_force(accepted), dict.fromkeys(parameters)
    return [open_finding(policy, key) for key in wanted if policy.value(key, accepted=accepted) is None]


def inconsistent(snapshot: Snapshot, parameters: Sequence[str], *, accepted: Acceptance) -> list[Finding]:
    """One reason for each constraint over these parameters that the values in force break."""
    policy, touched = snapshot.in_force(accepted), set(parameters)
    return [
        _breach_finding(constraint, broken)
        for constraint in policy.pack.constraints.values()
        if touched & set(constraint.parameters)
        for broken in [breach(constraint, _integers(policy, constraint.parameters, accepted))]
        if broken
    ]


def _integers(snapshot: Snapshot, keys: Sequence[str], accepted: Acceptance) -> list[int | None]:
    resolved = [snapshot.value(key, accepted=accepted) for key in keys]
    return [entry.value if entry and isinstance(entry.value, int) else None for entry in resolved]


def _breach_finding(constraint: Constraint, broken: str) -> Finding:
    return Finding(
        "parameters_inconsistent",
        constraint.clauses,
        f"参数组“{constraint.zh}”不一致。",
        f"The parameters “{constraint.en}” do not agree: {broken}.",
        {"constraint": constraint.id, "parameters": list(constraint.parameters)},
    )
