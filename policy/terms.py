"""The terms of a programme, one shape per rule kind. Every figure is the key of a parameter, never a literal.

Rule kinds are a closed set: a new city chooses among them; it cannot bring its own.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["district", "municipal", "provincial", "national"]
LADDER: tuple[Level, ...] = ("district", "municipal", "provincial", "national")


class Frozen(BaseModel):
    """Immutable and strict: nothing is coerced, unknown members are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Criterion(Frozen):
    """One fact tested against a parameter by the parameter's own operator, against a value, or for being known."""

    fact: str
    zh: str
    en: str
    parameter: str | None = None
    equals: bool | str | None = None
    one_of: tuple[str, ...] = ()
    clauses: tuple[str, ...] = Field(min_length=1)


class Alternatives(Frozen):
    """Criteria joined by a parameter whose value is `either` (one is enough) or `both` (all of them)."""

    combine: str
    of: tuple[Criterion, ...] = Field(min_length=2)


class RecognitionTerms(Frozen):
    """A carrier of this kind, level and designation is recognised when every criterion holds."""

    kind: Literal["recognition_criteria"]
    carrier_kinds: tuple[str, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = Field(min_length=1)
    designation: Literal["filed", "key"]
    criteria: tuple[Criterion | Alternatives, ...] = Field(min_length=1)
    notice_working_days: str | None = None

    def parameters(self, _act: str) -> Iterator[str]:
        """Keys of every parameter the terms rest on."""
        for criterion in self.criteria:
            if isinstance(criterion, Alternatives):
                yield criterion.combine
                yield from (part.parameter for part in criterion.of if part.parameter)
            elif criterion.parameter:
                yield criterion.parameter
        if self.notice_working_days:
            yield self.notice_working_days


class LevelAward(Frozen):
    """The award for one rung of the ladder."""

    level: Level
    amount: str


class AwardTerms(Frozen):
    """A one-time award by level of recognition; what a later, higher level earns is the upgrade treatment."""

    kind: Literal["once_only_award"]
    carrier_kinds: tuple[str, ...] = Field(min_length=1)
    designation: Literal["filed", "key"]
    levels: tuple[LevelAward, ...] = Field(min_length=1)
    upgrade_treatment: str

    def parameters(self, _act: str) -> Iterator[str]:
        """The amounts. The upgrade treatment is needed only by a carrier that was paid before."""
        yield from (rung.amount for rung in self.levels)


class Layer(Frozen):
    """One bearer of a loss and the key of its share in basis points."""

    layer: Literal["city", "district", "province", "bank", "guarantor"]
    share: str


class LossShareTerms(Frozen):
    """A bank's loan loss shared in layers. Acts: `register_loan`, `pay_claim`, `share_recovery`."""

    kind: Literal["layered_loss_share"]
    layers: tuple[Layer, ...] = Field(min_length=2)
    paying_layer: Literal["city", "district"] = "city"
    fund: str
    per_loan_cap: str
    overdue_days: str
    principal_only: str
    bank_leverage: str
    recovery_sharing: str
    review_working_days: str
    claim_documents: str

    def parameters(self, act: str) -> Iterator[str]:
        """All of them for a registration or claim; a recovery goes back by the split stored with its claim."""
        yield self.recovery_sharing
        if act == "share_recovery":
            return
        yield from (layer.share for layer in self.layers)
        yield from (self.fund, self.per_loan_cap, self.overdue_days, self.principal_only)
        yield from (self.bank_leverage, self.review_working_days, self.claim_documents)


class VoucherTerms(Frozen):
    """An innovation voucher. Acts: `issue`, `redeem`."""

    kind: Literal["voucher_quota"]
    service_kinds: tuple[str, ...] = Field(min_length=1)
    provider_division_prefix: str = Field(pattern=r"^\d{2,6}$")
    face_value: str
    holder_yearly_quota: str
    share: str
    validity_months: str

    def parameters(self, _act: str) -> Iterator[str]:
        """All four: a voucher that nobody could redeem is not issued."""
        yield from (self.face_value, self.holder_yearly_quota, self.share, self.validity_months)


class EnvelopeTerms(Frozen):
    """A fund of a stated size that is granted every year or once. Act: `appropriate`."""

    kind: Literal["envelope"]
    amount: str
    period: str

    def parameters(self, _act: str) -> Iterator[str]:
        """The size and whether it comes back every year."""
        yield from (self.amount, self.period)


class GradeAmount(Frozen):
    """The amount for one grade or class."""

    grade: str
    amount: str


class GradedAwardTerms(Frozen):
    """A fixed amount by grade (or class of thing), once for each `once_per`. Act: `award`."""

    kind: Literal["graded_award"]
    grades: tuple[GradeAmount, ...] = Field(min_length=1)
    about: str | None = None
    once_per: str

    def parameters(self, _act: str) -> Iterator[str]:
        """The amounts, and the approximate figure they are read beside."""
        yield from (grade.amount for grade in self.grades)
        if self.about:
            yield self.about


class CostHead(Frozen):
    """One head of cost: the share of it that is paid, and the most that is paid for it in a year."""

    head: str
    share: str
    yearly_cap: str


class CappedShareTerms(Frozen):
    """A share of audited cost (or loss, or upper-level money received) by head, with a cap a year. Act: `pay`."""

    kind: Literal["capped_share"]
    heads: tuple[CostHead, ...] = Field(min_length=1)
    payee: str

    def parameters(self, _act: str) -> Iterator[str]:
        """Share and cap of every head."""
        for head in self.heads:
            yield from (head.share, head.yearly_cap)


class CaseDecisionTerms(Frozen):
    """The text leaves amount and support to a decision on each case (一事一议), within a cap. Act: `decide`."""

    kind: Literal["case_decision"]
    cap: str
    deciding_role: str

    def parameters(self, _act: str) -> Iterator[str]:
        """The cap within which the deciding role is free."""
        yield self.cap


class PriorityTerms(Frozen):
    """Precedence in another selection, without money and never automatic. Act: `give_priority`."""

    kind: Literal["priority"]
    condition: Criterion
    in_favour_of: str

    def parameters(self, _act: str) -> Iterator[str]:
        """None, unless the condition has a threshold."""
        if self.condition.parameter:
            yield self.condition.parameter


Terms = Annotated[
    RecognitionTerms
    | AwardTerms
    | LossShareTerms
    | VoucherTerms
    | EnvelopeTerms
    | GradedAwardTerms
    | CappedShareTerms
    | CaseDecisionTerms
    | PriorityTerms,
    Field(discriminator="kind"),
]
