"""YAML cases an officer can read: facts and amounts as written, quoted yuan becoming exact fen, and which of them fail.

A file has `cases:` (each with its clauses, facts and what is expected) or `targets:`; `settings.yaml` beside them has
the values the cases suppose to be set.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from policy.engine import decide
from policy.indicators import as_value
from policy.rules.matter import Ruling
from policy.schema import Pack
from policy.snapshots import Acceptance, Setting, Snapshot, first_snapshot, no_longer_counts
from policy.targets import standing
from policy.yaml_limits import LOADER
from policy.yaml_source import Fault, Source, composed

YUAN = re.compile(r"\d{1,3}(,\d{3})*\.\d{2}")
OWN_CODES = ("parameter_open", "fact_missing")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(_Strict):
    """What must come out. Of `amounts_include` and `terms` more may come out; the rest is exact."""

    outcome: Literal["eligible", "not_eligible", "undetermined", "refused_open"]
    reasons: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    amounts: dict[str, Any] | None = None
    amounts_include: dict[str, Any] = {}
    terms: dict[str, Any] = {}


class _Entry(_Strict):
    case: str
    cites: tuple[str, ...]
    programme: str | None = None
    act: str | None = None
    settings: Literal["none"] | None = None
    set: dict[str, Any] = {}
    unset: tuple[str, ...] = ()
    given: dict[str, Any] = {}
    expect: Expected


class _Goal(_Strict):
    target: str
    cites: tuple[str, ...]
    figure: int
    reached: tuple[bool | None, bool | None, bool | None]


class _File(_Strict):
    """Other members of a file are its own, such as what anchors stand on."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    programme: str | None = None
    act: str | None = None
    given: dict[str, Any] = {}
    cases: tuple[_Entry, ...] = ()
    targets: tuple[_Goal, ...] = ()
    settings: dict[str, Any] = {}


@dataclass(frozen=True)
class Case:
    """One question with the values it supposes and the answer it expects; amounts in fen."""

    file: str
    name: str
    cites: tuple[str, ...]
    programme: str
    act: str
    facts: dict[str, Any]
    settings: dict[str, Any]
    expect: Expected

    def failures(self, pack: Pack, *, accepted: Acceptance) -> list[str]:
        """How the pack's answer to a case accepted then departs from what is expected; empty when it does not."""
        strange = [f"there is no clause {clause}" for clause in self.cites if clause not in pack.clauses]
        for key, value in self.settings.items():
            why = no_longer_counts(pack.parameters.get(key), _plain(value))
            strange += [f"the setting {key} does not fit: {why}"] if why else []
        try:
            policy = snapshot_with(pack, self.settings, effective_on=accepted.on, recorded_at=accepted.at)
            ruling = decide(policy, programme=self.programme, act=self.act, facts=self.facts, accepted=accepted)
        except (LookupError, ValueError, TypeError, ArithmeticError) as error:
            return [*strange, f"{type(error).__name__}: {error}"]
        return [*strange, *mismatches(ruling, self.expect)]


@dataclass(frozen=True)
class Goal:
    """A target's figure, and whether it is reached one below it, at it and one above it."""

    file: str
    name: str
    cites: tuple[str, ...]
    figure: int
    reached: tuple[bool | None, ...]

    def failures(self, pack: Pack, *, accepted: Acceptance) -> list[str]:  # noqa: ARG002 - as a case's
        """How the pack's target departs from what is expected; empty when it does not."""
        target = pack.targets.get(self.name)
        if target is None:
            return [f"there is no target {self.name}"]
        reached = tuple(standing(target, self.figure + step).reached for step in (-1, 0, 1))
        found = {"figure": target.value, "cites": target.clauses, "reached": reached}
        wanted = {"figure": self.figure, "cites": self.cites, "reached": self.reached}
        return list(_differing(found, wanted))


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """What was read, and what could not be."""

    cases: tuple[Case | Goal, ...]
    faults: tuple[Fault, ...]


def read_cases(files: Mapping[str, str]) -> CaseFiles:
    """Every case of texts by file name, under the values of `settings.yaml` where there is one."""
    faults: list[Fault] = []
    read = {name: _file(name, files[name], faults) for name in sorted(files)}
    supposed = in_fen(read["settings.yaml"].settings) if "settings.yaml" in read else {}
    cases = [case for name, file in read.items() for case in _cases(name, file, supposed, faults)]
    return CaseFiles(tuple(cases), tuple(faults))


def snapshot_with(pack: Pack, values: Mapping[str, Any], *, effective_on: date, recorded_at: datetime) -> Snapshot:
    """A city's policy of this pack with values set from a day on."""
    settings = [
        Setting(
            parameter=key, value=_plain(value), effective_on=effective_on, recorded_at=recorded_at, reason="case",
            set_by="a", approved_by="b",
        )
        for key, value in values.items()
    ]  # fmt: skip
    return first_snapshot(pack.city.code, pack).with_settings(settings)


def mismatches(ruling: Ruling, expect: Expected) -> list[str]:
    """Each part of a ruling that is not what was expected, with both."""
    named: dict[str, list[Any]] = {"parameter_open": [], "fact_missing": []}
    for finding in ruling.findings:
        if finding.code in named:
            named[finding.code].append(finding.facts["parameter" if finding.code == "parameter_open" else "fact"])
    found: dict[str, Any] = {
        "outcome": ruling.outcome,
        "reasons": tuple(finding.code for finding in ruling.findings if finding.code not in OWN_CODES),
        "open": tuple(named["parameter_open"]),
        "missing": tuple(named["fact_missing"]),
    }
    wanted: dict[str, Any] = {name: getattr(expect, name) for name in found}
    if expect.amounts is not None:
        found["amounts"], wanted["amounts"] = dict(ruling.amounts), expect.amounts
    for name, part, whole in (
        ("amounts", expect.amounts_include, ruling.amounts),
        ("terms", expect.terms, ruling.terms),
    ):
        for key, value in part.items():
            found[f"{name}.{key}"], wanted[f"{name}.{key}"] = whole.get(key), value
    return list(_differing(found, wanted))


def in_fen(value: Any) -> Any:
    """Quoted yuan anywhere in the value becomes fen."""
    if isinstance(value, str) and YUAN.fullmatch(value):
        return int(value.replace(",", "").replace(".", ""))
    if isinstance(value, dict):
        return {key: in_fen(item) for key, item in value.items()}
    return [in_fen(item) for item in value] if isinstance(value, list | tuple) else value


def _differing(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wanted.items():
        if _listed(found[name]) != _listed(value):
            yield f"{name} is {_listed(found[name])}, expected {_listed(value)}"


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _plain(value: Any) -> Any:
    return as_value(value)


def _file(name: str, text: str, faults: list[Fault]) -> _File:
    source = Source(name)
    node = composed(source, text)
    faults += source.faults
    try:
        return _File.model_validate(yaml.load(text, Loader=LOADER) if node else {})  # noqa: S506 - a safe loader
    except ValidationError as error:
        faults += [Fault(f"{name} {_place(e['loc'])}", e["msg"]) for e in error.errors()]
    except (yaml.YAMLError, ValueError, TypeError) as error:
        faults.append(Fault(name, f"not readable: {type(error).__name__}"))
    return _File()


def _place(location: Sequence[str | int]) -> str:
    return ".".join(map(str, location))


def _cases(name: str, file: _File, supposed: dict[str, Any], faults: list[Fault]) -> Iterator[Case | Goal]:
    for place, entry in enumerate(file.cases):
        programme, act = entry.programme or file.programme, entry.act or file.act
        if programme is None or act is None:
            faults.append(Fault(f"{name} cases.{place}", "neither the case nor its file names programme and act"))
            continue
        yield _case(name, file, entry, supposed, programme, act)
    for goal in file.targets:
        yield Goal(name, goal.target, goal.cites, goal.figure, goal.reached)


def _case(name: str, file: _File, entry: _Entry, supposed: dict[str, Any], programme: str, act: str) -> Case:
    settings = ({} if entry.settings == "none" else supposed) | in_fen(entry.set)
    shared = file.given if entry.programme in (None, file.programme) else {}
    given = in_fen({**shared, **entry.given})
    return Case(
        file=name,
        name=entry.case,
        cites=entry.cites,
        programme=programme,
        act=act,
        facts={fact: value for fact, value in given.items() if value is not None},
        settings={key: value for key, value in settings.items() if key not in entry.unset},
        expect=Expected.model_validate(in_fen(entry.expect.model_dump(exclude_unset=True))),
    )
