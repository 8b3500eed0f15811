"""When parties meet, and what two words make of a meeting."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.findings import codes
from services.events.calendar.rules import EventKind
from services.events.matching.rules import (
    Happening,
    Met,
    Outcome,
    Result,
    Said,
    Side,
    enrolment_findings,
    plan_findings,
    result_of,
    slots_from,
    tally,
)

START = datetime(2026, 12, 3, 6, tzinfo=UTC)
SHOW = Happening(EventKind.ROADSHOW, False, START, START + timedelta(hours=4))
BEFORE = START - timedelta(days=1)
NONE, INTEREST, TALKS = (Said(one, None) for one in (Outcome.NONE, Outcome.INTEREST, Outcome.TALKS))


def agreed(fen: int) -> Said:
    return Said(Outcome.AGREEMENT, fen)


def test_slots_follow_each_other_and_may_end_with_the_event() -> None:
    slots = slots_from(START, 120, 20, 6)
    assert (slots.start_of(1), slots.start_of(2)) == (START + timedelta(hours=2), START + timedelta(minutes=140))
    assert plan_findings(SHOW, slots, has_meetings=False, now=BEFORE) == []
    late = slots_from(START, 121, 20, 6)
    assert codes(plan_findings(SHOW, late, has_meetings=True, now=SHOW.ends_at)) == [
        "event_over", "slots_outside_event", "meetings_scheduled",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "result", "fen"),
    [
        ((), Result.UNSAID, 0),
        ((NONE,), Result.NONE, 0),
        ((NONE, INTEREST), Result.INTEREST, 0),
        ((TALKS, INTEREST), Result.TALKS, 0),
        ((agreed(5), TALKS), Result.AGREEMENT_OF_ONE_SIDE, 0),
        ((agreed(7), agreed(5)), Result.AGREEMENT, 5),
    ],
)
def test_an_agreement_is_one_when_both_sides_say_so(said: tuple[Said, ...], result: Result, fen: int) -> None:
    assert result_of(said) == (result, fen)


def test_meetings_of_related_parties_stand_in_no_result() -> None:
    found = tally([Met(True, (agreed(9), agreed(9))), Met(False, (agreed(4), agreed(5))), Met(False, ())])
    assert (found.meetings, found.related_meetings, found.agreed_fen) == (3, 1, 4)
    assert {result: times for result, times in found.by_result.items() if times} == {
        Result.AGREEMENT: 1, Result.UNSAID: 1,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["联系13912345678", "a@b.cn", "身份证32030019900101123X"])
def test_a_public_description_holds_no_person(text: str) -> None:
    assert codes(enrolment_findings(SHOW, Side.INVESTOR, (None, text), is_active=True, now=BEFORE)) == ["personal_data"]


@pytest.mark.parametrize("text", ["年产139123456789件", "融资 5000000 元", "B2B @ 徐州"])
def test_a_figure_is_no_phone(text: str) -> None:
    assert enrolment_findings(SHOW, Side.PROJECT, ("x", text), is_active=True, now=BEFORE) == []
