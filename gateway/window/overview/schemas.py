"""The overview of a city on the wire."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict

from contracts.overview import EventsOverview, FundsOverview, RegistryOverview, VouchersOverview
from gateway.window.cases.states import Status
from gateway.window.overview import examples
from gateway.window.overview.rules import Colour, Holder
from kernel.schemas import CityCode, Wire


class StatusCountOut(Wire):
    status: Status
    cases: int


class ItemCasesOut(Wire):
    """Cases of a service item. `overdue`: not decided by the day that was told; `paused`: out for correction."""

    item: str
    zh: str
    en: str
    statuses: list[StatusCountOut]
    overdue: int
    paused: int


class WaitingOut(Wire):
    """Files somebody has: the applicant, the public until a notice is over, or the department of the items."""

    holder: Holder
    department_zh: str
    department_en: str
    cases: int


class RatingsOut(Wire):
    """All ratings; `unanswered` are bad ones, whose oldest has waited for so many working days."""

    ratings: int
    average_hundredths: int | None
    unanswered: int
    oldest_working_days: int | None


class TargetLine(Wire):
    """A goal and where it stands; `/v1/window/policies/{city}/targets` has the whole of it."""

    id: str
    zh: str
    en: str
    operator: str
    value: int | None
    unit: str
    due_on: date | None
    source: Literal["counted", "progress_report", "unavailable"]
    counted: int | None
    reached: bool | None


class EvidenceOut(Wire):
    """What is not as it should be, where (`source`), and how often."""

    source: str
    code: str
    zh: str
    en: str
    count: int


class AuditOut(Wire):
    """`green`: every service was heard and all that should hold does; `red`: something does not; else `unknown`."""

    colour: Colour
    evidence: list[EvidenceOut]


class OverviewOut(Wire):
    """A city at a glance. A service in `missing` did not answer; its part is null, and nothing else is lost."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OVERVIEW]})

    city_code: CityCode
    as_of: date
    audit: AuditOut
    missing: list[str]
    cases: list[ItemCasesOut]
    waiting: list[WaitingOut]
    ratings: RatingsOut
    targets: list[TargetLine]
    funds: FundsOverview | None
    vouchers: VouchersOverview | None
    registry: RegistryOverview | None
    events: EventsOverview | None
