"""What crosses the wire about funds and budgets. Amounts in fen."""

from typing import Annotated

from pydantic import ConfigDict, Field

from kernel.money import PositiveFen
from kernel.schemas import Instant, Name, Wire, WireIn
from services.funds.chart import PayerLevel
from services.funds.ids import AllotmentId, AppropriationId, DeterminationId, EntryId
from services.funds.programmes import examples

YEAR_MIN, YEAR_MAX = 2000, 2100
PolicyYear = Annotated[int, Field(strict=True, ge=YEAR_MIN, le=YEAR_MAX, examples=[2026])]


class BudgetIn(WireIn):
    """An amount and the document that grants it. `payer_level`: whose money it is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount_fen": 2000000000, "document": "徐财教〔2026〕18号"}]}
    )

    amount_fen: PositiveFen
    document: Name
    payer_level: PayerLevel = "city"


class OpenParameterOut(Wire):
    """A parameter the documents leave open, with the clause that leaves it open."""

    parameter: str
    clause: str
    locator: str
    quote: str
    text: str


class FundOut(Wire):
    """A fund of the city's policy. `size_fen` is null where no document states one, or while it is open."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.FUND]})

    fund: str
    name_zh: str
    name_en: str
    clauses: list[str]
    size_fen: int | None
    pays: list[str]
    open_parameters: list[OpenParameterOut]


class FundsOut(Wire):
    """All funds of the city."""

    policy_version: int
    items: list[FundOut]


class PositionOut(Wire):
    """Where the authority of a budget line stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.POSITION]})

    fund: str
    policy_year: int
    payer_level: str
    appropriated_fen: int
    allotted_fen: int
    encumbered_fen: int
    spent_fen: int
    available_fen: int
    treasury_fen: int


class PositionsOut(Wire):
    """Budget lines, by fund, year and payer level."""

    items: list[PositionOut]


class AppropriationOut(Wire):
    """Money granted to a fund for a policy year."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.APPROPRIATION]})

    id: AppropriationId
    fund: str
    policy_year: int
    payer_level: str
    amount_fen: int
    document: str
    determination_id: DeterminationId | None
    entry_id: EntryId
    made_by: str
    made_at: Instant


class AllotmentOut(Wire):
    """Appropriated money released for use."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ALLOTMENT]})

    id: AllotmentId
    fund: str
    policy_year: int
    payer_level: str
    amount_fen: int
    document: str
    entry_id: EntryId
    made_by: str
    made_at: Instant
