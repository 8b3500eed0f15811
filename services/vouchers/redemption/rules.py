"""What stands against a redemption beside the policy's own terms, and which invoices are the same."""

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel.findings import Finding, findings


@dataclass(frozen=True, slots=True)
class Invoice:
    """A VAT invoice: a fully digital one has 20 digits and no code; an older one 8 digits and a code of 10 or 12."""

    number: str
    code: str | None

    @property
    def fingerprint(self) -> bytes:
        """The same for the same invoice, whoever presents it and for whatever programme."""
        return hashlib.sha256(f"fapiao:{self.code or ''}:{self.number}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a provider claims: a service under a contract with its holder. Net amount in fen, without tax.

    With a `contract_id` out of what that contract holds, `is_last` frees the rest; without one out of what none holds.
    """

    service_kind: str
    service_on: date
    contract_on: date
    contract_net_fen: int
    invoice: Invoice
    contract_id: UUID | None = None
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How the parties stand: the service kinds admitted for on the day of service, None when not admitted then."""

    admitted_kinds: frozenset[str] | None
    provider_is_holder: bool
    invoice_used: bool
    issued_on: date


_REASONS = {
    "provider_not_admitted": ("服务机构在服务当日未被准入。", "The provider was not admitted on the day of service."),
    "provider_not_admitted_for_kind": (
        "服务机构未获准提供该类服务。",
        "The provider is not admitted for this kind of service.",
    ),
    "provider_is_holder": ("服务机构与持券单位为同一主体。", "The provider and the holder are the same organisation."),
    "invoice_used": ("该发票已用于兑付。", "The invoice was used for a redemption before."),
    "service_in_future": ("服务日期晚于今天。", "The day of service has not come yet."),
    "service_before_contract": ("服务早于合同签订。", "The service was before the contract was signed."),
    "service_before_issue": ("服务早于发券。", "The service was before the voucher was issued."),
}


def redemption_findings(claim: Claim, standing: Standing, *, on: date, clauses: tuple[str, ...]) -> list[Finding]:
    """Every reason at once. `clauses`: the programme's; the policy's terms are judged by its own rule."""
    admitted = standing.admitted_kinds

    def reason(code: str) -> Finding:
        return Finding(code, clauses, *_REASONS[code])

    return findings(
        (admitted is None, reason("provider_not_admitted")),
        (admitted is not None and claim.service_kind not in admitted, reason("provider_not_admitted_for_kind")),
        (standing.provider_is_holder, reason("provider_is_holder")),
        (standing.invoice_used, reason("invoice_used")),
        (claim.service_on > on, reason("service_in_future")),
        (claim.service_on < standing.issued_on, reason("service_before_issue")),
        (claim.service_on < claim.contract_on, reason("service_before_contract")),
    )
