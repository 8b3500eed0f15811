"""What crosses the wire about entitlements. Amounts in fen."""

from collections.abc import Container, Sequence
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import ConfigDict

from kernel.schemas import Code, Instant, Wire, WireIn
from services.funds.entitlements import examples
from services.funds.entitlements.models import Entitlement, PublicityList
from services.funds.entitlements.states import Status
from services.funds.ids import (
    CarrierId,
    CaseId,
    DeterminationId,
    EntitlementId,
    EntryId,
    EvaluationId,
    OrganisationId,
    PaymentOrderId,
    PublicityListId,
    RecognitionId,
)
from services.funds.programmes.schemas import PolicyYear
from services.funds.reasons import ReasonOut, reasons_out


class ApprovalIn(WireIn):
    """Which year's budget pays; this year's when not said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"policy_year": 2026}]})

    policy_year: PolicyYear | None = None


class PublicityListIn(WireIn):
    """Of which programme the confirmed awards are published."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"programme": "evaluation.award"}]})

    programme: Code


class PublicityListOut(Wire):
    """A published list; `provisional`: a notice of holidays may still move its last day, later only."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PUBLICITY_LIST]})

    id: PublicityListId
    programme: str
    published_on: date
    until_on: date
    provisional: bool
    entries: int
    total_fen: int
    made_by: str


class PublicityEntryOut(Wire):
    """Who is to get how much, and for which grade; never an account. `held_back`: an objection waits for its answer.

    `status`: only what is payable, approved or paid goes to the payee; an award whose objection was upheld is refused.
    """

    entitlement_id: EntitlementId
    organisation_id: OrganisationId
    carrier_id: CarrierId
    evaluation_year: int | None
    grade: str | None
    amount_fen: int
    status: Status
    held_back: bool


class PublicityListWithEntriesOut(PublicityListOut):
    """A list with what stands on it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PUBLICITY_LIST | {"items": [examples.ENTRY]}]})

    items: list[PublicityEntryOut]

    @classmethod
    def whole(cls, row: PublicityList, entries: Sequence[Entitlement], held: Container[UUID]) -> Self:
        """Of a list, what stands on it, and which of it waits."""
        names = [name for name in PublicityEntryOut.model_fields if name not in {"entitlement_id", "held_back"}]
        items = [
            PublicityEntryOut(
                entitlement_id=one.id, held_back=one.id in held, **{name: getattr(one, name) for name in names}
            )
            for one in entries
        ]
        return cls(**dict(PublicityListOut.model_validate(row)), items=items)


class EntitlementOut(Wire):
    """An award as it stands. `reasons` say why it waits or was refused; `amount_fen` is 0 until it is payable.

    It rests on a recognition, or on an evaluation with its year and grade; `recognised_on` is the day of that fact.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENTITLEMENT]})

    id: EntitlementId
    programme: str
    fund: str
    carrier_id: CarrierId
    recognition_id: RecognitionId | None
    evaluation_id: EvaluationId | None
    evaluation_year: int | None
    grade: str | None
    organisation_id: OrganisationId
    case_id: CaseId | None
    carrier_kind: str
    level: str | None
    designation: str | None
    recognised_on: date
    accepted_on: date
    status: Status
    determination_id: DeterminationId | None
    policy_version: int | None
    reasons: list[ReasonOut]
    amount_fen: int
    prepared_by: str
    approved_by: str | None
    approved_at: Instant | None
    policy_year: int | None
    payment_order_id: PaymentOrderId | None
    encumbrance_entry_id: EntryId | None
    paid_on: date | None
    confirmed_at: Instant | None
    list_id: PublicityListId | None
    recognition_ended_on: date | None

    @classmethod
    def of(cls, row: Entitlement) -> Self:
        """From its row, with the reasons in the caller's language."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "reasons"}
        return cls(**plain, reasons=reasons_out(row.reasons))
