"""The terms of a programme that pays a share, matches, decides on the case, informs, or sets a standard.

Every figure is the key of a parameter, never a literal.
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from policy.terms import Criterion, Frozen, Level, LevelAward, Test, tested_parameters

Payee = Literal["carrier_operator", "tenant", "founder", "enterprise", "bank", "investor", "organiser", "person"]


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
    """A share of audited cost (or loss, or upper-level money received) by head, with a cap a year. Act: `pay`.

    `cost_from` says where the cost is confirmed, if anywhere: then nobody states it in the application (JX-22).
    """

    kind: Literal["capped_share"]
    heads: tuple[CostHead, ...] = Field(min_length=1)
    payee: str
    cost_from: Literal["hosting_statement"] | None = None

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


class YearlyHead(Frozen):
    """One head of cost of a recurring subsidy: its share and, where there is one, its own cap a year."""

    head: str
    share: str
    yearly_cap: str | None = None


class RecurringSubsidyTerms(Frozen):
    """A subsidy paid year after year for the same kind of cost, to one payee only. Act: `pay`.

    `payee` is who gets it (WH-12 the tenant, LZ-12 and XZ-22 the carrier); a cost subsidised to another is refused.
    `paid_by` is whose treasury pays (JX-24: the place the carrier stands in). `yearly_cap` counts all heads together.
    """

    kind: Literal["recurring_subsidy"]
    payee: Payee
    paid_by: Literal["city", "host"] = "city"
    heads: tuple[YearlyHead, ...] = Field(min_length=1)
    yearly_cap: str | None = None
    years_max: str | None = None

    def parameters(self, _act: str) -> Iterator[str]:
        """Share and cap of every head, the cap of a year and the number of years."""
        for head in self.heads:
            yield head.share
            if head.yearly_cap:
                yield head.yearly_cap
        yield from filter(None, (self.yearly_cap, self.years_max))


class MatchTerms(Frozen):
    """Local money beside an upper-level award that was actually received (JX-20, 1:1). Act: `match`.

    `for_use` is what the money is bound to (JX-21: running the space).
    """

    kind: Literal["match"]
    levels: tuple[Level, ...] = Field(min_length=1)
    rate: str
    cap: str | None = None
    for_use: str | None = None

    def parameters(self, _act: str) -> Iterator[str]:
        """The rate, and the cap where there is one."""
        yield self.rate
        if self.cap:
            yield self.cap


class GradeUplift(Frozen):
    """By how much the base rises for one grade of evaluation."""

    grade: str
    uplift: str


class UpliftTerms(Frozen):
    """A base subsidy that an evaluation may raise, at most by a cap (LZ-18: 30 %). Act: `award`."""

    kind: Literal["uplift"]
    base: str
    uplift_cap: str
    grades: tuple[GradeUplift, ...] = Field(min_length=1)
    once_per: str

    def parameters(self, _act: str) -> Iterator[str]:
        """The base, the cap and the uplift of every grade."""
        yield from (self.base, self.uplift_cap)
        yield from (grade.uplift for grade in self.grades)


class FloorDecisionTerms(Frozen):
    """Decided case by case, never below a floor (JX-17: 500,000 or more), after a department confirmed. Act: `decide`.

    The text sets no upper bound: `cap` is the key of an open one.
    """

    kind: Literal["floor_decision"]
    floor: str
    cap: str
    confirming_role: str

    def parameters(self, _act: str) -> Iterator[str]:
        """The floor and the bound within which the decision is free."""
        yield from (self.floor, self.cap)


class StagedSubsidyTerms(Frozen):
    """A subsidy of interest or premium whose share falls from year to year of the loan. Act: `pay`.

    `stages` are the shares of the first, second … year. Of a loan above `principal_cap` only that part is subsidised.
    """

    kind: Literal["staged_subsidy"]
    cost: Literal["interest", "premium"]
    stages: tuple[str, ...] = Field(min_length=1)
    principal_cap: str
    yearly_cap: str | None = None

    def parameters(self, _act: str) -> Iterator[str]:
        """The share of every stage, and the caps."""
        yield from (*self.stages, self.principal_cap)
        if self.yearly_cap:
            yield self.yearly_cap


class ContestResultTerms(Frozen):
    """A prize at a contest leads to a plan project (JX-23: the first three grades, three levels). Act: `support`.

    `levels` are those of the contest with the amount of each; `treasury` is the key of the choice of who pays.
    """

    kind: Literal["contest_result"]
    levels: tuple[LevelAward, ...] = Field(min_length=1)
    top_grades: str
    treasury: str

    def parameters(self, _act: str) -> Iterator[str]:
        """How many grades count, the amounts, and who pays."""
        yield from (self.top_grades, self.treasury)
        yield from (rung.amount for rung in self.levels)


class TaxInformationTerms(Frozen):
    """A tax relief that the tax authority grants and the window explains. Act: `inform`; nothing is paid.

    Income must pass both bounds by the operators of their parameters (JX-26: > 200,000, ≤ 300,000).
    """

    kind: Literal["tax_information"]
    tax: str
    conditions: tuple[Test, ...] = ()
    from_on: str | None = None
    until_on: str | None = None
    income_over: str | None = None
    income_up_to: str | None = None
    taxable_share: str | None = None
    rate: str | None = None

    def parameters(self, _act: str) -> Iterator[str]:
        """Every bound and rate there is."""
        yield from tested_parameters(self.conditions)
        bounds = (self.from_on, self.until_on, self.income_over, self.income_up_to, self.taxable_share, self.rate)
        yield from filter(None, bounds)


class YearlyGrowthTerms(Frozen):
    """A budget that has to rise from year to year (XZ-27, LZ-59). Act: `assess`.

    The text asks that it rise; by how much counts only once `minimum_growth` is set.
    """

    kind: Literal["yearly_growth"]
    minimum_growth: str | None = None

    def parameters(self, _act: str) -> Iterator[str]:
        """None that it must have: rising can be judged without a rate."""
        yield from ()


class StandardTerms(Frozen):
    """A right or a minimum standard: its criteria hold or not, and no money moves (JX-15, LZ-30). Act: `check`."""

    kind: Literal["standard"]
    criteria: tuple[Test, ...] = Field(min_length=1)

    def parameters(self, _act: str) -> Iterator[str]:
        """What the criteria rest on."""
        yield from tested_parameters(self.criteria)
