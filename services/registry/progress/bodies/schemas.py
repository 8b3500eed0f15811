"""What crosses the wire about bodies, their seats, and who reports."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from kernel.ids import public_id
from kernel.schemas import Code, Instant, Name, Wire, WireIn
from services.registry.organisations.schemas import OrganisationId
from services.registry.progress.bodies import examples
from services.registry.progress.bodies.models import BodyKind, Post

BodyId = Annotated[UUID, public_id("bdy")]
SeatId = Annotated[UUID, public_id("seat")]
ReporterId = Annotated[UUID, public_id("rptr")]
Role = Annotated[Code, Field(description="A role of the city's pack", examples=["county_governments"])]

_GROUP: dict[str, Any] = {
    "kind": "leading_group",
    "name": "嘉兴市发展众创空间推进创业创新领导小组",
    "office_role": "science_bureau",
    "established_on": "2015-12-01",
}
_COUNTY: dict[str, Any] = {
    "role": "county_governments",
    "name": "海宁市人民政府",
    "division": "330481",
    "since_on": "2015-12-01",
}


class BodyIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"examples": [_GROUP]})

    kind: BodyKind
    name: Name
    office_role: Role
    established_on: date


class SeatIn(WireIn):
    """`title` is the office that holds the post, such as 分管副市长; never a private person's data."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"post": "chair", "title": "市政府分管副市长", "since_on": "2015-12-01"}]}
    )

    post: Post
    title: Name
    role: Role | None = None
    since_on: date


class EndIn(WireIn):
    """`ended_on` is the first day it no longer stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended_on": "2017-03-01"}]})

    ended_on: date


class SeatOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.SEAT]})

    id: SeatId
    post: Post
    title: str
    role: str | None
    since_on: date
    ended_on: date | None


class BodyOut(Wire):
    """`seats` are those held on the day asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                _GROUP
                | {
                    "id": "bdy_01m89wy0bje669n3am2t9jft9a",
                    "city_code": "330400",
                    "registered_at": "2026-11-22T02:00:00Z",
                    "seats": [
                        {
                            "id": "seat_01m89wy0bje669n3am2t9jft9b",
                            "post": "chair",
                            "title": "市政府分管副市长",
                            "role": None,
                            "since_on": "2015-12-01",
                            "ended_on": None,
                        }
                    ],
                }
            ]
        }
    )

    id: BodyId
    city_code: str
    kind: BodyKind
    name: str
    office_role: str
    established_on: date
    registered_at: Instant
    seats: list[SeatOut]


class ReporterIn(WireIn):
    """`division`: the GB/T 2260 code, or the name of a functional zone; none for a department of the city.

    `organisation_id`: the organisation whose people hand its reports in themselves.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_COUNTY]})

    role: Role
    name: Name
    division: Name | None = None
    organisation_id: OrganisationId | None = None
    since_on: date


class ReporterOut(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [_COUNTY | {"id": "rptr_01m89wy0bje669n3am2t9jft9c", "organisation_id": None, "ended_on": None}]
        }
    )

    id: ReporterId
    role: str
    name: str
    division: str | None
    organisation_id: OrganisationId | None
    since_on: date
    ended_on: date | None


class BodiesOut(Wire):
    items: list[BodyOut]
