"""What the sandbox routes take and give."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from kernel.schemas import CityCode, Instant, Name, Wire, WireIn


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
    city_code: CityCode
    pack_id: str
    clock: Instant
    credentials: list[Credential]


class SandboxOut(Wire):
    """`untold` names the processes that have not yet been told everything the window knows of this city."""

    city_code: CityCode
    pack_id: str
    name_zh: str
    clock: Instant
    untold: list[str]


class ClockIn(WireIn):
    """The sandbox's clock goes forward only: what was recorded stays in the past."""

    to: Instant = Field(description="The moment the city's clock shall show")
