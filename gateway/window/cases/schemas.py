"""Cases on the wire."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from gateway.window.cases import examples
from gateway.window.cases.states import Status
from gateway.window.catalogue.schemas import ChoiceOut
from gateway.window.supplements.states import Standing
from kernel.ids import public_id
from kernel.schemas import Code, Instant, Sentence, Wire, WireIn, clean

CaseId = Annotated[UUID, public_id("case")]
BundleId = Annotated[UUID, public_id("bdl")]
OrganisationId = Annotated[UUID, public_id("org")]
Pointer = Annotated[str, StringConstraints(max_length=200, pattern=r"^/(form|documents)/[^/]+$")]
Channel = Literal["electronic", "counter", "post"]
Outcome = Literal["granted", "refused", "rejected", "not_in_scope", "withdrawn", "lapsed"]


Reference = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[\x21-\x7e]+$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class DocumentIn(WireIn):
    """A document that was handed in: its kind from the catalogue and where the portal keeps it."""

    kind: Code
    reference: Reference
    sha256: Sha256 | None = None


TEXT_MAX = 2000


def _form_value(value: Any) -> Any:
    """Text is cleaned; whether the value fits its field is the item's business, told with all other errors."""
    if isinstance(value, str):
        if len(value) > TEXT_MAX:
            raise PydanticCustomError("string_too_long", "text too long")
        return clean(value)
    if value is None or isinstance(value, int):
        return value
    raise PydanticCustomError("string_type", "not a plain value")


FormValue = Annotated[
    Any,
    AfterValidator(_form_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": TEXT_MAX},
                {"type": "integer"},
                {"type": "boolean"},
                {"type": "null"},
            ]
        }
    ),
]
Form = Annotated[
    dict[Annotated[str, StringConstraints(max_length=100)], FormValue],
    Field(max_length=100, description="One member per field of the catalogue item; see its `fields`"),
]
Documents = Annotated[list[DocumentIn], Field(max_length=100)]


class CaseIn(WireIn):
    """An application."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.APPLICATION]})

    item: Code
    applicant_id: OrganisationId
    form: Form
    documents: Documents = Field(default_factory=list)


class ResubmissionIn(WireIn):
    """The whole application again, corrected."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{name: examples.APPLICATION[name] for name in ("form", "documents")}]},
    )

    form: Form
    documents: Documents = Field(default_factory=list)


class CorrectionItemIn(WireIn):
    """A field (`/form/<field>`) or a document (`/documents/<kind>`), and what is wrong with it."""

    pointer: Pointer
    text: Sentence


class CorrectionIn(WireIn):
    """The one notice: everything that is missing or wrong, told at once."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [{"pointer": "/documents/lease", "text": "缺少场地租赁合同"}]}]},
    )

    items: Annotated[list[CorrectionItemIn], Field(min_length=1, max_length=100)]


class ReasonIn(WireIn):
    """A reason, with the clause it rests on where there is one."""

    text: Sentence
    clause: Code | None = None


class RejectionIn(WireIn):
    """Why the window turns the application away; all reasons at once."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reasons": [{"text": "申请主体不属于众创空间", "clause": "XZ-18"}]}]},
    )

    reasons: Annotated[list[ReasonIn], Field(min_length=1, max_length=50)]


class DecisionIn(WireIn):
    """What the window decides itself. `facts`: what was found of each criterion of the item's programme, by which it is
    granted; see the programme's facts in the eligibility answers. A refusal has reasons.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DECISION]})

    outcome: Literal["granted", "refused"]
    facts: Annotated[dict[Code, FormValue], Field(max_length=100)] = Field(default_factory=dict)
    reasons: Annotated[list[ReasonIn], Field(max_length=50)] = Field(default_factory=list)


class RedirectIn(WireIn):
    """The window is not the place: who is, in a sentence."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"where": "请向市人社局申请创业担保贷款"}]})

    where: Sentence


class WithdrawalIn(WireIn):
    """Why the applicant withdraws; may be left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "材料需重新准备"}]})

    reason: Sentence | None = None


class DeliveryIn(WireIn):
    """How the result reached the applicant."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"channel": "electronic"}]})

    channel: Channel


class HandedInOut(Wire):
    kind: str
    reference: str
    sha256: str | None


class ReasonOut(Wire):
    """`code` is stable; `clauses` are ids of the city's pack."""

    code: str
    clauses: list[str]
    zh: str
    en: str
    facts: dict[str, Any]


class FormErrorOut(Wire):
    """Where (JSON Pointer) and why."""

    pointer: str
    code: str
    message: str


class PreflightOut(Wire):
    """What handing in the same application would meet. `ready`: taken, and nothing asked for later.

    `errors` and `reasons` keep it from being taken; `missing` would come back as a correction notice, or may follow on
    a promise if `facts.may_follow` says so of each; `open` are parameters nobody has set, without which the decision
    will be refused.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PREFLIGHT]})

    ready: bool
    errors: list[FormErrorOut]
    reasons: list[ReasonOut]
    missing: list[ReasonOut]
    open: list[ReasonOut]


class ClockOut(Wire):
    """Working days, the first day not counted, without those the correction was out.

    `due_on` and `days_left` (negative when overdue) only where the promised limit is set; `provisional` while the
    calendar of a year it runs through has no notice yet.
    """

    running: bool
    elapsed_working_days: int
    paused_working_days: int
    promised_working_days: int | None
    due_on: date | None
    provisional: bool
    days_left: int | None


class WaitingOut(Wire):
    """Who has the file and since when; `until` where a day is known. Null on a case that waits for nobody."""

    holder: Literal["applicant", "window", "service", "public"]
    department_zh: str
    department_en: str
    since: Instant
    until: date | None
    zh: str
    en: str


class CorrectionItemOut(Wire):
    pointer: str
    text: str


class CorrectionOut(Wire):
    """The one correction notice. `due_on` is null while no time limit is set."""

    issued_on: date
    items: list[CorrectionItemOut]
    due_on: date | None
    due_provisional: bool


class SupplementOut(Wire):
    """A promise to hand in later what is minor (容缺受理), and what came of it. `promised`: kinds of document, and
    `reference` where the signed promise is.

    From acceptance on `documents` are the one list of what is missing, due by `due_on`; `credit_source` is where the
    officer looked for unrepaired bad credit. `awaited`: the case is not decided; `lapsed`: it ended, they were late.
    """

    status: Standing
    promised_on: date
    promised: list[str]
    reference: str
    documents: list[ChoiceOut]
    due_on: date | None
    due_provisional: bool
    credit_source: str | None
    supplied_on: date | None
    lapsed_on: date | None


class CorrectedOut(Wire):
    """What the resubmission changed. A document is its reference and, if given, its digest; several: a list."""

    pointer: str
    before: Any
    after: Any


class OutcomeReasonOut(Wire):
    text: str
    clause: str | None


class CaseLine(Wire):
    """A case in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LINE]})

    id: CaseId
    number: Annotated[str, Field(examples=["2026320300RG000001Z"])]
    item: str
    service: str
    applicant_id: OrganisationId
    status: Status
    submitted_at: Instant
    status_since: Instant
    accepted_on: date | None
    outcome: Outcome | None
    version: int


class CaseOut(CaseLine):
    """A case with everything the window knows of it. `bundle_id`: what it was handed in with, if with anything.

    `decision_facts` only where `service` is the window, which then decides itself.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CASE]})

    bundle_id: BundleId | None
    item_zh: str
    item_en: str
    form: dict[str, Any]
    documents: list[HandedInOut]
    policy_version: int | None
    clock: ClockOut
    waiting: WaitingOut | None
    correction: CorrectionOut | None
    supplement: SupplementOut | None
    changes: list[CorrectedOut]
    decision_facts: dict[str, Any] | None
    outcome_reasons: list[OutcomeReasonOut]
    closed_on: date | None
    delivered_on: date | None
    delivery_channel: Channel | None


class TimelineLine(Wire):
    """One fact about a case. `actor` is a kind, never a person."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TIMELINE_LINE]})

    id: UUID
    type: Annotated[str, Field(examples=["case.accepted"])]
    occurred_at: Instant
    actor: Literal["staff", "partner", "system"]
    zh: str
    en: str
    data: dict[str, Any]
