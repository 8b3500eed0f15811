"""How an event stands in the private calendar of an organisation, purely."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.events.attendance.registrations.states import STANDING, Status
from services.events.ical import Entry

WORDS = {
    "zh": {
        Status.REGISTERED: "已报名",
        Status.WAITING: "候补中",
        Status.OFFERED: "候补名额待确认",
        Status.WITHDRAWN: "已退出报名",
        Status.LAPSED: "候补名额已失效",
    },
    "en": {
        Status.REGISTERED: "Registered",
        Status.WAITING: "On the waiting list",
        Status.OFFERED: "Seats offered, to be taken up",
        Status.WITHDRAWN: "Registration withdrawn",
        Status.LAPSED: "Offer lapsed",
    },
}
SEATS = {"zh": "席位", "en": "seats"}


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration as the calendar needs it. `version` counts its changes."""

    status: Status
    seats: int
    version: int
    changed_at: datetime


def private_entry(entry: Entry, registrations: Sequence[Registered], *, hosts: bool) -> Entry:
    """The event for an organisation that registered, first to last, or hosts it.

    Every change of a registration is a revision of the entry, so that SEQUENCE rises and never falls back when an
    organisation registers a second time. What it gave up shows as cancelled; what it only waits for is tentative.
    """
    if not registrations:
        return entry
    last = registrations[-1]
    language = entry.language
    remark = f"{WORDS[language][last.status]} ({SEATS[language]}: {last.seats})"
    stands = last.status in STANDING
    return replace(
        entry,
        sequence=entry.sequence + sum(one.version for one in registrations),
        cancelled=entry.cancelled or not (stands or hosts),
        tentative=stands and last.status is not Status.REGISTERED and not hosts,
        changed_at=max(entry.changed_at, *(one.changed_at.replace(microsecond=0) for one in registrations)),
        description="\n".join(line for line in (remark, entry.description) if line),
    )
