"""Who may register, who may come, and what may be signed: every reason alone, and all at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from services.events.attendance.feeds.rules import Registered, private_entry
from services.events.attendance.records.rules import (
    Door,
    Signature,
    Tally,
    arrival_findings,
    check_in_findings,
    signature_findings,
    walk_in_findings,
)
from services.events.attendance.registrations.rules import (
    Applicant,
    Terms,
    acceptance_findings,
    is_full,
    may_come,
    offer_end,
    reduction_findings,
    registration_findings,
    withdrawal_findings,
)
from services.events.attendance.registrations.states import MOVES, Fact, Status
from services.events.calendar.rules import Audience
from services.events.ical import Entry

NOW = datetime(2026, 11, 23, 2, 0, 0, 300_000, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TERMS = Terms(
    is_cancelled=False,
    audience=Audience.PUBLIC,
    opens_at=NOW,
    closes_at=NOW + MINUTE,
    capacity=10,
    seats_taken=8,
    somebody_waits=False,
    offer_minutes=None,
)
FIRM = Applicant(seats=2, is_active=True, has_credit_code=True, is_host=False, is_registered=False)
ARROWS = {
    (Fact.OFFERED, Status.WAITING): Status.OFFERED,
    (Fact.ACCEPTED, Status.OFFERED): Status.REGISTERED,
    (Fact.LAPSED, Status.OFFERED): Status.LAPSED,
    (Fact.TAKEN_IN, Status.WAITING): Status.REGISTERED,
    (Fact.TAKEN_IN, Status.OFFERED): Status.REGISTERED,
    (Fact.WITHDRAWN, Status.REGISTERED): Status.WITHDRAWN,
    (Fact.WITHDRAWN, Status.WAITING): Status.WITHDRAWN,
    (Fact.WITHDRAWN, Status.OFFERED): Status.WITHDRAWN,
}


@pytest.mark.parametrize("fact", MOVES)
@pytest.mark.parametrize("status", Status)
def test_every_arrow(fact: Fact, status: Status) -> None:
    target = ARROWS.get((fact, status))
    if target is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)
    else:
        assert status_after(fact, status, MOVES) is target


@pytest.mark.parametrize(
    ("terms", "applicant", "now", "reason"),
    [
        ({}, {}, NOW, None),
        ({}, {}, NOW - MINUTE, "registration_not_open"),
        ({}, {}, NOW + MINUTE, "registration_closed"),
        ({}, {}, NOW + MINUTE - timedelta(microseconds=1), None),
        ({"is_cancelled": True}, {}, NOW, "event_cancelled"),
        ({"opens_at": None, "closes_at": None}, {}, NOW, "registration_not_offered"),
        ({}, {"seats": 3}, NOW, "event_full"),
        ({"offer_minutes": 60}, {"seats": 3}, NOW, None),
        ({"offer_minutes": 60}, {"seats": 11}, NOW, "more_than_capacity"),
        ({"capacity": None}, {"seats": 9_999}, NOW, None),
        ({"somebody_waits": True}, {"seats": 1}, NOW, "event_full"),
        ({}, {"is_registered": True}, NOW, "already_registered"),
        ({}, {"is_active": False}, NOW, "organisation_ended"),
        ({"audience": Audience.INTERNAL}, {}, NOW, "not_entitled"),
    ],
)
def test_one_reason_of_a_refusal(
    terms: dict[str, Any], applicant: dict[str, Any], now: datetime, reason: str | None
) -> None:
    found = registration_findings(replace(TERMS, **terms), replace(FIRM, **applicant), now)
    assert codes(found) == ([reason] if reason else [])


@pytest.mark.parametrize(
    ("audience", "applicant", "comes"),
    [
        (Audience.PUBLIC, {"has_credit_code": False}, True),
        (Audience.ORGANISATIONS, {}, True),
        (Audience.ORGANISATIONS, {"has_credit_code": False}, False),
        (Audience.ORGANISATIONS, {"has_credit_code": False, "is_host": True}, True),
        (Audience.INTERNAL, {}, False),
        (Audience.INTERNAL, {"is_host": True}, True),
    ],
)
def test_who_an_event_is_for(audience: Audience, applicant: dict[str, Any], comes: bool) -> None:
    assert may_come(audience, replace(FIRM, **applicant)) is comes


def test_seats_are_had_at_once_only_where_nobody_waits() -> None:
    assert [is_full(TERMS, seats) for seats in (2, 3)] == [False, True]
    assert is_full(replace(TERMS, somebody_waits=True), 1)
    assert not is_full(replace(TERMS, capacity=None, somebody_waits=True), 1)


def test_an_offer_lapses_to_the_instant_and_never_outlives_the_beginning() -> None:
    ends_at = offer_end(NOW, 60, NOW + timedelta(days=1))
    assert ends_at == NOW + timedelta(hours=1)
    assert offer_end(NOW, 60, NOW + MINUTE) == NOW + MINUTE
    before = ends_at - timedelta(microseconds=1)
    assert acceptance_findings(is_cancelled=False, offer_ends_at=ends_at, now=before) == []
    assert codes(acceptance_findings(is_cancelled=True, offer_ends_at=ends_at, now=ends_at)) == [
        "event_cancelled",
        "offer_lapsed",
    ]


def test_nobody_withdraws_from_what_is_over() -> None:
    assert withdrawal_findings(has_arrived=False, ends_at=NOW + MINUTE, now=NOW) == []
    assert codes(withdrawal_findings(has_arrived=True, ends_at=NOW, now=NOW)) == ["already_arrived", "event_over"]


def test_seats_are_given_up_and_not_added() -> None:
    kept: dict[str, Any] = {"stands": True, "seats": 3, "arrived": 1, "ends_at": NOW + MINUTE, "now": NOW}
    assert reduction_findings(fewer=1, **kept) == []
    assert codes(reduction_findings(fewer=1, **kept | {"arrived": 2})) == ["already_arrived"]
    all_wrong = kept | {"stands": False, "arrived": 4, "ends_at": NOW}
    assert codes(reduction_findings(fewer=3, **all_wrong)) == [
        "registration_ended",
        "seats_not_fewer",
        "already_arrived",
        "event_over",
    ]


DOOR = Door(is_cancelled=False, is_signed=False, opens_at=NOW - timedelta(hours=4), ends_at=NOW + MINUTE)


def test_the_door_opens_on_the_day_and_closes_with_the_signature() -> None:
    assert arrival_findings(DOOR, NOW, NOW) == []
    assert codes(arrival_findings(DOOR, NOW + MINUTE, NOW)) == ["arrived_in_future"]
    assert codes(arrival_findings(DOOR, NOW + 2 * MINUTE, NOW + 3 * MINUTE)) == ["arrived_after_the_end"]
    assert arrival_findings(DOOR, NOW, NOW + 3 * MINUTE) == []  # noted offline, sent in later
    assert codes(arrival_findings(DOOR, DOOR.opens_at - MINUTE, NOW)) == ["arrived_before_the_day"]
    early = DOOR.opens_at - MINUTE
    assert codes(arrival_findings(replace(DOOR, is_cancelled=True, is_signed=True), early, early)) == [
        "event_cancelled",
        "attendance_signed",
        "check_in_not_open",
    ]


def test_who_comes_on_a_registration_comes_on_its_seats() -> None:
    assert check_in_findings(has_seats=True, persons=2, seats=2) == []
    assert codes(check_in_findings(has_seats=False, persons=3, seats=2)) == [
        "registration_without_seats",
        "more_than_registered",
    ]


@pytest.mark.parametrize(
    ("audience", "who", "reason"),
    [
        (Audience.PUBLIC, (False, False, False), None),
        (Audience.ORGANISATIONS, (False, False, False), "organisation_needed"),
        (Audience.ORGANISATIONS, (True, False, False), "not_entitled"),
        (Audience.ORGANISATIONS, (True, True, False), None),
        (Audience.INTERNAL, (True, True, False), "not_entitled"),
        (Audience.INTERNAL, (True, True, True), None),
    ],
)
def test_who_may_walk_in(audience: Audience, who: tuple[bool, bool, bool], reason: str | None) -> None:
    names, coded, hosts = who
    found = walk_in_findings(audience, names_organisation=names, has_credit_code=coded, is_host=hosts)
    assert codes(found) == ([reason] if reason else [])


TALLY = Tally(persons=10, organisations=4, walk_in_persons=1, late_persons=2, no_shows=3)
FIRST = Signature(persons=10, organisations=4, has_note=False, is_correction=False, corrects_latest=True)


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ({}, []),
        ({"persons": 11}, ["difference_unexplained"]),
        ({"organisations": 3}, ["difference_unexplained"]),
        ({"persons": 11, "has_note": True}, []),
        ({"corrects_latest": False}, ["attendance_signed"]),
        ({"is_correction": True, "has_note": True}, []),
        ({"is_correction": True}, ["difference_unexplained"]),
        ({"is_correction": True, "has_note": True, "corrects_latest": False}, ["corrects_another_record"]),
        ({"persons": 3, "has_note": True}, ["organisations_above_persons"]),
    ],
)
def test_what_an_officer_may_sign(given: dict[str, Any], reasons: list[str]) -> None:
    found = signature_findings(replace(FIRST, **given), TALLY, is_cancelled=False, ends_at=NOW, now=NOW)
    assert codes(found) == reasons


def test_what_is_not_over_or_was_called_off_is_not_signed() -> None:
    found = signature_findings(FIRST, TALLY, is_cancelled=True, ends_at=NOW + MINUTE, now=NOW)
    assert codes(found) == ["event_cancelled", "event_not_over"]


ENTRY = Entry(
    uid="evt_1@zhongchuang",
    sequence=3,
    cancelled=False,
    title="创业沙龙",
    description="茶歇",
    host="徐州众创科技有限公司",
    venue="二楼",
    online_link=None,
    cancellation_reason=None,
    starts_at=NOW + timedelta(days=1),
    ends_at=NOW + timedelta(days=1, hours=2),
    changed_at=NOW.replace(microsecond=0),
    categories=("salon", "district"),
    language="zh",
)


def registered(status: Status, version: int = 1) -> Registered:
    return Registered(status=status, seats=2, version=version, changed_at=NOW + MINUTE)


@pytest.mark.parametrize(
    ("status", "hosts", "cancelled", "tentative"),
    [
        (Status.REGISTERED, False, False, False),
        (Status.WAITING, False, False, True),
        (Status.OFFERED, False, False, True),
        (Status.WITHDRAWN, False, True, False),
        (Status.LAPSED, False, True, False),
        (Status.WITHDRAWN, True, False, False),
        (Status.WAITING, True, False, False),
    ],
)
def test_how_a_registration_stands_in_the_calendar(
    status: Status, hosts: bool, cancelled: bool, tentative: bool
) -> None:
    entry = private_entry(ENTRY, [registered(status)], hosts=hosts)
    assert (entry.cancelled, entry.tentative) == (cancelled, tentative)
    assert entry.changed_at == NOW.replace(microsecond=0) + MINUTE


def test_the_revision_never_falls_back_when_an_organisation_registers_again() -> None:
    once = private_entry(ENTRY, [registered(Status.WITHDRAWN, 2)], hosts=False)
    twice = private_entry(ENTRY, [registered(Status.WITHDRAWN, 2), registered(Status.REGISTERED)], hosts=False)
    assert (once.sequence, twice.sequence) == (5, 6)
    assert (twice.cancelled, twice.description) == (False, "已报名 (席位: 2)\n茶歇")


def test_who_only_hosts_reads_the_event_as_it_is() -> None:
    assert private_entry(ENTRY, [], hosts=True) == ENTRY
