"""Who may register for an event, when a seat is offered and how long, purely."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.findings import Finding, findings
from services.events.calendar.rules import Audience


@dataclass(frozen=True, slots=True)
class Terms:
    """What a registration meets. `capacity` is None where seats are not counted, `offer_minutes` without a list."""

    is_cancelled: bool
    audience: Audience
    opens_at: datetime | None
    closes_at: datetime | None
    capacity: int | None
    seats_taken: int
    somebody_waits: bool
    offer_minutes: int | None


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks for seats."""

    seats: int
    is_active: bool
    has_credit_code: bool
    is_host: bool
    is_registered: bool


CANCELLED = Finding("event_cancelled", (), "活动已取消。", "The event was cancelled.")
NO_REGISTRATION = Finding("registration_not_offered", (), "该活动不设报名。", "Nobody registers for this event.")
NOT_OPEN = Finding("registration_not_open", (), "报名尚未开始。", "Registration has not opened yet.")
CLOSED = Finding("registration_closed", (), "报名已截止。", "Registration has closed.")
TOO_MANY = Finding("more_than_capacity", (), "申请席位超过活动总名额。", "More seats are asked for than the event has.")
FULL = Finding("event_full", (), "名额已满,且不设候补。", "All seats are taken and there is no waiting list.")
TWICE = Finding(
    "already_registered", (), "该单位已报名或在候补。", "The organisation is registered or waiting already."
)
NOT_ENTITLED = Finding("not_entitled", (), "该单位不在参加范围内。", "The event is not open to this organisation.")
ENDED = Finding("organisation_ended", (), "该单位已注销。", "The organisation no longer exists.")
OFFER_LAPSED = Finding("offer_lapsed", (), "候补名额的保留时间已过。", "The offer of a seat has lapsed.")
ARRIVED = Finding("already_arrived", (), "已签到,不能退出。", "Somebody has arrived on this registration.")
NOT_FEWER = Finding("seats_not_fewer", (), "只能减少席位。", "Seats can only be given up, not added.")
STANDS_NO_MORE = Finding("registration_ended", (), "报名已终止。", "The registration has ended.")
OVER = Finding("event_over", (), "活动已结束。", "The event is over.")


def registration_findings(terms: Terms, applicant: Applicant, now: datetime) -> list[Finding]:
    """Every reason why the organisation cannot register."""
    full = is_full(terms, applicant.seats) and terms.offer_minutes is None
    return findings(
        (terms.is_cancelled, CANCELLED),
        (terms.opens_at is None, NO_REGISTRATION),
        (terms.opens_at is not None and now < terms.opens_at, NOT_OPEN),
        (terms.closes_at is not None and now >= terms.closes_at, CLOSED),
        (terms.capacity is not None and applicant.seats > terms.capacity, TOO_MANY),
        (full, FULL),
        (applicant.is_registered, TWICE),
        (not may_come(terms.audience, applicant), NOT_ENTITLED),
        (not applicant.is_active, ENDED),
    )


def may_come(audience: Audience, applicant: Applicant) -> bool:
    """Whether the event is for such an organisation; its hosts come to every event of theirs."""
    if audience is Audience.PUBLIC or applicant.is_host:
        return True
    return audience is Audience.ORGANISATIONS and applicant.has_credit_code


def is_full(terms: Terms, seats: int) -> bool:
    """Whether the seats are not to be had at once: nobody overtakes those who wait."""
    if terms.capacity is None:
        return False
    return terms.somebody_waits or terms.seats_taken + seats > terms.capacity


def acceptance_findings(*, is_cancelled: bool, offer_ends_at: datetime, now: datetime) -> list[Finding]:
    """Why an offer cannot be taken up; a lapsed one cannot, even before anybody swept it away."""
    return findings((is_cancelled, CANCELLED), (now >= offer_ends_at, OFFER_LAPSED))


def withdrawal_findings(*, has_arrived: bool, ends_at: datetime, now: datetime) -> list[Finding]:
    """Who has come, or missed it, does not withdraw any more."""
    return findings((has_arrived, ARRIVED), (now >= ends_at, OVER))


def reduction_findings(
    *, stands: bool, seats: int, fewer: int, arrived: int, ends_at: datetime, now: datetime
) -> list[Finding]:
    """Why an organisation cannot give up some of its seats."""
    return findings(
        (not stands, STANDS_NO_MORE),
        (fewer >= seats, NOT_FEWER),
        (arrived > fewer, ARRIVED),
        (now >= ends_at, OVER),
    )


def offer_end(now: datetime, offer_minutes: int, starts_at: datetime) -> datetime:
    """As long as the organiser set, and not beyond the beginning of the event."""
    return min(now + timedelta(minutes=offer_minutes), starts_at)
