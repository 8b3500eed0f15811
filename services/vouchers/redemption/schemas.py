"""Redemptions on the wire. Amounts in fen."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from contracts.funds import InvoiceCode, InvoiceNumber
from kernel import context
from kernel.findings import Finding
from kernel.money import PositiveFen
from kernel.openapi import Reason
from kernel.problems import reason_document
from kernel.schemas import Wire, WireIn
from services.vouchers import codes
from services.vouchers.ids import ContractId, DeterminationId, OrganisationId, ProviderId, RedemptionId, VoucherId
from services.vouchers.issuance.models import Voucher
from services.vouchers.providers.schemas import ServiceKind
from services.vouchers.redemption.rules import Claim, Invoice
from services.vouchers.redemption.states import Status

CLAIM: dict[str, Any] = {
    "code": "K7QF-29AB-MXW3-TP4D",
    "service_kind": "technical_testing",
    "service_on": "2026-12-10",
    "contract_on": "2026-12-01",
    "contract_net_fen": 3000000,
    "invoice": {"number": "26422000000012345678", "code": None},
}
REDEMPTION: dict[str, Any] = {
    "id": "rdm_01k30dwg0070008000000000f6",
    "city_code": "420100",
    "status": "in_transit",
    "voucher_id": "vch_01k30dwg0070008000000000c3",
    "contract_id": None,
    "provider_id": "prv_01k30dwg0070008000000000b2",
    "organisation_id": "org_01k30dwg0070008000000000a1",
    "amount_fen": 1500000,
    "reversed_fen": 0,
    "service_kind": "technical_testing",
    "service_on": "2026-12-10",
    "contract_on": "2026-12-01",
    "contract_net_fen": 3000000,
    "invoice_number": "26422000000012345678",
    "redeemed_at": "2026-12-11T02:00:00Z",
    "determination_id": "det_01k30dwg0070008000000000d4",
    "booked_at": None,
}


def well_typed(code: SecretStr) -> SecretStr:
    """A code whose check symbol holds: a typing error is told at once and never looked up."""
    try:
        codes.plain(code.get_secret_value())
    except codes.CodeMistyped:
        raise PydanticCustomError("code_mistyped", "not a voucher code") from None
    return code


VoucherCode = Annotated[
    SecretStr,
    Field(max_length=60, description="The voucher's secret code; case, spaces and hyphens do not matter"),
    AfterValidator(well_typed),
]


class InvoiceIn(WireIn):
    """A VAT invoice: 20 digits without a code when fully digital, else 8 digits with a code of 10 or 12."""

    number: InvoiceNumber
    code: InvoiceCode = None


class RedemptionIn(WireIn):
    """A service under a contract with the voucher's holder. `contract_net_fen` is without tax.

    `contract_id` names a contract that reserved value: the claim is then paid out of that, until its own last day, and
    with `is_last` the rest is free. Without one it is paid out of what no contract holds.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [CLAIM, CLAIM | {"contract_id": "ctr_01k30dwg0070008000000000k1", "is_last": True}]
        }
    )

    code: VoucherCode
    service_kind: ServiceKind
    service_on: date
    contract_on: date
    contract_net_fen: PositiveFen
    invoice: InvoiceIn
    contract_id: ContractId | None = None
    is_last: bool = False

    @model_validator(mode="after")
    def _last_of_a_contract(self) -> Self:
        if self.is_last and self.contract_id is None:
            raise PydanticCustomError("last_of_contract", "is_last belongs to a contract_id")
        return self

    def to_claim(self) -> Claim:
        """The same in the words of the rules, without the code."""
        return Claim(
            self.service_kind,
            self.service_on,
            self.contract_on,
            self.contract_net_fen,
            Invoice(self.invoice.number, self.invoice.code),
            self.contract_id,
            self.is_last,
        )

    def code_hash(self, key: bytes) -> bytes:
        """What the code is looked up by."""
        return codes.keyed_hash(self.code.get_secret_value(), key)


class PreviewOut(Wire):
    """What a redemption would pay now; 0 with every reason when it would be refused."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "voucher_id": REDEMPTION["voucher_id"],
                    "remaining_fen": 5000000,
                    "expires_on": "2027-11-22",
                    "would_pay_fen": 1500000,
                    "reasons": [],
                }
            ]
        }
    )

    voucher_id: VoucherId
    remaining_fen: int
    expires_on: date
    would_pay_fen: int
    reasons: list[Reason]

    @classmethod
    def of(cls, voucher: Voucher, would_pay_fen: int, found: Sequence[Finding]) -> Self:
        """The answer to "what would it pay?"."""
        language = context.current().language
        return cls(
            voucher_id=voucher.id,
            remaining_fen=voucher.remaining_fen,
            expires_on=voucher.expires_on,
            would_pay_fen=would_pay_fen,
            reasons=[Reason.model_validate(reason_document(finding, language)) for finding in found],
        )


class RedemptionOut(Wire):
    """A redemption: in transit until funds has booked it, then settled. `reversed_fen` of it was taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [REDEMPTION]})

    id: RedemptionId
    city_code: str
    status: Status
    voucher_id: VoucherId
    contract_id: ContractId | None
    provider_id: ProviderId
    organisation_id: OrganisationId
    amount_fen: int
    reversed_fen: int
    service_kind: str
    service_on: date
    contract_on: date
    contract_net_fen: int
    invoice_number: str
    redeemed_at: datetime
    determination_id: DeterminationId
    booked_at: datetime | None
