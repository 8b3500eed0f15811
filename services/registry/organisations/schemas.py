"""What crosses the wire about organisations. Account numbers come in whole and go out as their last four digits."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    computed_field,
    field_validator,
)
from pydantic_core import PydanticCustomError

from kernel import context
from kernel.ids import encode_id, public_id
from kernel.schemas import Code, Instant, Name, Sentence, Wire, WireIn
from services.registry.organisations import examples
from services.registry.organisations.credit_codes import DOUBTS, CreditCodeMalformed, normalised
from services.registry.organisations.models import OrganisationKind, OrganisationStatus

OrganisationId = Annotated[UUID, public_id("org")]
EndingId = Annotated[UUID, public_id("end")]
EXAMPLE_ORGANISATION = encode_id("org", UUID("0198c0de-0000-7000-8000-000000000001"))
NAME = "徐州云创众创空间管理有限公司"


def _credit_code(text: str) -> str:
    if _FROM_A_SPREADSHEET.fullmatch(unicodedata.normalize("NFKC", text).strip()):
        raise PydanticCustomError("number_destroyed_by_spreadsheet", "a spreadsheet has rounded this number")
    try:
        return normalised(text)
    except CreditCodeMalformed:
        raise PydanticCustomError("credit_code", "not a unified social credit code") from None


def _account(value: Any) -> Any:
    """Accounts are printed in groups; full-width digits count."""
    return _GROUPING.sub("", unicodedata.normalize("NFKC", value)) if isinstance(value, str) else value


_GROUPING = re.compile(r"[\s\-]+")
# A code of digits alone that a spreadsheet took for a number: 9.13203E+17.
_FROM_A_SPREADSHEET = re.compile(r"[0-9]+(\.[0-9]+)?[Ee]\+?[0-9]+|[0-9]{18}\.[0-9]+")

CreditCode = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(_credit_code),
    Field(
        description="GB 32100; full-width digits, spaces and small letters are read, a doubtful check digit warns",
        examples=["91320300MA1MABC18R"],
    ),
]
AccountNumber = Annotated[
    str, BeforeValidator(_account), StringConstraints(pattern=r"^[0-9]{8,32}$"), Field(examples=["6222021106012345678"])
]
CnapsCode = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{12}$"), Field(description="联行号", examples=["102303000123"])
]


class OverrideIn(WireIn):
    """Why the warnings about a code are set aside. Officers and operators give a reason, others evidence as well."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason": "早期试点赋码,已核对营业执照原件", "evidence": "营业执照 2016-03-02"}]
        }
    )

    reason: Sentence
    evidence: Sentence | None = None


class PayeeAccountIn(WireIn):
    """Where the organisation wants to be paid; the payee is the organisation under one of its names."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"payee_name": NAME, "account_number": "1106020109000123456", "bank_name": "中国工商银行徐州云龙支行"}
            ]
        }
    )

    payee_name: Name
    account_number: AccountNumber
    bank_name: Name
    cnaps_code: CnapsCode | None = None


class OrganisationIn(WireIn):
    """An organisation to be registered. Teams have no credit code; departments may have none; all others have one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "firm",
                    "name": NAME,
                    "credit_code": "91320300MA1MABC18R",
                    "payee_account": {
                        "payee_name": NAME,
                        "account_number": "1106020109000123456",
                        "bank_name": "中国工商银行徐州云龙支行",
                    },
                }
            ]
        }
    )

    kind: OrganisationKind
    name: Name
    credit_code: CreditCode | None = Field(default=None, validate_default=True)
    identifier_override: OverrideIn | None = None
    payee_account: PayeeAccountIn | None = None

    @field_validator("credit_code")
    @classmethod
    def code_fits_kind(cls, code: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("kind")
        if code is None and kind not in {None, OrganisationKind.TEAM, OrganisationKind.DEPARTMENT}:
            raise PydanticCustomError("missing", "this kind of organisation has a credit code")
        if code is not None and kind is OrganisationKind.TEAM:
            raise PydanticCustomError("extra_forbidden", "a team has no credit code until it incorporates")
        return code


class IncorporationIn(WireIn):
    """A team becomes a firm from a day on: its name and credit code. It stays the same organisation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "徐州云创智能科技有限公司", "credit_code": "91320300MA1MABC18R", "effective_on": "2026-11-20"}
            ]
        }
    )

    name: Name
    credit_code: CreditCode
    effective_on: date
    identifier_override: OverrideIn | None = None


class RenameIn(WireIn):
    """A new name from a day on; the old one stays in the history."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "徐州云创科技孵化有限公司", "effective_on": "2026-11-20"}]}
    )

    name: Name
    effective_on: date


class EntrustIn(WireIn):
    """The organisation wants another client to act for it: the client's id, and the paper that says so."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"client": "city-portal", "reason": "改由市门户代办", "evidence": "授权委托书 2026-031"}]
        }
    )

    client: Code
    reason: Sentence
    evidence: Sentence


class PayeeAccountOut(Wire):
    payee_name: str
    bank_name: str
    last4: str


class NameOut(Wire):
    name: str
    effective_on: date


class WarningOut(Wire):
    """A doubt about the credit code: credit_code_check_digit, subject_check_digit, registration_type_unknown,
    division_unknown or reads_as_resident_id, and what it means.
    """

    code: str
    facts: dict[str, Any]

    @computed_field  # type: ignore[prop-decorator]  # pydantic documents it so
    @property
    def text(self) -> str:
        """In the reader's language."""
        zh, en = DOUBTS[self.code]
        return en if context.current().language == "en" else zh


class OverrideOut(Wire):
    by: str
    at: Instant
    reason: str
    evidence: str | None


class OrganisationOut(Wire):
    """`identifier_override` is null while warnings, if any, still wait for a clerk. Until `incorporated_on` a team.

    `merged_into_id` is what a merged one has become part of; `pending_ending_id` waits for a second person.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LINE]})

    id: OrganisationId
    city_code: str
    kind: OrganisationKind
    name: str
    credit_code: str | None
    identifier_warnings: list[WarningOut]
    identifier_override: OverrideOut | None
    status: OrganisationStatus
    deregistered_on: date | None
    incorporated_on: date | None
    merged_on: date | None
    merged_into_id: OrganisationId | None
    pending_ending_id: EndingId | None
    payee_account: PayeeAccountOut | None
    registered_at: Instant


class OrganisationDetailOut(OrganisationOut):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.ORGANISATION]})

    names: list[NameOut]
