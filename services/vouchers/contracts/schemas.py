"""Contracts on the wire. Amounts in fen."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from kernel import context
from kernel.findings import Finding
from kernel.money import PositiveFen
from kernel.openapi import Reason
from kernel.problems import reason_document
from kernel.schemas import Wire, WireIn, clean, no_longer, not_blank
from services.vouchers import codes
from services.vouchers.contracts.rules import Agreement
from services.vouchers.contracts.states import Status
from services.vouchers.ids import ContractId, DeterminationId, OrganisationId, ProviderId, VoucherId
from services.vouchers.providers.schemas import ServiceKind
from services.vouchers.redemption.schemas import VoucherCode

NUMBER_LENGTH_MAX = 100
AGREEMENT: dict[str, Any] = {
    "organisation_id": "org_01k30dwg0070008000000000a1",
    "service_kind": "technical_testing",
    "number": "HT-2026-0117",
    "signed_on": "2026-12-01",
    "contract_net_fen": 3000000,
}
CONTRACT: dict[str, Any] = AGREEMENT | {
    "id": "ctr_01k30dwg0070008000000000k1",
    "city_code": "420100",
    "status": "reserved",
    "voucher_id": "vch_01k30dwg0070008000000000c3",
    "holder_id": "org_01k30dwg0070008000000000a2",
    "provider_id": "prv_01k30dwg0070008000000000b2",
    "reserved_fen": 1500000,
    "redeemed_fen": 0,
    "open_fen": 1500000,
    "use_by": "2027-11-22",
    "claim_by": "2028-01-22",
    "served_on": None,
    "determination_id": "det_01k30dwg0070008000000000d4",
    "ended_at": None,
    "end_reason": None,
    "recorded_at": "2026-12-02T02:00:00Z",
}
PREVIEW: dict[str, Any] = {
    "voucher_id": CONTRACT["voucher_id"],
    "face_fen": 5000000,
    "remaining_fen": 4000000,
    "reserved_fen": 1000000,
    "unreserved_fen": 3000000,
    "share_bp": 5000,
    "share_fen": 1500000,
    "asked_fen": 1500000,
    "would_reserve_fen": 1500000,
    "use_by": "2027-11-22",
    "claim_by": "2028-01-22",
    "reasons": [],
}


def as_one_spelling(number: str) -> str:
    """The same number however it is spaced or cased, so that a contract is not registered twice."""
    return "".join(number.split()).upper()


ContractNumber = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NUMBER_LENGTH_MAX),
    AfterValidator(clean),
    AfterValidator(as_one_spelling),
    no_longer(NUMBER_LENGTH_MAX),
    AfterValidator(not_blank),
    Field(description="As the contract bears it; spaces and case do not matter", examples=["HT-2026-0117"]),
]


class ContractIn(WireIn):
    """A contract of the voucher's holder with a provider: `organisation_id` is the provider's organisation.

    `contract_net_fen` is without tax, `reserve_fen` the part of it that the voucher is to bear.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "K7QF-29AB-MXW3-TP4D", **AGREEMENT, "reserve_fen": 1500000}]}
    )

    code: VoucherCode
    organisation_id: OrganisationId
    service_kind: ServiceKind
    number: ContractNumber
    signed_on: date
    contract_net_fen: PositiveFen
    reserve_fen: PositiveFen

    def to_agreement(self) -> Agreement:
        """The same in the words of the rules, without the code."""
        return Agreement(
            self.organisation_id,
            self.service_kind,
            self.number,
            self.signed_on,
            self.contract_net_fen,
            self.reserve_fen,
        )

    def code_hash(self, key: bytes) -> bytes:
        """What the code is looked up by."""
        return codes.keyed_hash(self.code.get_secret_value(), key)


class ServiceIn(WireIn):
    """The service was done on this day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"served_on": "2027-02-10"}]})

    served_on: date


class CancelIn(WireIn):
    """`holder_withdrew`: before the service; `provider_ended`: for the city's staff, once the provider is out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "holder_withdrew"}]})

    reason: Literal["holder_withdrew", "provider_ended"]


class ContractOut(Wire):
    """A contract and what it holds: `open_fen` of `reserved_fen` can still be claimed, until the end of `claim_by`.

    `use_by` is the voucher's last day: the contract was registered in time for it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [CONTRACT]})

    id: ContractId
    city_code: str
    status: Status
    voucher_id: VoucherId
    holder_id: OrganisationId
    provider_id: ProviderId
    organisation_id: OrganisationId
    service_kind: str
    number: str
    signed_on: date
    contract_net_fen: int
    reserved_fen: int
    redeemed_fen: int
    open_fen: int
    use_by: date
    claim_by: date
    served_on: date | None
    determination_id: DeterminationId
    ended_at: datetime | None
    end_reason: str | None
    recorded_at: datetime


class ReservationPreviewOut(Wire):
    """What would be reserved now, step by step; 0 with every reason when it would be refused.

    Face, less what was redeemed, is `remaining_fen`; less what other contracts hold, `unreserved_fen`. `share_fen` is
    `share_bp` of the contract; both are null while the policy leaves the share open, `claim_by` while it is refused.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [PREVIEW]})

    voucher_id: VoucherId
    face_fen: int
    remaining_fen: int
    reserved_fen: int
    unreserved_fen: int
    share_bp: int | None
    share_fen: int | None
    asked_fen: int
    would_reserve_fen: int
    use_by: date
    claim_by: date | None
    reasons: list[Reason]

    @classmethod
    def of(cls, amounts: dict[str, Any], found: Sequence[Finding]) -> Self:
        """The steps and every reason in the caller's language."""
        language = context.current().language
        return cls(reasons=[Reason.model_validate(reason_document(one, language)) for one in found], **amounts)
