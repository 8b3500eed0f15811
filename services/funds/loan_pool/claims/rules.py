"""What a claim is judged on. Pure: the policy's own rule does the rest."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.findings import Finding, findings
from kernel.money import WHOLE


@dataclass(frozen=True, slots=True)
class CoveredLoan:
    """What of a loan decides on its claim."""

    principal_fen: int
    registered_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the pool has approved already, for the caps a city may set: of the borrower ever, the others in a year."""

    borrower_fen: int
    bank_year_fen: int
    year_fen: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What the bank states. `recovered_fen` includes collateral proceeds; `other_public_fen` other levels paid."""

    outstanding_principal_fen: int
    outstanding_interest_fen: int
    recovered_fen: int
    other_public_fen: int
    documents: tuple[str, ...]
    lodged_on: date

    @property
    def asked_fen(self) -> int:
        """What the bank has lost, by its own account."""
        return max(0, self.outstanding_principal_fen + self.outstanding_interest_fen - self.recovered_fen)


def claim_facts(loan: CoveredLoan, loss: Loss, drawn: Drawn) -> dict[str, Any]:
    """The facts of the loss-share rule, in its words."""
    return {
        "registered_principal_fen": loan.principal_fen,
        "outstanding_principal_fen": loss.outstanding_principal_fen,
        "outstanding_interest_fen": loss.outstanding_interest_fen,
        "recovered_fen": loss.recovered_fen,
        "registered_on": loan.registered_on.isoformat(),
        "due_on": loan.due_on.isoformat(),
        "lodged_on": loss.lodged_on.isoformat(),
        "documents": list(loss.documents),
        "paid_to_borrower_fen": drawn.borrower_fen,
        "paid_to_bank_this_year_fen": drawn.bank_year_fen,
        "paid_this_year_fen": drawn.year_fen,
        "other_public_paid_fen": loss.other_public_fen,
    }


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a loan: whether a claim stands, and the balance its bank last reported, if it did."""

    has_claim: bool
    reported_fen: int | None


def loan_findings(loan: CoveredLoan, loss: Loss, known: Known, clauses: tuple[str, ...]) -> list[Finding]:
    """One claim per loan, and none for more than was registered or is left by the bank's own report: what it told to
    keep new loans going cannot be claimed otherwise. `clauses`: the pool's.
    """
    return findings(
        (
            known.has_claim,
            Finding("loan_already_claimed", clauses, "该笔贷款已有补偿申请。", "The loan has a claim already."),
        ),
        (
            loss.outstanding_principal_fen > loan.principal_fen,
            Finding(
                "outstanding_above_registered",
                clauses,
                "未偿本金超过登记的贷款本金。",
                "More principal outstanding than was registered.",
                {"registered_fen": loan.principal_fen, "stated_fen": loss.outstanding_principal_fen},
            ),
        ),
        (
            known.reported_fen is not None and known.reported_fen < loss.outstanding_principal_fen,
            Finding(
                "outstanding_above_reported",
                clauses,
                "未偿本金超过最近一期逾期报告所列余额,报告有误的须先更正。",
                "More principal outstanding than in the latest arrears report; a wrong report is revised first.",
                {"reported_fen": known.reported_fen, "stated_fen": loss.outstanding_principal_fen},
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class LoanLife:
    """Where the loan stands. `refinances`: it paid off an earlier loan of the borrower (借新还旧)."""

    paid_out: bool
    repaid: bool
    withdrawn: bool
    refinances: bool


def life_findings(life: LoanLife, clauses: tuple[str, ...]) -> list[Finding]:
    """What never was lent, was paid back, or only took an earlier loan's place is no loss of the pool."""
    return findings(
        (
            not life.paid_out,
            Finding(
                "loan_not_disbursed",
                clauses,
                "该笔贷款尚未确认放款。",
                "The payout of the loan has not been confirmed.",
            ),
        ),
        (life.repaid, Finding("loan_repaid", clauses, "该笔贷款已还清。", "The loan has been repaid.")),
        (life.withdrawn, Finding("loan_withdrawn", clauses, "该笔贷款登记已撤回。", "The loan was withdrawn.")),
        (
            life.refinances,
            Finding(
                "loan_refinances",
                clauses,
                "该笔贷款为借新还旧,不予补偿。",
                "The loan paid off an earlier one; its loss is not shared.",
            ),
        ),
    )


def moved_out_findings(moved_out_on: date, *, covers: bool, clauses: tuple[str, ...]) -> list[Finding]:
    """The borrower has left, and the city does not share such losses."""
    zh, en = "借款企业已迁出本市,不予补偿。", "The borrower has left the city; its loss is not shared."
    return findings(
        (not covers, Finding("borrower_moved_out", clauses, zh, en, {"moved_out_on": moved_out_on.isoformat()}))
    )


def document_findings(documents: Iterable[str], known: Collection[str], clauses: tuple[str, ...]) -> list[Finding]:
    """A document nobody has a name for proves nothing. `known`: the kinds the policy lists; `clauses`: of the list."""
    return [
        Finding(
            "document_unknown",
            clauses,
            f"没有“{document}”这类材料。",
            f"There is no kind of document called {document}.",
            {"document": document, "known": sorted(known)},
        )
        for document in dict.fromkeys(documents)
        if known and document not in known
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment as the decision has it: its share of what is approved, and the day before which it is not paid."""

    share_bp: int
    due_on: date


def negligence_bp(found: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The fact of the rule for what a review found against the bank; none where it found nothing."""
    total = sum(one["reduction_bp"] for one in found)
    return {"negligence_bp": min(WHOLE, total)} if total else {}


@dataclass(frozen=True, slots=True)
class Reduction:
    """One cause why less of a loss is shared than the bank asked for."""

    code: str
    zh: str
    en: str
    amount_fen: int
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Causes:
    """The clauses each cause rests on."""

    pool: tuple[str, ...]
    principal_only: tuple[str, ...]
    per_loan_cap: tuple[str, ...]


def reductions(facts: Mapping[str, Any], amounts: Mapping[str, int], causes: Causes) -> list[Reduction]:
    """Every cause with its amount; together they are what lies between asked and shared. None for a refused claim."""
    if "base" not in amounts:
        return []
    principal, interest = facts["outstanding_principal_fen"], facts["outstanding_interest_fen"]
    counted = min(principal, facts["registered_principal_fen"])
    counted_interest = amounts["loss"] + facts["recovered_fen"] - counted
    found = (
        Reduction(
            "beyond_registered", "超过登记本金的部分不予补偿", "what was lent beyond the registered principal",
            principal - counted, causes.pool,
        ),
        Reduction(
            "interest_not_shared", "按规定只补偿本金,利息由银行承担", "interest: the principal alone is shared",
            interest - counted_interest, causes.principal_only,
        ),
        Reduction(
            "above_loan_cap", "超过单笔贷款上限的部分", "what lies above the cap of one loan",
            amounts["uncovered"], causes.per_loan_cap,
        ),
    )  # fmt: skip
    return [reduction for reduction in found if reduction.amount_fen > 0]
