"""A city's policy laid out for reading: what it pays, its goals, what is open and who sets it, every clause."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from gateway.window.catalogue.rules import department
from gateway.window.policies.views import status_of
from gateway.window.reference.words import KINDS, STATUSES, TARGET_KINDS, Language, figure, goal, said
from policy.engine import RULES, needed_parameters
from policy.schema import Bundle, Duty, Item, Named, Pack, Parameter, Programme, Target
from policy.snapshots import Acceptance, Snapshot

E = TypeVar("E", Target, Programme, Item, Bundle, Duty)


@dataclass(frozen=True, slots=True)
class FigureShown:
    """One parameter of a programme: what it is, how much, why it counts, and the clause it comes from."""

    name: str
    text: str | None
    status: str
    status_text: str
    clause: str


@dataclass(frozen=True, slots=True)
class ProgrammeShown:
    id: str
    name: str
    kind: str
    department: str
    clauses: tuple[str, ...]
    figures: tuple[FigureShown, ...]

    @property
    def fixed(self) -> tuple[FigureShown, ...]:
        """What the text or an operator says, a doubtful figure as it is printed."""
        return tuple(shown for shown in self.figures if shown.text is not None)

    @property
    def unset(self) -> tuple[FigureShown, ...]:
        """What nobody has said yet."""
        return tuple(shown for shown in self.figures if shown.text is None)

    @property
    def is_live(self) -> bool:
        """Nothing it rests on is open or doubtful."""
        return all(shown.status not in {"open", "doubtful"} for shown in self.figures)


def in_order(entries: dict[str, E]) -> list[E]:
    """Entries of a pack in the order of the clauses they rest on."""
    return sorted(entries.values(), key=lambda entry: entry.clauses)


class Page:
    """Everything a page of one city needs, in one language, as it stands at one moment."""

    def __init__(self, snapshot: Snapshot, *, at: Acceptance, language: Language) -> None:
        self.snapshot, self.at, self.language = snapshot, at, language
        self.pack: Pack = snapshot.pack

    def name(self, entry: Named | Any) -> str:
        """What an entry of the pack is called."""
        return said((entry.zh, entry.en), self.language)

    def holder(self, role_id: str) -> str:
        """The department that holds a role on the day."""
        return said(department(self.pack.roles[role_id], self.at.on), self.language)

    @property
    def programmes(self) -> tuple[ProgrammeShown, ...]:
        """In the order of the document."""
        return tuple(self.shown(entry) for entry in in_order(self.pack.programmes))

    @property
    def targets(self) -> list[tuple[str, str, str, str, tuple[str, ...], str]]:
        """Name, goal, how it accumulates, due day, clauses, how it is counted."""
        return [
            (
                self.name(target),
                goal(target, self.language),
                said(TARGET_KINDS[target.kind], self.language),
                target.due_on.isoformat() if target.due_on else "—",
                target.clauses,
                target.counted_by,
            )
            for target in in_order(self.pack.targets)
        ]

    @property
    def open_by_owner(self) -> list[tuple[str, list[Parameter]]]:
        """Parameters without a value, by the department whose business it is to set them."""
        unset = [entry for entry in self.pack.parameters.values() if self._value(entry.id) is None]
        unset.sort(key=lambda entry: entry.owner_role or "")
        return [
            (self.holder(role) if role else "—", list(entries))
            for role, entries in groupby(unset, key=lambda entry: entry.owner_role)
        ]

    def precedents(self, parameter: Parameter) -> str:
        """What other places set, each with its value where one is known."""
        parts = []
        for precedent in parameter.precedents:
            value = "" if precedent.value is None else f" ({figure(parameter, precedent.value, self.language)})"
            parts.append(f"{self.name(precedent)}{value}")
        return ("；" if self.language == "zh" else "; ").join(parts)

    def bindings(self, bound_to: tuple[str, ...]) -> list[tuple[str, str]]:
        """What implements a clause: kind and name."""
        sections = {
            "target": self.pack.targets, "programme": self.pack.programmes, "parameter": self.pack.parameters,
            "item": self.pack.items, "bundle": self.pack.bundles, "duty": self.pack.duties, "role": self.pack.roles,
        }  # fmt: skip
        split = [binding.partition(":") for binding in bound_to]
        return [(kind, self.name(sections[kind][key])) for kind, _, key in split]  # type: ignore[index]

    def shown(self, entry: Programme) -> ProgrammeShown:
        """A programme with every figure it rests on."""
        acts = [act for kind, act in RULES if kind == entry.terms.kind]
        needed = dict.fromkeys(key for act in acts for key in needed_parameters(self.pack, entry, act))
        return ProgrammeShown(
            id=entry.id,
            name=self.name(entry),
            kind=said(KINDS[entry.terms.kind], self.language),
            department=self.holder(entry.role),
            clauses=entry.clauses,
            figures=tuple(self._figures(needed)),
        )

    def _figures(self, keys: dict[str, None]) -> Iterator[FigureShown]:
        for key in keys:
            parameter = self.pack.parameters[key]
            status = status_of(self.snapshot, parameter, self.at)
            value = parameter.values[-1].value if status == "doubtful" else self._value(key)
            yield FigureShown(
                name=self.name(parameter),
                text=None if value is None else figure(parameter, value, self.language),
                status=status,
                status_text=said(STATUSES[status], self.language),
                clause=parameter.left_open_by or parameter.clauses[0],
            )

    def _value(self, key: str) -> Any:
        resolved = self.snapshot.value(key, accepted=self.at)
        return resolved.value if resolved else None
