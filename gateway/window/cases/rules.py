"""What an application must satisfy at the window, and what its clock shows. Plain values in, plain values out."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from gateway.window.cases.states import Status
from gateway.window.catalogue.rules import Asked, Field
from kernel.findings import Finding, findings
from kernel.ids import decode_id
from kernel.money import Fen
from kernel.schemas import Count, Name, Sentence
from kernel.workdays import Deadline, Workdays


@dataclass(frozen=True, slots=True)
class FormError:
    """Where (JSON Pointer) and why, by a code the kernel has a sentence for; `bounds` are what it may be."""

    pointer: str
    code: str
    bounds: Mapping[str, Any] | None = None


# What fits here fits the owning service's columns: a text is as long as a name, a statement is a passage.
_SHAPES: dict[str, TypeAdapter[Any]] = {
    "count": TypeAdapter(Count),
    "fen": TypeAdapter(Fen),
    "text": TypeAdapter(Name),
    "code": TypeAdapter(Name),
    "passage": TypeAdapter(Sentence),
}


def form_errors(form: Mapping[str, Any], fields: Sequence[Field]) -> list[FormError]:
    """Every error of a form at once: missing, unknown and ill-typed fields, in the order of the form's declaration."""
    declared = {field.id for field in fields}
    found = ((field, _field_error(form, field)) for field in fields)
    wrong = [FormError(f"/form/{field.id}", *misfit) for field, misfit in found if misfit]
    unknown = sorted(form.keys() - declared)
    return wrong + [FormError(pointer("form", name), "extra_forbidden") for name in unknown]


def pointer(*names: str) -> str:
    """A JSON Pointer (RFC 6901) through members of these names."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


# A code, and what the value may be where the code speaks of that.
_Misfit = tuple[str] | tuple[str, Mapping[str, Any]]


def _field_error(form: Mapping[str, Any], field: Field) -> _Misfit | None:
    value = form.get(field.id)
    if value is None:
        return ("missing",) if field.required else None
    if field.type == "flag":
        return None if isinstance(value, bool) else ("bool_type",)
    if field.type in {"count", "fen"}:
        return _misfit(value, _SHAPES[field.type])
    return _text_error(value, field)


def _text_error(value: Any, field: Field) -> _Misfit | None:
    if not isinstance(value, str):
        return ("string_type",)
    if not value.strip():
        return "string_too_short", {"min_length": 1}
    if field.type == "choice":
        choices = [choice[0] for choice in field.choices]
        return None if value in choices else ("literal_error", {"expected": ", ".join(choices)})
    if field.type == "carrier":
        return None if _is_carrier(value) else ("identifier",)
    if field.type == "date":
        return None if _is_day(value) else ("date_parsing",)
    return _misfit(value, _SHAPES[field.type])


def _misfit(value: Any, shape: TypeAdapter[Any]) -> _Misfit | None:
    try:
        shape.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        return str(first["type"]), first.get("ctx", {})
    return None


def _is_carrier(text: str) -> bool:
    try:
        decode_id("car", text)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def form_for_service(form: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """The form as the owning service takes it: identifiers as they are between services."""
    carriers = {field.id for field in fields if field.type == "carrier"}
    return {name: str(decode_id("car", value)) if name in carriers and value else value for name, value in form.items()}


def documents_missing(asked: Asked, handed_in: Iterable[str], clauses: tuple[str, ...]) -> list[Finding]:
    """One reason for each document that is asked for and was not handed in; `may_follow` says whether it is minor."""
    held, names = set(handed_in), asked.names
    lacking = [kind for kind in asked.required or () if kind not in held]
    return [_missing(kind, names.get(kind, (kind, kind)), clauses, kind in asked.minor) for kind in lacking]


def _missing(kind: str, names: tuple[str, str], clauses: tuple[str, ...], may_follow: bool) -> Finding:
    facts = {"document": kind, "may_follow": may_follow}
    return Finding("document_missing", clauses, f"缺少材料:{names[0]}。", f"Missing document: {names[1]}.", facts)


def notice_gaps(missing: Sequence[Finding], told: Iterable[str]) -> list[Finding]:
    """What a correction notice leaves out although it is missing: the notice is given once, so it must be complete."""
    pointers = set(told)
    return [finding for finding in missing if f"/documents/{finding.facts['document']}" not in pointers]


def strange_pointers(told: Iterable[str], fields: Sequence[Field], documents: Iterable[str]) -> list[int]:
    """Places in a notice that name neither a field of the form nor a document of the item."""
    known = {f"/form/{field.id}" for field in fields} | {f"/documents/{kind}" for kind in documents}
    return [place for place, pointer in enumerate(told) if pointer not in known]


def unknown_clauses(cited: Iterable[str | None], known: Container[str]) -> list[int]:
    """Places that cite a clause the city's pack does not have."""
    return [place for place, clause in enumerate(cited) if clause is not None and clause not in known]


def reasons_told(told: object) -> list[dict[str, str | None]]:
    """The reasons a service's fact gives for ending a case so; what is not of their shape, {text, clause}, is none."""
    entries = told if isinstance(told, list) else []
    texts = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("text"), str)]
    return [{"text": entry["text"], "clause": _text(entry.get("clause"))} for entry in texts]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def hands_findings(*, decider: str, opened_by: str, accepted_by: str | None) -> list[Finding]:
    """Who entered or accepted a case does not decide it at the window; each is named."""
    zh, en = "录入人员不得作出决定。", "The officer who entered the case may not decide it."
    entered = Finding("decided_by_entering_officer", (), zh, en)
    zh, en = "受理人员不得作出决定。", "The officer who accepted the case may not decide it."
    accepted = Finding("decided_by_accepting_officer", (), zh, en)
    return findings((decider == opened_by, entered), (decider == accepted_by, accepted))


def second_notice() -> Finding:
    """Why a second notice is refused: the law has everything told at once."""
    zh = "《行政许可法》第三十二条:应当一次告知申请人需要补正的全部内容;补正通知已经发出。"
    en = "Administrative Licensing Law, article 32: everything to correct is told at once; the notice is out already."
    return Finding("correction_notice_given", (), zh, en, {})


@dataclass(frozen=True, slots=True)
class Change:
    """A field or document that differs between two rounds; `before` or `after` is None when it was not there."""

    pointer: str
    before: Any
    after: Any


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What differs, so that the reviewer reads only that. Keys are pointers."""
    return list(_changes(before, after))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for pointer in dict.fromkeys([*before, *after]):
        if before.get(pointer) != after.get(pointer):
            yield Change(pointer, before.get(pointer), after.get(pointer))


def by_pointer(form: Mapping[str, Any], documents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A submission as pointers and values, documents by their kind: of one kind there may be several."""
    fields = {f"/form/{name}": value for name, value in form.items()}
    kinds: dict[str, list[str]] = {}
    for document in documents:
        kinds.setdefault(f"/documents/{document['kind']}", []).append(_filed(document))
    return fields | {kind: files[0] if len(files) == 1 else sorted(files) for kind, files in kinds.items()}


def _filed(document: Mapping[str, Any]) -> str:
    """Where it is kept and, where that was told, what it holds: other content at the same place is a change."""
    digest = document.get("sha256")
    return f"{document['reference']} sha256:{digest}" if digest else str(document["reference"])


@dataclass(frozen=True, slots=True)
class ClockTimes:
    """When a case's clock started, stood still and stopped; Shanghai dates."""

    submitted_on: date
    correction_requested_on: date | None
    resubmitted_on: date | None
    accepted_on: date | None
    stopped_on: date | None


@dataclass(frozen=True, slots=True)
class ClockReading:
    """Working days, the first day not counted. `due_on` only where a promised time limit is set."""

    running: bool
    elapsed_working_days: int
    paused_working_days: int
    due_on: date | None
    provisional: bool
    days_left: int | None


def read_clock(
    times: ClockTimes, calendar: Workdays, *, on: date, promised_days: int | None, told_due_on: date | None
) -> ClockReading:
    """Elapsed working days without those the correction was out; the due day counts from acceptance.

    A day the applicant was told is never moved earlier, whatever a later calendar says (practice.md f.3).
    """
    until = min(on, times.stopped_on) if times.stopped_on else on
    paused = _paused_days(times, calendar, until)
    due = _due(times.accepted_on, calendar, promised_days)
    due_on = max(filter(None, (due.on if due else None, told_due_on)), default=None)
    waiting = times.correction_requested_on is not None and times.resubmitted_on is None
    return ClockReading(
        running=times.stopped_on is None and not waiting,
        elapsed_working_days=calendar.between(times.submitted_on, until) - paused,
        paused_working_days=paused,
        due_on=due_on,
        provisional=due.provisional if due else False,
        days_left=calendar.between(until, due_on) - calendar.between(due_on, until) if due_on else None,
    )


def _paused_days(times: ClockTimes, calendar: Workdays, until: date) -> int:
    if times.correction_requested_on is None:
        return 0
    return calendar.between(times.correction_requested_on, min(times.resubmitted_on or until, until))


def _due(accepted_on: date | None, calendar: Workdays, promised_days: int | None) -> Deadline | None:
    if accepted_on is None or promised_days is None or promised_days < 1:
        return None
    return calendar.add(accepted_on, promised_days)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who has the file, and why, in a sentence."""

    holder: Literal["applicant", "window", "service", "public"]
    zh: str
    en: str


_AT_WINDOW = Waiting("window", "等待窗口审核材料是否齐全", "The window checks whether the application is complete")
_WAITING = {
    Status.SUBMITTED: _AT_WINDOW,
    Status.RESUBMITTED: _AT_WINDOW,
    Status.CORRECTION_REQUESTED: Waiting("applicant", "等待申请人补正", "The applicant corrects the application"),
    Status.ACCEPTED: Waiting(
        "service", "已受理,等待业务部门审核", "Accepted; the responsible department begins its review"
    ),
    Status.IN_REVIEW: Waiting("service", "业务部门正在审核", "The responsible department reviews"),
    Status.DECIDED: Waiting("window", "已作出决定,等待送达", "Decided; the result is to be delivered"),
}
_HERE = Waiting("window", "已受理,等待窗口作出决定", "Accepted; an officer at the window decides")
_IN_NOTICE = Waiting("public", "正在公示,公示期满后作出决定", "In public notice; the decision comes after it has ended")


def on_promise(waiting: Waiting) -> Waiting:
    """The same while documents are awaited that were promised: the review goes on, and nothing is decided."""
    zh = waiting.zh + ";申请人补齐承诺的材料后方可作出决定"
    en = waiting.en + "; nothing is decided before the applicant has handed in what was promised"
    return replace(waiting, zh=zh, en=en)


def waiting_for(status: Status, *, in_notice: bool, decided_here: bool) -> Waiting | None:
    """Who has the file now; None when nobody has. `decided_here`: by the window and not by a service."""
    if status is Status.ACCEPTED and decided_here:
        return _HERE
    return _IN_NOTICE if status is Status.IN_REVIEW and in_notice else _WAITING.get(status)
