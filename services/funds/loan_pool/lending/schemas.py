"""What the routes of banks and loans take and give. Amounts in fen."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kernel.clock import on_date
from kernel.money import Fen, PositiveFen
from kernel.schemas import Name, Sentence, Wire, WireIn, of_the_city
from services.funds.ids import DeterminationId, OrganisationId
from services.funds.loan_pool import examples
from services.funds.loan_pool.ids import LoanId
from services.funds.loan_pool.lending.models import PoolAgreement, PoolBank
from services.funds.loan_pool.lending.states import Status

BankReference = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._/\-]+$")]


class AgreementIn(WireIn):
    """`quota_fen`: the most the bank may have under cover at once, where the agreement sets it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"product": "科技成果转化贷", "agreement": "合作协议 2027-01", "quota_fen": 20000000000}
        }
    )

    product: Name
    agreement: Name
    quota_fen: PositiveFen | None = None


class BankIn(AgreementIn):
    """A bank with the agreement it is admitted under."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "bank_id": "org_01k2zk0000000000000000000a",
                "product": "科技成果转化贷",
                "agreement": "合作协议 2026-03",
            }
        }
    )

    bank_id: OrganisationId


class BankOut(Wire):
    """A partner bank with the agreement in force, since when it is, and the newest month its arrears are known of."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BANK]})

    bank_id: OrganisationId
    name: str
    product: str
    agreement: str
    quota_fen: Fen | None
    agreed_on: date
    admitted_on: date
    reported_month: str | None

    @classmethod
    def of(cls, bank: PoolBank, agreed: PoolAgreement | None = None, reported_month: str | None = None) -> Self:
        """Of a bank and what it agreed last since its admission."""
        terms: PoolBank | PoolAgreement = bank if agreed is None else agreed
        return cls(
            bank_id=bank.bank_id,
            name=bank.name,
            product=terms.product,
            agreement=terms.agreement,
            quota_fen=terms.quota_fen,
            agreed_on=on_date(agreed.agreed_at) if agreed else bank.admitted_on,
            admitted_on=bank.admitted_on,
            reported_month=reported_month,
        )


class AgreementOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.AGREEMENT]})

    product: str
    agreement: str
    quota_fen: Fen | None
    agreed_on: date
    agreed_by: str

    @classmethod
    def of(cls, terms: PoolBank | PoolAgreement, on: date, by: str) -> Self:
        """What was agreed at an admission, or since."""
        return cls(
            product=terms.product, agreement=terms.agreement, quota_fen=terms.quota_fen, agreed_on=on, agreed_by=by
        )


class AgreementsOut(Wire):
    """All agreements of a bank, the latest first."""

    items: list[AgreementOut]

    @classmethod
    def of(cls, bank: PoolBank, agreed: Iterable[PoolAgreement]) -> Self:
        """Those given, then that of the bank's admission."""
        since = [AgreementOut.of(one, on_date(one.agreed_at), one.agreed_by) for one in agreed]
        return cls(items=[*since, AgreementOut.of(bank, bank.admitted_on, bank.admitted_by)])


class BorrowerNamed(WireIn):
    """A firm by its id, or by its credit code with its name: then the registry finds it or takes it in."""

    borrower_id: OrganisationId | None = None
    borrower_credit_code: Annotated[str, StringConstraints(min_length=18, max_length=40)] | None = None
    borrower_name: Name | None = None

    @model_validator(mode="after")
    def borrower_is_named_once(self) -> Self:
        """By its id, or by its credit code with its name."""
        by_code = (self.borrower_credit_code is not None, self.borrower_name is not None)
        if by_code != (self.borrower_id is None,) * 2:
            raise PydanticCustomError("borrower_named_once", "borrower_id, or borrower_credit_code with borrower_name")
        return self


class LoanIn(BorrowerNamed):
    """A loan to be covered, registered by the bank before a loss. With a day to come it waits for its payout.

    `refinances` says that it pays off an earlier loan of the borrower (借新还旧).

    The borrower is named by `borrower_id`, or by credit code and name: then the registry finds the firm or takes it in.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "bank_reference": "HT-2026-000123",
                "borrower_credit_code": "91320300MA1MABC18R",
                "borrower_name": "徐州淮海传感科技有限公司",
                "principal_fen": 200000000,
                "disbursed_on": "2026-12-01",
                "due_on": "2027-06-01",
            }
        }
    )

    bank_reference: BankReference
    principal_fen: PositiveFen
    disbursed_on: date
    due_on: date
    refinances: bool = False

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> "LoanIn":
        """A loan falls due after it was paid out."""
        if self.due_on <= self.disbursed_on:
            raise PydanticCustomError("due_before_disbursement", "due_on lies after disbursed_on")
        return self


class DisbursementIn(WireIn):
    """What was paid out in the end: at most what was registered, and not before."""

    model_config = ConfigDict(json_schema_extra={"example": {"disbursed_on": "2026-12-04", "amount_fen": 180000000}})

    disbursed_on: date
    amount_fen: PositiveFen


class ExtensionIn(WireIn):
    model_config = ConfigDict(
        json_schema_extra={"example": {"due_on": "2027-06-04", "reason": "订单回款延后,经审查同意续期三个月。"}}
    )

    due_on: date
    reason: Sentence


class ExtensionRefusalIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"reason": "借款企业已停产,不同意续期。"}})

    reason: Sentence


class DayIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"on": "2027-02-10"}})

    on: date


class LoanOut(Wire):
    """`covered_fen` is the part of the principal the pool covers. An extension asked for stands in `extension_to`,
    a granted one in `extended_to`; why the last one was not, `extension_refused_because` tells.

    `outside_library` warns that the borrower was in no library when it was registered.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LOAN]})

    id: LoanId
    bank_id: OrganisationId
    bank_reference: str
    borrower_id: OrganisationId
    borrower_name: str
    principal_fen: Fen
    covered_fen: Fen
    disbursed_on: date
    due_on: date
    registered_on: date
    status: Status
    refinances: bool
    outside_library: bool
    paid_out_on: date | None
    paid_out_fen: Fen | None
    extension_to: date | None
    extension_refused_because: str | None
    extended_to: date | None
    repaid_on: date | None
    moved_out_on: date | None
    determination_id: DeterminationId
    recorded_at: Annotated[datetime, of_the_city("registered_at")]
