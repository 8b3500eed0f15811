"""What the routes of investments take and give. Amounts in fen, shares in basis points."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from kernel.money import Fen, PositiveFen
from kernel.schemas import Code, Name, Wire, WireIn, of_the_city
from services.funds.angel import examples
from services.funds.angel.ids import InvestmentId
from services.funds.angel.investments.models import AngelInvestment, AngelLoss
from services.funds.angel.investments.states import Cause, Status
from services.funds.ids import OrganisationId

Number = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[\w./\-〔〕()\[\]]+$"),
    Field(examples=["TZ-2027-03"]),
]
StageId = Annotated[Code, Field(max_length=40, examples=["seed"])]


class AngelInvestmentIn(WireIn):
    """What an investor paid into a project under one agreement. `stage`: the project's on that day."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "investor_id": "org_01k2zk0000000000000000000a",
                "project_id": "org_01k2zk0000000000000000000b",
                "agreement_number": "TZ-2027-03",
                "invested_on": "2027-03-01",
                "amount_fen": 100000000,
                "equity_bp": 1000,
                "stage": "seed",
            }
        }
    )

    investor_id: OrganisationId
    project_id: OrganisationId
    agreement_number: Number
    invested_on: date
    amount_fen: PositiveFen
    equity_bp: Annotated[int, Field(strict=True, ge=1, le=10_000)]
    stage: StageId

    @model_validator(mode="after")
    def _two_parties(self) -> Self:
        if self.investor_id == self.project_id:
            raise PydanticCustomError("investor_is_project", "investor and project are one organisation")
        return self


class AngelLossIn(WireIn):
    """How and when it was lost, what came back, and the audit that proves it. `audit_sha256`: of the report's file."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "cause": "bankruptcy",
                "happened_on": "2028-05-20",
                "proceeds_fen": 10000000,
                "loss_fen": 90000000,
                "auditor": "徐州淮海会计师事务所",
                "audit_number": "淮审字〔2028〕112号",
                "audited_on": "2028-06-30",
                "audit_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            }
        }
    )

    cause: Cause
    happened_on: date
    proceeds_fen: Fen = 0
    loss_fen: PositiveFen
    auditor: Name
    audit_number: Number
    audited_on: date
    audit_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class AngelLossOut(Wire):
    cause: Cause
    happened_on: date
    proceeds_fen: Fen
    loss_fen: Fen
    auditor: str
    audit_number: str
    audited_on: date
    audit_sha256: str


class AngelInvestmentOut(Wire):
    """`loss` is null until one is told."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.INVESTMENT]})

    id: InvestmentId
    investor_id: OrganisationId
    investor_name: str
    project_id: OrganisationId
    project_name: str
    agreement_number: str
    invested_on: date
    amount_fen: Fen
    equity_bp: int
    stage: str
    status: Status
    opinion: str | None
    loss: AngelLossOut | None = None
    recorded_at: Annotated[datetime, of_the_city("filed_at")]

    @classmethod
    def of(cls, row: AngelInvestment, loss: AngelLoss | None) -> Self:
        """An investment with its loss, where there is one."""
        shown = cls.model_validate(row)
        return shown.model_copy(update={"loss": AngelLossOut.model_validate(loss) if loss is not None else None})
