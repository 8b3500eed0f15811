"""What the routes of loss claims take and give. Amounts in fen, shares in basis points."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from kernel.money import FEN_MAX, WHOLE, BasisPoints, Fen, PositiveFen
from kernel.openapi import Reason
from kernel.schemas import Code, Sentence, Wire, WireIn, of_the_city
from services.funds.ids import CaseId, DeterminationId, OrganisationId, PaymentOrderId
from services.funds.loan_pool import examples
from services.funds.loan_pool.claims.states import Status
from services.funds.loan_pool.ids import ClaimId, LoanId
from services.funds.loan_pool.layers import FenByLayer, SharesByLayer
from services.funds.loan_pool.lending.schemas import BankReference
from services.funds.payments.schemas import ClauseOut
from services.funds.payments.states import Status as OrderStatus
from services.funds.reasons import reasons_out

EXAMPLE: JsonDict = {
    "loan_id": "loan_01k2zk0000000000000000000c",
    "outstanding_principal_fen": 180000000,
    "outstanding_interest_fen": 5000000,
    "recovered_fen": 0,
    "documents": ["claim_application", "loan_contract", "disbursement_voucher"],
}


APPEAL: JsonDict = {
    "claim_id": "clm_01m89wy0hmeamb1cq4fb0g1pc9",
    "grounds": "放款凭证已随申请提交,系扫描件归类有误。",
    "documents": ["disbursement_voucher"],
    "refused_determination_id": "det_01m89wy0hsep4957941vqa7apd",
    "lodged_at": "2027-04-02T01:30:00Z",
    "granted": None,
    "opinion": None,
    "decided_at": None,
}


class LossIn(WireIn):
    """What the bank states of its loss: principal and interest apart; recoveries include collateral proceeds.

    `other_public_fen` is what other levels have paid for the same loss, where a city caps all public money together.
    """

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    loan_id: LoanId
    outstanding_principal_fen: PositiveFen
    outstanding_interest_fen: Fen = 0
    recovered_fen: Fen = 0
    other_public_fen: Fen = 0
    documents: Annotated[list[Code], Field(max_length=50)]

    @model_validator(mode="after")
    def _exact_together(self) -> Self:
        if self.outstanding_principal_fen + self.outstanding_interest_fen > FEN_MAX:
            raise PydanticCustomError("sum_too_large", "principal and interest together are beyond 2^53 fen")
        return self


class ClaimIn(LossIn):
    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE | {"bank_reference": "DC-2027-000045"}})

    bank_reference: BankReference


class LayerOut(Wire):
    """One layer's share of the compensable base. `pays` marks the layer this pool pays."""

    layer: str
    share_bp: BasisPoints
    amount_fen: Fen
    pays: bool


class StepOut(Wire):
    """One step of the reasoning: a parameter read, a fact read or a result, with the clauses it rests on.

    `label` is its name in the reader's language.
    """

    step: str
    name: str
    label: str
    value: Any
    clauses: list[str]


class ReductionOut(Wire):
    """A cause why less is shared than was asked, with its amount and the clauses it rests on."""

    code: str
    text: str
    amount_fen: Fen
    clauses: list[str]


class DryRunOut(Wire):
    """What would be decided now: nothing is stored, nothing promised.

    The cap of a borrower is counted by its own id; the decision counts what firms that merged with it drew too.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DRY_RUN]})

    outcome: str
    asked_fen: Fen
    eligible_fen: Fen
    payable_fen: Fen
    layers: list[LayerOut]
    reductions: list[ReductionOut]
    reasons: list[Reason]
    steps: list[StepOut]
    policy_version: int


class ExplainedStepOut(StepOut):
    """A step; of a parameter also which value counted and who gave it."""

    version: int | None
    source: str | None
    effective_on: date | None


class PaymentStateOut(Wire):
    """How far the money is: its order, and what has arrived by the bank's word."""

    order_id: PaymentOrderId
    number: str
    status: OrderStatus
    paid_fen: Fen
    paid_on: date | None


class RecoveredOut(Wire):
    """Recoveries reported so far, together: `returned_fen` is the pool's part of them, `received_fen` what arrived."""

    count: int
    recovered_fen: Fen
    costs_fen: Fen
    returned_fen: Fen
    received_fen: Fen


class ExplanationOut(Wire):
    """A decided claim from its clauses to its amounts, as the stored determination has them, and its money so far.

    `payment` is null for a refused claim.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EXPLANATION]})

    claim_id: ClaimId
    determination_id: DeterminationId
    policy_version: int
    outcome: str
    status: Status
    decided_at: datetime
    reasons: list[Reason]
    asked_fen: Fen
    eligible_fen: Fen
    approved_fen: Fen
    layers: list[LayerOut]
    reductions: list[ReductionOut]
    payment: PaymentStateOut | None
    recovered: RecoveredOut
    steps: list[ExplainedStepOut]
    clauses: list[ClauseOut]


class NegligenceIn(WireIn):
    """A duty the bank did not do, and by how much of it the pool's part is reduced for that."""

    finding: Sentence
    reduction_bp: Annotated[BasisPoints, Field(ge=1)]


class ReviewIn(WireIn):
    """`negligence`: what was found against the bank. The reductions add up, to the whole at most."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "opinion": "材料齐全,逾期属实,贷后检查有缺失,建议扣减后补偿。",
                "negligence": [{"finding": "放款后六个月未做贷后检查", "reduction_bp": 2000}],
            }
        }
    )

    opinion: Sentence
    negligence: Annotated[list[NegligenceIn], Field(max_length=20, default_factory=list)]


class NegligenceOut(Wire):
    finding: str
    reduction_bp: BasisPoints


class ClosureIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"reason": "法院裁定终结本次执行,已核销。"}})

    reason: Sentence


class TakenBackIn(WireIn):
    """Why what was lodged or reported is taken back."""

    model_config = ConfigDict(json_schema_extra={"example": {"reason": "未偿本金录入有误,更正后重新提交。"}})

    reason: Sentence


class InstalmentIn(WireIn):
    """A part of what is approved, not paid before `due_on`."""

    share_bp: Annotated[BasisPoints, Field(ge=1)]
    due_on: date


class InstalmentOut(Wire):
    """A part with its payment order; `paid_on` is null until it has arrived."""

    number: int
    amount_fen: Fen
    due_on: date
    payment_order_id: PaymentOrderId
    paid_on: date | None


class InstalmentsOut(Wire):
    """In the order in which they fall due; none for a claim that is paid at once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "number": 1,
                            "amount_fen": 24000000,
                            "due_on": "2027-05-18",
                            "payment_order_id": "pay_01m89wy0vye9tsrschmaz4s339",
                            "paid_on": "2027-05-20",
                        }
                    ]
                }
            ]
        }
    )

    items: list[InstalmentOut]


class DecisionIn(WireIn):
    """`policy_year` names the budget line that pays: the pool's money of that year.

    With `instalments` what is approved is paid in parts, which together are the whole.
    """

    model_config = ConfigDict(json_schema_extra={"example": {"policy_year": 2026}})

    policy_year: Annotated[int, Field(strict=True, ge=2000, le=2100)]
    instalments: Annotated[list[InstalmentIn], Field(max_length=12, default_factory=list)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.instalments and sum(part.share_bp for part in self.instalments) != WHOLE:
            raise PydanticCustomError("instalments_not_whole", "the shares of all instalments are 10000 together")
        return self


class AppealIn(WireIn):
    """Why the refusal was wrong. `documents` are handed in besides those of the claim."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"grounds": "放款凭证已随申请提交,系扫描件归类有误。", "documents": ["disbursement_voucher"]}
        }
    )

    grounds: Sentence
    documents: Annotated[list[Code], Field(max_length=50, default_factory=list)]


class AppealDecisionIn(WireIn):
    """Granted, the claim is decided anew by the policy of the day it was lodged, out of the year's money."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"granted": True, "opinion": "凭证属实,应予补偿。", "policy_year": 2027}}
    )

    granted: Annotated[bool, Field(strict=True)]
    opinion: Sentence
    policy_year: Annotated[int, Field(strict=True, ge=2000, le=2100)]


class AppealOut(Wire):
    """An appeal against the determination that refused the claim. `granted` is null until it is decided."""

    model_config = ConfigDict(json_schema_extra={"examples": [APPEAL]})

    claim_id: ClaimId
    grounds: str
    documents: list[str]
    refused_determination_id: DeterminationId
    lodged_at: datetime
    granted: bool | None
    opinion: str | None
    decided_at: datetime | None


def _told(stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one.model_dump() for one in reasons_out(stored)]


class ClaimOut(Wire):
    """`asked`, `eligible`, `approved` and `paid` are apart. `reasons` says why it was refused; why less is
    eligible than was asked, a dry-run's `reductions` and the claim's explanation say."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CLAIM]})

    id: ClaimId
    bank_id: OrganisationId
    bank_reference: str
    loan_id: LoanId
    case_id: CaseId
    case_number: str | None
    status: Status
    asked_fen: Fen
    eligible_fen: Fen
    approved_fen: Fen
    paid_fen: Fen
    layers_fen: FenByLayer | None
    split_bp: SharesByLayer | None
    reasons: Annotated[list[Reason], BeforeValidator(_told)]
    negligence: list[NegligenceOut]
    determination_id: DeterminationId | None
    payment_order_id: PaymentOrderId | None
    lodged_on: date
    review_due_on: date | None
    decided_at: datetime | None
    paid_on: date | None
    closed_on: date | None
    closed_because: str | None
    withdrawn_because: str | None
    recorded_at: Annotated[datetime, of_the_city("lodged_at")]
