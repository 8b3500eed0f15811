"""What a service item asks of an applicant, read off the pack: fields, documents and time limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from policy.engine import needed_parameters
from policy.kinds import APPLIED_FOR
from policy.schema import Item, Pack, Role
from policy.snapshots import Acceptance, Snapshot
from policy.terms import LADDER, Alternatives, RecognitionTerms, VoucherTerms
from policy.terms_of_support import PriorityTerms, StandardTerms, TaxInformationTerms

FieldType = Literal["text", "passage", "count", "fen", "flag", "code", "date", "choice", "carrier"]
CARRIER_KINDS = {
    "makerspace": ("众创空间", "Makerspace"),
    "incubator": ("科技企业孵化器", "Incubator"),
    "accelerator": ("科技企业加速器", "Accelerator"),
    "cluster": ("众创集聚区", "Cluster"),
    "university_park": ("大学科技园", "University science park"),
    "micro_firm_base": ("小微企业创业孵化基地", "Incubation base for small firms"),
    "student_base": ("大学生创业基地", "Base for student founders"),
    "virtual_space": ("线上虚拟空间", "Virtual space"),
    "startup_street": ("创业街区、创业园区", "Start-up street or park"),
}
LEVELS = dict(
    zip(
        LADDER,
        (("区县级", "District"), ("市级", "Municipal"), ("省级", "Provincial"), ("国家级", "National")),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an item's form. `choices` are (id, zh, en), for type `choice` alone."""

    id: str
    type: FieldType
    zh: str
    en: str
    required: bool
    choices: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The documents an item asks for, as (id, zh, en): `required` when set, otherwise what is usual.

    `minor` are those that may follow later on a promise; none until the department has said so.
    """

    required: tuple[str, ...] | None
    known: tuple[tuple[str, str, str], ...]
    minor: frozenset[str] = frozenset()

    @property
    def names(self) -> dict[str, tuple[str, str]]:
        """What each kind is called, in Chinese and English."""
        return {key: (zh, en) for key, zh, en in self.known}


WINDOW = "window"
_RIGHTS = (StandardTerms, PriorityTerms, TaxInformationTerms)
_WITHOUT_A_PROCEDURE = {WINDOW, "registry"}  # for what no programme decides; events have doors of their own
STATEMENT = Field("statement", "passage", "申请事项说明", "What is applied for", required=True)


def fields_of(pack: Pack, item: Item) -> tuple[Field, ...]:
    """The fields of an item's form: what identifies the carrier and each fact its criteria test."""
    programme = pack.programmes.get(item.programme or "")
    if programme is None or not isinstance(programme.terms, RecognitionTerms):
        return (STATEMENT,)
    return (*_carrier_fields(programme.terms), *_fact_fields(pack, programme.terms))


def _carrier_fields(terms: RecognitionTerms) -> Iterator[Field]:
    kinds = tuple((kind, *CARRIER_KINDS.get(kind, (kind, kind))) for kind in terms.carrier_kinds)
    levels = tuple((level, *LEVELS[level]) for level in terms.levels)
    yield Field("carrier_name", "text", "载体名称", "Name of the carrier", required=True)
    yield Field("carrier_kind", "choice", "载体类型", "Kind of carrier", required=True, choices=kinds)
    yield Field("level", "choice", "级别", "Level", required=True, choices=levels)
    yield Field("carrier_id", "carrier", "已登记载体编号", "Carrier that is registered already", required=False)
    yield Field("address", "text", "地址", "Address", required=False)


def _fact_fields(pack: Pack, terms: RecognitionTerms) -> Iterator[Field]:
    seen = {"carrier_kind", "level"}
    for criterion in terms.criteria:
        parts = criterion.of if isinstance(criterion, Alternatives) else (criterion,)
        for part in parts:
            if part.fact not in seen and part.fact in pack.facts:
                fact = pack.facts[part.fact]
                yield Field(fact.id, fact.type, fact.zh, fact.en, required=not isinstance(criterion, Alternatives))
            seen.add(part.fact)


def documents_of(snapshot: Snapshot, item: Item, *, accepted: Acceptance) -> Asked:
    """The documents an item asks for; `required` is None while nobody has set the list."""
    known = tuple((choice.id, choice.zh, choice.en) for choice in snapshot.pack.parameters[item.documents].choices)
    required = _kinds(snapshot, item.documents, accepted)
    minor = _kinds(snapshot, item.minor_documents, accepted) if item.minor_documents else None
    return Asked(required, known, frozenset(minor or ()))


def _kinds(snapshot: Snapshot, parameter: str, accepted: Acceptance) -> tuple[str, ...] | None:
    value = snapshot.value(parameter, accepted=accepted)
    return tuple(str(kind) for kind in value.value) if value and isinstance(value.value, tuple) else None


def parameters_of(pack: Pack, item: Item) -> tuple[str, ...]:
    """Every parameter an item rests on: its documents and time limits, and what its programme needs for its act."""
    programme = pack.programmes.get(item.programme or "")
    needed = needed_parameters(pack, programme, item.act) if programme and item.act else iter(())
    return tuple(dict.fromkeys([item.documents, item.correction_working_days, item.promised_working_days, *needed]))


def is_taken_here(pack: Pack, item: Item) -> bool:
    """Whether the window takes applications for it; otherwise the owning service has its own door (a bank's claim)."""
    return decided_by(pack, item) is not None


def decided_by(pack: Pack, item: Item) -> str | None:
    """Who decides an application for it that was handed in at the window; None where it is not handed in there.

    A service decides what it has a procedure for. A right, a precedence, an explanation, and what the pack ties to no
    programme are decided by an officer at the window, whichever service keeps what comes of it.
    """
    programme = pack.programmes.get(item.programme or "")
    terms = programme.terms if programme else None
    if terms is None:
        return WINDOW if item.service in _WITHOUT_A_PROCEDURE else None
    if isinstance(terms, VoucherTerms):
        return {"issue": item.service, None: WINDOW}.get(item.act)  # what is redeemed has a door of its own
    if isinstance(terms, RecognitionTerms) or (item.service == "funds" and terms.kind in APPLIED_FOR):
        return item.service
    return WINDOW if isinstance(terms, _RIGHTS) else None


def is_decided_here(pack: Pack, item: Item | None, *, service: str) -> bool:
    """Whether the window decides a case of `service`: it was taken in so, or the policy has it so since."""
    return service == WINDOW or (item is not None and decided_by(pack, item) == WINDOW)


def department(role: Role, on: date) -> tuple[str, str]:
    """What the department that has the role is called on a day, in Chinese and English."""
    named = [name for name in role.names if name.effective_on <= on]
    return (named[-1].zh, named[-1].en) if named else (role.zh, role.en)
