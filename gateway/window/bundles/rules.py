"""What a bundle asks for once, what each of its items asks for by itself, and how it stands. Plain values alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from gateway.window.cases.rules import FormError, pointer
from gateway.window.cases.states import ENDED, MOVES, Fact, Status
from gateway.window.catalogue.rules import STATEMENT, Field
from kernel.findings import Finding, findings


class BundleStatus(Enum):
    """A bundle is done when each of its cases has ended, however it ended."""

    IN_PROGRESS = "in_progress"
    DONE = "done"


def status_of(parts: Iterable[Status]) -> BundleStatus:
    """Where a bundle stands, by its cases."""
    return BundleStatus.DONE if all(status in ENDED for status in parts) else BundleStatus.IN_PROGRESS


def withdrawal_findings(parts: Iterable[tuple[str, Status]]) -> list[Finding]:
    """What stands against taking back whatever is left of a bundle; its parts are given by number and status."""
    left = [(number, status) for number, status in parts if status not in ENDED]
    too_late = [(number, status) for number, status in left if status not in MOVES[Fact.WITHDRAWN].sources]
    return findings(
        (not left, Finding("bundle_done", (), "各事项均已办结,没有可撤回的。", "Every part has ended.")),
        *((True, _past_acceptance(number, status)) for number, status in too_late),
    )


def _past_acceptance(number: str, status: Status) -> Finding:
    zh, en = f"办件 {number} 已受理,不能撤回。", f"Case {number} was accepted and can no longer be withdrawn."
    return Finding("part_accepted", (), zh, en, {"number": number, "status": status.value})


@dataclass(frozen=True, slots=True)
class Questions:
    """The form of a bundle: fields that more than one item asks for, and what is left to each item."""

    shared: Mapping[str, Field]
    own: Mapping[str, tuple[Field, ...]]


def merged(asked: Mapping[str, Sequence[Field]]) -> Questions:
    """The form of a bundle from the forms of its items, in their order."""
    same: dict[str, list[Field]] = {}
    for fields in asked.values():
        for field in fields:
            same.setdefault(field.id, []).append(field)
    shared = {name: once for name, fields in same.items() if (once := _asked_once(fields))}
    own = {item: tuple(field for field in fields if field.id not in shared) for item, fields in asked.items()}
    return Questions(shared, own)


def _asked_once(same: Sequence[Field]) -> Field | None:
    """One question in place of several; None where one answer cannot serve them all.

    What is applied for is said of each item, and a choice is shared only where some choice is good for every item.
    """
    first = same[0]
    if len(same) == 1 or first.id == STATEMENT.id or any(field.type != first.type for field in same):
        return None
    choices = tuple(choice for choice in first.choices if all(choice in field.choices for field in same))
    if first.choices and not choices:
        return None
    return replace(first, required=any(field.required for field in same), choices=choices)


def form_of(
    fields: Sequence[Field], questions: Questions, form: Mapping[str, Any], own: Mapping[str, Any]
) -> dict[str, Any]:
    """An item's form: what was answered for it alone, and of the shared answers those it asks for."""
    wanted = {field.id for field in fields}
    answers = {name: value for name, value in form.items() if name in wanted and name in questions.shared}
    return answers | {name: value for name, value in own.items() if name not in questions.shared}


def strays(questions: Questions, form: Mapping[str, Any], forms: Mapping[str, Mapping[str, Any]]) -> list[FormError]:
    """What stands where nobody asks for it; an answer that is shared is given once."""
    misplaced = [pointer("form", name) for name in sorted(form.keys() - questions.shared.keys())]
    for item, own in forms.items():
        if item not in questions.own:
            misplaced.append(pointer("forms", item))
        else:
            misplaced += [pointer("forms", item, name) for name in sorted(own.keys() & questions.shared.keys())]
    return [FormError(where, "extra_forbidden") for where in misplaced]


def in_bundle(item: str, error: FormError, questions: Questions) -> FormError:
    """An error of an item's form where its value stands in the bundle's. A shared choice is one good for every item."""
    name = error.pointer.removeprefix("/form/")
    shared = questions.shared.get(name)
    if shared is None:
        return replace(error, pointer=f"{pointer('forms', item)}/{name}")
    if error.code == "literal_error":
        return replace(error, bounds={"expected": ", ".join(choice for choice, _, _ in shared.choices)})
    return error


def told_once(errors: Iterable[FormError]) -> list[FormError]:
    """A shared answer that is wrong for several items is one error."""
    return list({(error.pointer, error.code): error for error in errors}.values())


def by_items(found: Mapping[str, Iterable[Finding]]) -> list[Finding]:
    """Each reason once, with the items it stands against."""
    told: list[tuple[Finding, list[str]]] = []
    for item, reasons in found.items():
        for reason in reasons:
            items = next((items for known, items in told if known == reason), None)
            if items is None:
                told.append((reason, [item]))
            else:
                items.append(item)
    return [replace(reason, facts={**reason.facts, "items": items}) for reason, items in told]


def documents_of(
    item: str, known: Mapping[str, Collection[str]], documents: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Each document goes to the items that know its kind; one that none knows to all, for a case takes any kind."""
    anybody = {kind for kinds in known.values() for kind in kinds}
    return [entry for entry in documents if entry["kind"] in known[item] or entry["kind"] not in anybody]
