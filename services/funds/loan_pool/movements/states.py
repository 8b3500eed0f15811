"""The facts in the life of loans, claims and recoveries, and where each leads as the bank reads it."""

from enum import StrEnum


class Kind(StrEnum):
    """What moved."""

    LOAN = "loan"
    CLAIM = "claim"
    RECOVERY = "recovery"


class Fact(StrEnum):
    """One line of the daily file each, in this order; a total of each, but of `LATER` where it happened alone."""

    LOAN_REGISTERED = "loan.registered"
    LOAN_DISBURSED = "loan.disbursed"
    LOAN_WITHDRAWN = "loan.withdrawn"
    LOAN_EXTENDED = "loan.extended"
    LOAN_EXTENSION_REFUSED = "loan.extension_refused"
    LOAN_MOVED_OUT = "loan.moved_out"
    LOAN_REPAID = "loan.repaid"
    CLAIM_LODGED = "claim.lodged"
    CLAIM_REVIEWED = "claim.reviewed"
    CLAIM_WITHDRAWN = "claim.withdrawn"
    CLAIM_APPROVED = "claim.approved"
    CLAIM_REFUSED = "claim.refused"
    CLAIM_APPEALED = "claim.appealed"
    CLAIM_APPEAL_REJECTED = "claim.appeal_rejected"
    CLAIM_PAID = "claim.paid"
    CLAIM_PAYMENT_RETURNED = "claim.payment_returned"
    RECOVERY_REPORTED = "recovery.reported"
    RECOVERY_WITHDRAWN = "recovery.withdrawn"
    RECOVERY_RECEIVED = "recovery.received"

    @property
    def kind(self) -> Kind:
        """Of what the fact is one."""
        return Kind(self.value.partition(".")[0])


# Not there from the start: a total of none would change the bytes of days that banks have had before.
LATER = frozenset({Fact.LOAN_EXTENSION_REFUSED, Fact.CLAIM_WITHDRAWN, Fact.RECOVERY_WITHDRAWN})
