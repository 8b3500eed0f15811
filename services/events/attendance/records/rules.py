"""When somebody may be checked in, and what may be signed, purely."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.findings import Finding, findings
from services.events.calendar.rules import Audience


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted at the door. `no_shows` are registrations with seats on which nobody came."""

    persons: int
    organisations: int
    walk_in_persons: int
    late_persons: int
    no_shows: int


@dataclass(frozen=True, slots=True)
class Door:
    """What an arrival meets. `opens_at` is the beginning of the day the event starts on."""

    is_cancelled: bool
    is_signed: bool
    opens_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """What an officer would sign. `corrects_latest` is None where the first record is signed."""

    persons: int
    organisations: int
    has_note: bool
    is_correction: bool
    corrects_latest: bool


CANCELLED = Finding("event_cancelled", (), "活动已取消。", "The event was cancelled.")
SIGNED = Finding(
    "attendance_signed", (), "到场记录已签署,只能以新记录更正。", "The attendance is signed; a new record corrects it."
)
NOT_YET = Finding("check_in_not_open", (), "活动当日方可签到。", "People check in on the day of the event.")
IN_FUTURE = Finding("arrived_in_future", (), "到场时间晚于当前时间。", "The time of arrival is yet to come.")
BEFORE_THE_DAY = Finding(
    "arrived_before_the_day", (), "到场时间早于活动当日。", "The time of arrival lies before the day."
)
NO_SEATS = Finding("registration_without_seats", (), "该报名没有席位。", "The registration has no seats.")
TOO_MANY = Finding(
    "more_than_registered",
    (),
    "到场人数超过报名席位,多出的人请按现场登记。",
    "More came than registered; the others walk in.",
)
FULL = Finding("venue_full", (), "剩余席位不足。", "Not so many seats are free.")
HAS_SEATS = Finding(
    "registration_has_seats",
    (),
    "该单位已报名且尚有席位未签到,请凭签到码签到。",
    "The organisation has registered seats nobody came on yet: check in with its code.",
)
WAITED_FOR = Finding("seats_waited_for", (), "空余席位先给候补单位。", "Free seats are for the waiting list first.")
ORGANISATION_NEEDED = Finding(
    "organisation_needed",
    (),
    "该活动只对单位开放,请写明单位。",
    "The event is for organisations: name the one they are of.",
)
NOT_ENTITLED = Finding("not_entitled", (), "该单位不在参加范围内。", "The event is not open to this organisation.")
AFTER_THE_END = Finding("arrived_after_the_end", (), "到场时间晚于活动结束。", "The arrival is after the event's end.")
NOT_OVER = Finding("event_not_over", (), "活动尚未结束。", "The event is not over.")
NOT_LATEST = Finding(
    "corrects_another_record", (), "须更正最新一份到场记录。", "The latest attendance record is the one to correct."
)
UNEXPLAINED = Finding(
    "difference_unexplained",
    (),
    "签署人数与签到统计不同或为更正,须说明原因。",
    "Say why it differs from the count at the door.",
)
MORE_ORGANISATIONS = Finding(
    "organisations_above_persons", (), "单位数不得超过人数。", "There are more organisations than persons."
)


def arrival_findings(door: Door, arrived_at: datetime, now: datetime) -> list[Finding]:
    """Why nobody can be checked in then; an arrival noted offline may be sent in later."""
    return findings(
        (door.is_cancelled, CANCELLED),
        (door.is_signed, SIGNED),
        (now < door.opens_at, NOT_YET),
        (arrived_at > now, IN_FUTURE),
        (door.ends_at < arrived_at <= now, AFTER_THE_END),
        (arrived_at < door.opens_at <= now, BEFORE_THE_DAY),
    )


def check_in_findings(*, has_seats: bool, persons: int, seats: int) -> list[Finding]:
    """Whoever comes on a registration comes on its seats."""
    return findings((not has_seats, NO_SEATS), (persons > seats, TOO_MANY))


def walk_in_findings(
    audience: Audience, *, names_organisation: bool, has_credit_code: bool, is_host: bool
) -> list[Finding]:
    """Who may come without a registration."""
    if audience is Audience.PUBLIC or is_host:
        return []
    outside = audience is Audience.INTERNAL or not has_credit_code
    return findings((not names_organisation, ORGANISATION_NEEDED), (names_organisation and outside, NOT_ENTITLED))


def registered_findings(*, seats: int, arrived: int) -> list[Finding]:
    """Who is registered comes on its own seats first; whoever comes beyond them walks in."""
    return findings((arrived < seats, HAS_SEATS))


def turn_findings(
    waiting: Sequence[UUID], comer: UUID | None, also_present: Collection[UUID], *, has_begun: bool
) -> list[Finding]:
    """Free seats are the waiting list's, in its order.

    Until the event begins they are offered to it, whoever stands at the door. Once it has begun they go to the first of
    the list among those present, and to others when nobody of it is.
    """
    before = waiting[: waiting.index(comer)] if comer in waiting else waiting
    ahead = [one for one in before if one in also_present] if has_begun else waiting
    return findings((bool(ahead), WAITED_FOR))


def signature_findings(
    given: Signature, tally: Tally, *, is_cancelled: bool, ends_at: datetime, now: datetime
) -> list[Finding]:
    """Why a record cannot be signed as it stands."""
    differs = (given.persons, given.organisations) != (tally.persons, tally.organisations)
    return findings(
        (is_cancelled, CANCELLED),
        (now < ends_at, NOT_OVER),
        (given.is_correction and not given.corrects_latest, NOT_LATEST),
        (not given.is_correction and not given.corrects_latest, SIGNED),
        ((differs or given.is_correction) and not given.has_note, UNEXPLAINED),
        (given.organisations > given.persons, MORE_ORGANISATIONS),
    )
