"""What crosses the wire about the city's own account."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from kernel.ids import public_id
from kernel.schemas import Instant, Wire, WireIn
from kernel.schemas import Name as AnyName
from services.funds.paying_accounts import examples
from services.funds.paying_accounts.models import PayingAccount
from services.funds.payments.rules import masked

PayingAccountId = Annotated[UUID, public_id("pac")]
ISO_NAME_MAX = 140  # characters of Max140Text (ISO 20022)
Name = Annotated[AnyName, Field(max_length=ISO_NAME_MAX)]


class PayingAccountIn(WireIn):
    """The city's account, as the bank names it. `cnaps_code` is the bank's twelve digits."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENTERED]})

    account_name: Name = Field(examples=["徐州市财政局"])
    account_number: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{6,34}$")] = Field(
        examples=["32001718036052500001"]
    )
    bank_name: Name = Field(examples=["彭城银行营业部"])
    cnaps_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")] = Field(examples=["313303000018"])


class PayingAccountOut(Wire):
    """The account with its number masked. In force is the one approved last."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ACCOUNT]})

    id: PayingAccountId
    account_name: str
    account_number: str
    bank_name: str
    cnaps_code: str
    proposed_by: str
    proposed_at: Instant
    approved_by: str | None
    approved_at: Instant | None

    @classmethod
    def of(cls, row: PayingAccount) -> Self:
        """Of a row, masked."""
        plain = {name: getattr(row, name) for name in cls.model_fields}
        return cls(**plain | {"account_number": masked(row.account_number)})


class PayingAccountsOut(Wire):
    """Every account ever entered, the newest first."""

    items: list[PayingAccountOut]
