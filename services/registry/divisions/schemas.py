"""What crosses the wire about divisions."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from kernel.schemas import Wire

DivisionCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{6}$"),
    Field(description="GB/T 2260, of any year's list", examples=["320323"]),
]


class DivisionOut(Wire):
    """A county, district or functional zone. `former_codes`: what it was in earlier lists. A zone has no code."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "zh": "铜山区",
                    "en": "Tongshan District",
                    "code": "320312",
                    "former_codes": ["320323"],
                    "is_zone": False,
                    "asked_by_former_code": True,
                }
            ]
        }
    )

    zh: str
    en: str
    code: str | None
    former_codes: list[str]
    is_zone: bool
    asked_by_former_code: bool = Field(description="the code asked for is of an earlier year's list")


class DivisionsOut(Wire):
    items: list[DivisionOut]
