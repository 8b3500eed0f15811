"""What the routes of claims take and give. Amounts in fen, shares in basis points."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field

from kernel.money import BasisPoints, Fen
from kernel.openapi import Reason
from kernel.schemas import Code, Sentence, Wire, WireIn, of_the_city
from services.funds.angel import examples
from services.funds.angel.claims.models import AngelClaim
from services.funds.angel.claims.states import AngelClaimStatus
from services.funds.angel.ids import AngelClaimId, InvestmentId
from services.funds.ids import CaseId, DeterminationId, OrganisationId, PaymentOrderId
from services.funds.loan_pool.layers import FenByLayer, SharesByLayer
from services.funds.reasons import ReasonOut, reasons_out


class AngelClaimIn(WireIn):
    """A claim for a lost investment: the loss is the audited one. `other_public_fen`: paid by others for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "investment_id": "ainv_01k2zk0000000000000000000c",
                "other_public_fen": 0,
                "documents": ["application_form", "investment_agreement", "loss_audit"],
            }
        }
    )

    investment_id: InvestmentId
    other_public_fen: Fen = 0
    documents: Annotated[list[Code], Field(max_length=50)]


class AngelOpinionIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"opinion": "审计属实,资金流水已核对,建议补偿。"}})

    opinion: Sentence


class AngelDecisionIn(WireIn):
    """`policy_year` names the budget line that pays, and the year of the investor's cap."""

    model_config = ConfigDict(json_schema_extra={"example": {"policy_year": 2028}})

    policy_year: Annotated[int, Field(strict=True, ge=2000, le=2100)]


class AngelLayerOut(Wire):
    """Who bears how much of the loss. `pays` marks what this fund pays."""

    layer: str
    share_bp: BasisPoints
    amount_fen: Fen
    pays: bool


class AngelReductionOut(Wire):
    """A cause why less is paid than was lost, with its amount and the clauses it rests on."""

    code: str
    text: str
    amount_fen: Fen
    clauses: list[str]


class AngelDryRunOut(Wire):
    """What would be decided now: nothing is stored, nothing promised."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DRY_RUN]})

    outcome: str
    loss_fen: Fen
    payable_fen: Fen
    layers: list[AngelLayerOut]
    reductions: list[AngelReductionOut]
    reasons: list[Reason]
    policy_version: int


class AngelClaimOut(Wire):
    """Lost, approved and paid are apart; `reductions` say why less is approved than was lost."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CLAIM]})

    id: AngelClaimId
    case_id: CaseId
    case_number: str | None
    investment_id: InvestmentId
    investor_id: OrganisationId
    project_id: OrganisationId
    stage: str
    status: AngelClaimStatus
    loss_fen: Fen
    other_public_fen: Fen
    approved_fen: Fen
    paid_fen: Fen
    layers_fen: FenByLayer | None
    split_bp: SharesByLayer | None
    reductions: list[AngelReductionOut]
    reasons: list[ReasonOut]
    opinion: str | None
    determination_id: DeterminationId | None
    payment_order_id: PaymentOrderId | None
    lodged_on: date
    review_due_on: date
    decided_at: datetime | None
    paid_on: date | None
    withdrawn_because: str | None
    recorded_at: Annotated[datetime, of_the_city("lodged_at")]

    @classmethod
    def of(cls, row: AngelClaim) -> Self:
        """A claim in the caller's language."""
        own = {name: getattr(row, name) for name in cls.model_fields if name not in {"reasons", "reductions"}}
        told = {"reasons": reasons_out(row.reasons), "reductions": reductions_out(row.reductions)}
        return cls.model_validate(own | told | {"recorded_at": row.lodged_at})


def reductions_out(stored: Iterable[Mapping[str, Any]]) -> list[AngelReductionOut]:
    """Stored causes (both languages) as one."""
    return [
        AngelReductionOut(code=one.code, text=one.text, amount_fen=one.facts["amount_fen"], clauses=one.clauses)
        for one in reasons_out(stored)
    ]
