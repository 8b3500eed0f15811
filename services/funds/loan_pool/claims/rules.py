"""What a claim is judged on. Pure: the policy's own rule does the rest."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.findings import Finding, findings


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


def loan_findings(loan: CoveredLoan, loss: Loss, *, has_claim: bool, clauses: tuple[str, ...]) -> list[Finding]:
    """One claim per loan, and none for more than was registered: the pool never covered it. `clauses`: the pool's."""
    return findings(
        (
            has_claim,
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
    )
