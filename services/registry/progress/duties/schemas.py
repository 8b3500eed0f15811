"""What crosses the wire about duties and the days they fall due."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict

from kernel.ids import public_id
from kernel.schemas import Instant, Wire
from services.registry.progress.duties import examples

DutyDayId = Annotated[UUID, public_id("duty")]
_DAY: dict[str, Any] = {
    "duty": "report_yearly_localities",
    "zh": "各地报送年度工作总结",
    "en": "localities hand in the annual report",
    "role": "county_governments",
    "department": "各县（市、区）人民政府",
    "clauses": ["JX-37"],
    "starts_on": "2025-01-01",
    "ends_on": "2025-12-31",
    "due_on": "2026-01-29",
    "provisional": False,
    "calendar_version": "b1946ac92492",
    "told_as": None,
}


class DueOut(Wire):
    """A duty that falls due. `provisional`: no notice of that year's holidays yet; it may move later, never earlier.

    `told_as` is the id under which the day was told and reports are handed in; null for a day that was not told yet.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_DAY]})

    duty: str
    zh: str
    en: str
    role: str
    department: str
    clauses: list[str]
    starts_on: date
    ends_on: date
    due_on: date
    provisional: bool
    calendar_version: str
    told_as: DutyDayId | None


class StandingDutyOut(Wire):
    """A duty without a day: a standing one, or one whose period or deadline the text leaves open and nobody has set."""

    duty: str
    zh: str
    en: str
    role: str
    clauses: list[str]
    rhythm: Literal["periodic", "once", "standing"]
    open_parameters: list[str]


class CalendarOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.CALENDAR]})

    city_code: str
    since: date
    until: date
    items: list[DueOut]
    without_day: list[StandingDutyOut]


class DutyDayOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.DUTY_DAY]})

    id: DutyDayId
    duty: str
    role: str
    starts_on: date
    ends_on: date
    first_due_on: date
    due_on: date
    provisional: bool
    calendar_version: str
    told_at: Instant


class CirculationLineOut(Wire):
    """`state`: in time, late, returned (waits for the reporter), or nothing reported."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CIRCULATION_LINE]})

    reporter: str
    state: Literal["in_time", "late", "returned", "not_reported"]
    status: str | None
    submitted_at: Instant | None


class CirculationOut(Wire):
    """Who has reported and who has not (通报), as of a moment."""

    duty_day: DutyDayOut
    as_of: Instant
    not_reported: int
    items: list[CirculationLineOut]
