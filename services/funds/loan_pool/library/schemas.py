"""What crosses the wire about the borrower library."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field

from kernel.auth import Caller
from kernel.schemas import Code, Sentence, Wire, WireIn, of_the_city
from services.funds.applications.schemas import FactValue
from services.funds.ids import DeterminationId, OrganisationId
from services.funds.loan_pool.ids import LibraryFirmId
from services.funds.loan_pool.lending.schemas import BorrowerNamed
from services.funds.loan_pool.library.models import LibraryFirm
from services.funds.loan_pool.library.queries import is_callers

FIRM: dict[str, Any] = {
    "id": "lib_01m89wy09ge7dt9ww4xaxs9v4m",
    "firm_id": "org_01k2zk0000000000000000000b",
    "firm_name": "徐州淮海传感科技有限公司",
    "bank_id": "org_01k2zk0000000000000000000a",
    "facts": {"is_tech_small_firm": True},
    "determination_id": "det_01m89wyyzfepp99dbe28es9sq0",
    "listed_on": "2026-12-01",
    "listed_by": "bank-0f3a9c51d2e4",
    "removed_on": None,
    "removed_by": None,
    "removed_because": None,
    "recorded_at": "2026-12-01T02:00:00Z",
}


class FirmIn(BorrowerNamed):
    """A firm, named as in a loan, with what is true of it under the names the policy's standard asks for."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"borrower_id": "org_01k2zk0000000000000000000b", "facts": {"is_tech_small_firm": True}}
        }
    )

    facts: Annotated[dict[Code, FactValue], Field(max_length=50)]


class RemovalIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"reason": "企业规模已超过小微企业标准。"}})

    reason: Sentence


class FirmOut(Wire):
    """`bank_id` is the bank that entered it, null where the city did; `determination_id` is the ruling of that day.

    `facts` and `listed_by` are told to staff and to whoever entered it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [FIRM]})

    id: LibraryFirmId
    firm_id: OrganisationId
    firm_name: str
    bank_id: OrganisationId | None
    facts: dict[str, Any] | None
    determination_id: DeterminationId
    listed_on: date
    listed_by: str | None
    removed_on: date | None
    removed_by: str | None
    removed_because: str | None
    recorded_at: Annotated[datetime, of_the_city("listed_at")]

    @classmethod
    def of(cls, row: LibraryFirm, caller: Caller) -> Self:
        """An entry as the caller may know it."""
        found = cls.model_validate(row)
        return found if is_callers(row, caller) else found.model_copy(update={"facts": None, "listed_by": None})
