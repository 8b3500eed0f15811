"""What a policy pack is: a city's documents, clauses, parameters, programmes, targets and service items, all cited.

Amounts are integer fen, ratios integer basis points, days and months integers. There is no inexact number in a pack.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import Field

from policy.canonical import canonical, sha256
from policy.indicators import SystemValue
from policy.kinds import Terms
from policy.terms import Frozen, Grown, PayingTerms, RecognitionTerms, SpendingTerms, Test

Unit = Literal[
    "fen", "bp", "multiple_bp", "working_days", "calendar_days", "months", "years",
    "count", "square_metres", "choice", "choices", "flag", "date", "indicator_system",
]  # fmt: skip
Operator = Literal["=", "≥", ">", "≤", "<", "≈", "range", "rising", "coverage"]
Status = Literal["stated", "doubtful", "set_by_operator", "open"]
Value = bool | int | str | tuple[str, ...] | tuple[int, int] | SystemValue
Service = Literal["window", "registry", "vouchers", "funds", "events"]


class Named(Frozen):
    """Something with a Chinese and an English name; `id` is its key in the pack."""

    id: str
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class City(Frozen):
    """GB/T 2260 code and names."""

    code: str = Field(pattern=r"^\d{6}$")
    zh: str
    en: str


class LegalParent(Frozen):
    """A higher or earlier document the text names; `in_hand` says whether its text is known here."""

    number: str
    title: str
    in_hand: bool = False


class Document(Named, Grown):
    """A source document. `text_file` is its name in the folder of originals, which is not part of the product.

    `number_en`: what English readers see in place of a `number` that is only a remark, as where the text prints none.
    """

    LATER = frozenset({"number_en"})

    number: str
    number_en: str | None = None
    issuer: str
    issued_on: date
    horizon_on: date | None = None
    text_file: str
    parents: tuple[LegalParent, ...] = ()


class Lines(Frozen):
    """First and last line of the passage in the document's text file, counted from 1."""

    first: int = Field(ge=1)
    last: int = Field(ge=1)


class AlsoQuoted(Frozen):
    """The same provision in other words elsewhere in the document; `note` says which one governs."""

    lines: Lines
    quote: str = Field(min_length=1)
    note: str


class Clause(Named):
    """One operative provision. `quote` is exact after NFKC and removal of white space; `…` joins parts.

    `zh` and `en` state it in our words. `bound_to` names what implements it (`kind:id`), or `no_software` says why not.
    """

    document: str
    locator: str
    lines: Lines
    quote: str = Field(min_length=1)
    roles: tuple[str, ...] = ()
    bound_to: tuple[str, ...] = ()
    no_software: str | None = None
    also_quoted: AlsoQuoted | None = None


class DatedName(Frozen):
    """What a department was called from a day on. `source` is `text` or `background`."""

    zh: str
    en: str
    effective_on: date
    source: Literal["text", "background"]


class Role(Named):
    """A responsibility that outlives the department's name."""

    clauses: tuple[str, ...] = ()
    names: tuple[DatedName, ...] = ()


class Division(Frozen):
    """A county, district or functional zone. Zones have no GB/T 2260 code and count as districts."""

    zh: str
    en: str
    code: str | None = Field(default=None, pattern=r"^\d{6}$")
    former_codes: tuple[str, ...] = ()
    is_zone: bool = False


class Precedent(Frozen):
    """What another place set, offered and never assumed.

    `mark` is its source: R… a public page listed with the practice notes (w: weak), B background knowledge (B? unsure),
    or the id of another city's clause.
    """

    value: Value | None = None
    zh: str
    en: str
    mark: str = Field(pattern=r"^(R\d+w?|B\??|[A-Z]{2}-\d{2})$")


class DatedValue(Frozen):
    """A value and its first (and, if it ended without a successor, last) day of validity."""

    effective_on: date
    until: date | None = None
    recorded_on: date | None = None
    value: Value


class FactDeclared(Named):
    """A fact criteria of this pack may test, with its type."""

    type: Literal["count", "fen", "flag", "code", "date"]


class Choice(Named):
    """One of the values a `choice` or `choices` parameter may take."""


class Parameter(Named):
    """A figure or choice of the policy, with unit, operator, clauses and status."""

    unit: Unit
    operator: Operator = "="
    status: Status
    clauses: tuple[str, ...] = Field(min_length=1)
    values: tuple[DatedValue, ...] = ()
    owner_role: str | None = None
    left_open_by: str | None = None
    reason: str | None = None
    choices: tuple[Choice, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    precedents: tuple[Precedent, ...] = ()


class Constraint(Named):
    """A rule over a group: `sum` must equal `equals`, `ascending` forbids a later one below an earlier one."""

    kind: Literal["sum", "ascending"]
    parameters: tuple[str, ...] = Field(min_length=2)
    equals: int | None = None
    clauses: tuple[str, ...] = Field(min_length=1)


Counter = Literal[
    "carriers", "carriers_per_division", "events", "mentors", "loans", "progress_report", "reported_firms",
]  # fmt: skip


class Target(Named, Grown):
    """A numeric goal. `over` names what a coverage target must cover; `kind` is how the figure accumulates.

    `increment` counts what is new from the document's day on, `stock` what stands on the day, `cumulative` all there
    ever was. `counter` is the port of `service` that counts it, of the kinds in `counts`; what no service owns comes
    from progress reports. `parameters` are what the text leaves open about the counting.
    """

    LATER = frozenset({"recognised_under"})

    operator: Operator
    value: int | None = None
    unit: str
    kind: Literal["stock", "increment", "cumulative", "per_year", "coverage", "yearly_change"]
    due_on: date | None = None
    over: str | None = None
    counted_by: str
    counter: Counter = "progress_report"
    counts: tuple[str, ...] = ()
    recognised_under: str | None = None
    service: Service
    parameters: tuple[str, ...] = ()
    clauses: tuple[str, ...] = Field(min_length=1)


class Programme(Named):
    """Something that recognises, pays, issues or reserves, with the terms of its rule kind.

    `needs` are parameters it must have besides those of its terms; `trigger` is the event that opens an entitlement.
    `conditions` are criteria on facts of the pack that must hold whatever the kind.
    """

    service: Service
    clauses: tuple[str, ...] = Field(min_length=1)
    role: str
    trigger: str | None = None
    paid_from: str | None = None
    needs: tuple[str, ...] = ()
    conditions: tuple[Test, ...] = ()
    terms: Terms


class Item(Named, Grown):
    """An item of the service catalogue. Its documents and time limits are keys of parameters.

    `minor_documents`: which of its documents may follow later (容缺受理); none where it is unset or not named.
    `rating_days`: how many calendar days after delivery the applicant may rate the service; without it there is no end.
    """

    LATER = frozenset({"minor_documents", "rating_days"})

    service: Service
    clauses: tuple[str, ...] = Field(min_length=1)
    role: str
    programme: str | None = None
    act: str | None = None
    audience: tuple[Literal["carrier_operator", "enterprise", "team", "bank", "provider", "person"], ...]
    documents: str
    minor_documents: str | None = None
    correction_working_days: str
    promised_working_days: str
    rating_days: str | None = None


class Bundle(Named):
    """A joint item (一件事): service items that one applicant hands in together, in the order they are shown."""

    items: tuple[str, ...] = Field(min_length=2, max_length=20)
    clauses: tuple[str, ...] = Field(min_length=1)


class Duty(Named):
    """Something an administration must do again and again, or once; `period` and `deadline` are keys of parameters."""

    role: str
    clauses: tuple[str, ...] = Field(min_length=1)
    period: str | None = None
    deadline: str | None = None
    parameters: tuple[str, ...] = ()


class Pack(Grown):
    """A city's policy. `coverage` is `partial` when only some clauses of the document stand in it."""

    LATER = frozenset({"bundles", "paying", "spending"})

    pack: str
    city: City
    coverage: Literal["complete", "partial"]
    documents: dict[str, Document]
    clauses: dict[str, Clause]
    roles: dict[str, Role]
    divisions: tuple[Division, ...] = ()
    facts: dict[str, FactDeclared] = Field(default_factory=dict)
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    constraints: dict[str, Constraint] = Field(default_factory=dict)
    targets: dict[str, Target] = Field(default_factory=dict)
    programmes: dict[str, Programme] = Field(default_factory=dict)
    items: dict[str, Item] = Field(default_factory=dict)
    bundles: dict[str, Bundle] = Field(default_factory=dict)
    duties: dict[str, Duty] = Field(default_factory=dict)
    paying: PayingTerms | None = None
    spending: SpendingTerms | None = None

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of the whole pack."""
        return sha256(canonical(self.model_dump(mode="json")))

    def triggered_by(self, event_type: str) -> Iterator[Programme]:
        """Programmes that an event such as `carrier.recognised` opens an entitlement under."""
        return (programme for programme in self.programmes.values() if programme.trigger == event_type)

    def of_kind(self, kind: str) -> Iterator[Programme]:
        """Programmes of one rule kind, in the order of their ids."""
        return (self.programmes[key] for key in sorted(self.programmes) if self.programmes[key].terms.kind == kind)

    def items_of(self, programme_id: str) -> Iterator[Item]:
        """Service items that lead to a programme."""
        return (item for item in self.items.values() if item.programme == programme_id)

    def recognition(self, *, carrier_kind: str, level: str, designation: str) -> Programme | None:
        """The programme that recognises carriers of a kind at a level; None when the city has none."""
        for programme in self.of_kind("recognition_criteria"):
            terms = programme.terms
            if not isinstance(terms, RecognitionTerms):
                continue
            if carrier_kind in terms.carrier_kinds and level in terms.levels and designation == terms.designation:
                return programme
        return None
