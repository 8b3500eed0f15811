"""What the sandbox routes take and give."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from kernel.schemas import CityCode, Instant, Name, Wire, WireIn

CLOCK_YEAR_MAX = 2099
CITY: dict[str, Any] = {"city_code": "320300-a1b2c3d4", "pack_id": "xuzhou", "clock": "2026-11-22T02:00:00Z"}
NEW: dict[str, Any] = CITY | {
    "credentials": [{"role": "officer", "login": "officer-1@320300-a1b2c3d4", "secret": "HFWt5EFfcVb7QoSu"}]
}
SHOWN: dict[str, Any] = CITY | {"name_zh": "某门户联调", "untold": [], "closed_at": None}
LISTED: dict[str, Any] = {
    "city_code": CITY["city_code"],
    "pack_id": CITY["pack_id"],
    "name_zh": SHOWN["name_zh"],
    "opened_at": "2026-11-22T02:00:00Z",
    "closed_at": "2026-12-04T08:30:00Z",
}


class SandboxIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"pack_id": "xuzhou", "name": "某门户联调"}})

    pack_id: Annotated[str, StringConstraints(pattern=r"^[a-z]{3,20}$")]
    name: Name


class Credential(Wire):
    """A person's account and password, or a client's id and secret. Shown this once."""

    role: str
    login: str
    secret: str


class NewSandboxOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [NEW]})

    city_code: CityCode
    pack_id: str
    clock: Instant
    credentials: list[Credential]


class SandboxOut(Wire):
    """`untold` names the processes that have not yet been told everything the window knows of this city.

    `closed_at` is not of its clock but of the world's.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [SHOWN]})

    city_code: CityCode
    pack_id: str
    name_zh: str
    clock: Instant
    untold: list[str]
    closed_at: Instant | None


class ListedSandboxOut(Wire):
    """A sandbox its reader opened. `opened_at` and `closed_at` are not of its clock but of the world's."""

    model_config = ConfigDict(json_schema_extra={"examples": [LISTED]})

    city_code: CityCode
    pack_id: str
    name_zh: str
    opened_at: Instant
    closed_at: Instant | None


def not_beyond(moment: datetime) -> datetime:
    """Policies and budgets end with the century; a clock that runs out of years fails for all who read it."""
    if moment.astimezone(UTC).year > CLOCK_YEAR_MAX:
        raise PydanticCustomError("year_out_of_range", "no later than 2099")
    return moment


class ClockIn(WireIn):
    """The sandbox's clock goes forward only: what was recorded stays in the past."""

    to: Annotated[Instant, AfterValidator(not_beyond)] = Field(description="The moment the city's clock shall show")
