"""The terms of a programme that recognises, awards, shares a loss, issues vouchers or is a fund.

Every figure is the key of a parameter, never a literal. The other kinds are in `policy.terms_of_support`; the closed
set of all of them is `policy.kinds.Terms`: a new city chooses among them, it cannot bring its own.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

Level = Literal["district", "municipal", "provincial", "national"]
LADDER: tuple[Level, ...] = ("district", "municipal", "provincial", "national")
CITYS_OWN: frozenset[Level] = frozenset({"district", "municipal"})


class Frozen(BaseModel):
    """Immutable and strict: nothing is coerced, unknown members are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Grown(Frozen):
    """Got members after packs were published: of those in `LATER` it writes what a pack names, so old hashes hold."""

    LATER: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _as_before(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        return {name: value for name, value in written.items() if value or name not in self.LATER}


class Criterion(Frozen):
    """One fact tested against a parameter by the parameter's own operator (of a list that was set: for being on it),
    against a value, or for being known."""

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


Test = Criterion | Alternatives


def tested_parameters(tests: tuple[Test, ...]) -> Iterator[str]:
    """Keys of every parameter that criteria rest on."""
    for test in tests:
        if isinstance(test, Alternatives):
            yield test.combine
            yield from (part.parameter for part in test.of if part.parameter)
        elif test.parameter:
            yield test.parameter


class UpperDecision(Frozen):
    """The facts that name the paper of a level above: its number and its day."""

    number: str
    day: str


class RecognitionTerms(Grown):
    """A carrier of this kind, level and designation is recognised when every criterion holds.

    What only a level above decides is recorded by its `decision`. `way` is the document's word for the act: filing,
    certification, or filing that is certification (JX-18). Without `valid_months` a recognition runs out never;
    without `cure_working_days` the text knows no cure period, and the officer names one.
    """

    LATER = frozenset({"way", "valid_months", "cure_working_days"})

    kind: Literal["recognition_criteria"]
    carrier_kinds: tuple[str, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = Field(min_length=1)
    designation: Literal["filed", "key"]
    criteria: tuple[Test, ...] = Field(min_length=1)
    notice_working_days: str | None = None
    decision: UpperDecision | None = None
    way: Literal["filing", "certification", "filing_and_certification"] | None = None
    valid_months: str | None = None
    cure_working_days: str | None = None

    def parameters(self, _act: str) -> Iterator[str]:
        """Keys of every parameter a recognition rests on; a cure period is needed when one is cancelled, not before."""
        yield from tested_parameters(self.criteria)
        yield from filter(None, (self.notice_working_days, self.valid_months))


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


class PoolGuard(Frozen):
    """When a bank, or all, may register no new loan (熔断), and when they may again; and how far the fund is stretched.

    The line stops and the resumption line, which lies below it, lets go. While one of them is open nothing stops by
    itself. `pool_leverage` caps the registered loans of all banks as a multiple of the fund, once it is set.
    """

    numerator: str
    denominator: str
    bad_after_days: str
    bank_line: str
    bank_resume: str
    pool_line: str
    pool_resume: str
    pool_leverage: str

    def parameters(self) -> Iterator[str]:
        """What stopping rests on; the cap is on its own."""
        yield from (self.numerator, self.denominator, self.bad_after_days)
        yield from (self.bank_line, self.bank_resume, self.pool_line, self.pool_resume)


class LoanLife(Frozen):
    """What a city may still say of a loan's life: its payout, a borrower that left, an appeal."""

    confirm_within_days: str
    covers_moved_out: str
    appeal_working_days: str


class BorrowerLibrary(Frozen):
    """Firms found fit to borrow under cover (企业库): the standard they meet, and what a loan to another firm meets.

    While `outside` is open no loan is asked for it.
    """

    standard: str
    outside: str


class LossShareTerms(Grown):
    """A bank's loan loss shared in layers. Acts: `register_loan`, `pay_claim`, `share_recovery`, `guard`."""

    LATER = frozenset({"guard", "life", "library"})

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
    per_borrower_cap: str | None = None
    per_bank_yearly_cap: str | None = None
    yearly_cap: str | None = None
    public_cap: str | None = None
    guard: PoolGuard | None = None
    life: LoanLife | None = None
    library: BorrowerLibrary | None = None

    def parameters(self, act: str) -> Iterator[str]:
        """All of them for a registration or claim; a recovery goes back by the split stored with its claim."""
        if act == "guard":
            yield from self.guard.parameters() if self.guard else ()
            return
        yield self.recovery_sharing
        if act == "share_recovery":
            return
        yield from filter(None, (self.per_borrower_cap, self.per_bank_yearly_cap, self.yearly_cap, self.public_cap))
        yield from (layer.share for layer in self.layers)
        yield from (self.fund, self.per_loan_cap, self.overdue_days, self.principal_only)
        yield from (self.bank_leverage, self.review_working_days, self.claim_documents)


class VoucherTerms(Grown):
    """An innovation voucher. Acts: `issue`, `reserve`, `redeem`. The controller's quota counts all its firms together.

    The text names what it buys (`service_kinds`), or leaves that to the list whose key `service_scope` is. Without
    `provider_division_prefix` the text binds providers to no place. A service under contract in time may be claimed for
    `claim_months` after the voucher's last day; without them that day ends both. Without `holder_kinds` the text lets
    anybody hold one.
    """

    LATER = frozenset({"claim_months", "holder_kinds"})

    kind: Literal["voucher_quota"]
    service_kinds: tuple[str, ...] = ()
    service_scope: str | None = None
    provider_division_prefix: str | None = Field(default=None, pattern=r"^\d{2,6}$")
    face_value: str
    holder_yearly_quota: str
    share: str
    validity_months: str
    controller_yearly_quota: str | None = None
    claim_months: str | None = None
    holder_kinds: str | None = None

    def parameters(self, act: str) -> Iterator[str]:
        """All of them: a voucher that nobody could redeem is not issued. A reservation needs its last day too."""
        yield from (self.face_value, self.holder_yearly_quota, self.share, self.validity_months)
        yield from filter(None, (self.controller_yearly_quota, self.service_scope, self.holder_kinds))
        if act == "reserve" and self.claim_months:
            yield self.claim_months

    @model_validator(mode="after")
    def _one_scope(self) -> Self:
        if bool(self.service_kinds) == bool(self.service_scope):
            raise ValueError("name the service kinds or the parameter that lists them: one of the two")
        return self


class EnvelopeTerms(Frozen):
    """A fund of a stated size that is granted every year or once. Act: `appropriate`."""

    kind: Literal["envelope"]
    amount: str
    period: str

    def parameters(self, _act: str) -> Iterator[str]:
        """The size and whether it comes back every year."""
        yield from (self.amount, self.period)


class PayingTerms(Frozen):
    """What a city says around every payment: public notice of lists, and the clock of money demanded back.

    `stands_months`: an award is demanded back when its recognition ends sooner after the payment.
    """

    publicity_working_days: str
    objection_working_days: str
    repayment_working_days: str
    stands_months: str

    def parameters(self) -> Iterator[tuple[str, str]]:
        """Each key with the unit it has to have."""
        yield self.publicity_working_days, "working_days"
        yield self.objection_working_days, "working_days"
        yield self.repayment_working_days, "working_days"
        yield self.stands_months, "months"


class SpendingTerms(Frozen):
    """Money that is bound to a use (JX-21): what of it must go to which purposes, and by when that is reported.

    `check` is the standard that rules on it, `fact` what it asks: the share that went to the purposes, in bp.
    """

    programmes: tuple[str, ...] = Field(min_length=1)
    check: str
    fact: str
    purposes: str
    share: str
    report_working_days: str
    clauses: tuple[str, ...] = Field(min_length=1)

    def parameters(self) -> Iterator[tuple[str, str]]:
        """Each key with the unit it has to have."""
        yield self.purposes, "choices"
        yield self.share, "bp"
        yield self.report_working_days, "working_days"
