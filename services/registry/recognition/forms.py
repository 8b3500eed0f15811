"""Reads the form of an accepted case. The window has checked it; it is checked again, and a bad one has its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from kernel.findings import Finding
from kernel.ids import decode_id
from kernel.schemas import Name
from policy.engine import known_facts
from policy.schema import Item, Pack, Programme
from policy.terms import CITYS_OWN, LADDER, RecognitionTerms
from services.registry.carriers.models import CarrierKind
from services.registry.carriers.models import Level as HeldLevel
from services.registry.carriers.rules import unfit_facts
from services.registry.recognition.states import Way

_ALWAYS = {"carrier_kind", "level"}  # facts every form names beside the criteria's own


def _plain_or_prefixed(value: Any) -> Any:
    return decode_id("car", value) if isinstance(value, str) and value.startswith("car_") else value


class ApplicationForm(BaseModel):
    """What a form says besides the facts of the criteria."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    carrier_id: Annotated[UUID | None, BeforeValidator(_plain_or_prefixed)] = None
    carrier_name: Name
    carrier_kind: CarrierKind
    level: HeldLevel
    address: Name | None = None
    upper_authority: Name | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """A readable form, with the stated facts by fact id."""

    form: ApplicationForm
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an item of the catalogue leads to."""

    programme: Programme
    terms: RecognitionTerms
    act: str
    pack: Pack

    @property
    def way(self) -> Way:
        """What the city decides is assessed; what only a level above it decides is recorded."""
        return Way.ASSESSED if CITYS_OWN & set(self.terms.levels) else Way.RECORDED

    @property
    def is_key(self) -> bool:
        return self.terms.designation == "key"

    @property
    def asked(self) -> frozenset[str]:
        """The facts of its criteria."""
        return frozenset(known_facts(self.pack, self.programme, self.act)) - _ALWAYS


def subject_of(pack: Pack, item_id: str) -> Subject | None:
    """None for an item that does not lead to a recognition."""
    item: Item | None = pack.items.get(item_id)
    programme = pack.programmes.get(item.programme or "") if item else None
    if item is None or programme is None or not isinstance(programme.terms, RecognitionTerms):
        return None
    return Subject(programme, programme.terms, item.act or "recognise", pack)


def read_form(form: Mapping[str, Any], subject: Subject) -> tuple[Application | None, list[Finding]]:
    """The application, or every reason it cannot be read or lies outside the programme."""
    stated = {name: form[name] for name in subject.asked if form.get(name) is not None}
    known = known_facts(subject.pack, subject.programme, subject.act)
    clauses = subject.programme.clauses
    found = [_unreadable(f"/{name}", wanted, clauses) for name, wanted in unfit_facts(stated, known)]
    try:
        read = ApplicationForm.model_validate(form)
    except ValidationError as error:
        wrong = [_unreadable("/" + "/".join(map(str, e["loc"])), e["type"], clauses) for e in error.errors()]
        return None, found + wrong
    found += _out_of_scope(read, subject)
    return (None, found) if found else (Application(read, stated), [])


def _unreadable(pointer: str, why: str, clauses: tuple[str, ...]) -> Finding:
    return Finding(
        "form_invalid",
        clauses,
        "申请表内容未通过校验。",
        "The form is not valid.",
        {"pointer": pointer, "error": why},
    )


def _out_of_scope(form: ApplicationForm, subject: Subject) -> list[Finding]:
    clauses, found = subject.programme.clauses, []
    if form.carrier_kind.value not in subject.terms.carrier_kinds:
        facts = {"actual": form.carrier_kind.value, "allowed": list(subject.terms.carrier_kinds)}
        zh, en = "该类载体不在本项目范围内。", "This kind of carrier is outside the programme."
        found.append(Finding("carrier_kind_out_of_scope", clauses, zh, en, facts))
    if form.level.value not in subject.terms.levels:
        allowed = sorted(subject.terms.levels, key=LADDER.index)
        facts = {"actual": form.level.value, "allowed": list(allowed)}
        zh, en = "该级别不在本项目范围内。", "This level is outside the programme."
        found.append(Finding("level_out_of_scope", clauses, zh, en, facts))
    return found


def item_unknown(item: str) -> Finding:
    """The registry recognises nothing under this item."""
    zh, en = "该事项不属于载体认定。", "This item does not lead to a recognition."
    return Finding("item_not_recognition", (), zh, en, {"item": item})
