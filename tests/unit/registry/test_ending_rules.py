"""When an organisation may end, sentence by sentence, and every fact in every status."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from services.registry.endings.rules import (
    OpenThing,
    absences,
    confirmation_findings,
    ending_findings,
    merger_findings,
    needs_second_person,
    restoration_findings,
)
from services.registry.endings.states import MOVES, Fact, Status
from services.registry.organisations.rules import incorporation_findings

TODAY = date(2026, 9, 1)
CARRIER = OpenThing("carrier", UUID(int=1), "makerspace")
LEVEL = OpenThing("level", UUID(int=1), "municipal")
UNDER_WAY = OpenThing("recognition", UUID(int=2), "under_review")


def test_what_has_ended_or_waits_or_lies_ahead_is_told_at_once() -> None:
    found = ending_findings(on=TODAY + timedelta(days=1), today=TODAY, has_ended=True, is_pending=True)
    assert codes(found) == ["date_in_future", "organisation_ended", "ending_waits"]
    assert ending_findings(on=TODAY, today=TODAY, has_ended=False, is_pending=False) == []


def test_only_what_is_deregistered_is_restored_and_not_from_before_its_end() -> None:
    ended = {"today": TODAY, "deregistered_on": TODAY, "is_pending": False}
    assert restoration_findings(on=TODAY, **ended) == []
    early = restoration_findings(on=TODAY - timedelta(days=1), **ended | {"is_pending": True})
    assert codes(early) == ["restored_before_its_end", "ending_waits"]
    stands = restoration_findings(on=TODAY + timedelta(days=1), **ended | {"deregistered_on": None})
    assert codes(stands) == ["date_in_future", "not_deregistered"]


def test_a_return_leaves_the_days_in_which_it_was_no_more_and_a_mistake_leaves_none() -> None:
    first, later, last = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)
    assert absences([(False, first), (True, later), (False, last)]) == [(first, later)]
    assert absences([(False, first), (True, first), (False, later), (True, last)]) == [(later, last)]
    assert absences([(True, last)]) == []


def test_a_merger_wants_a_successor_and_nothing_under_way() -> None:
    bad = {"is_itself": True, "successor_ends": True, "successor_is_doubtful": True}
    found = merger_findings(**bad, open_things=[CARRIER, UNDER_WAY])
    assert codes(found) == ["merged_into_itself", "successor_ends", "recognition_under_way"]
    assert merger_findings(**dict.fromkeys(bad, False), open_things=[CARRIER, LEVEL]) == []


def test_nothing_is_certified_anew_for_a_successor_whose_code_is_in_doubt() -> None:
    doubtful = {"is_itself": False, "successor_ends": False, "successor_is_doubtful": True}
    assert codes(merger_findings(**doubtful, open_things=[CARRIER, LEVEL])) == ["identifier_unconfirmed"]
    assert merger_findings(**doubtful, open_things=[CARRIER]) == []


def test_nobody_takes_rights_away_alone() -> None:
    assert codes(confirmation_findings(proposed_by="person:a", confirmed_by="person:a")) == ["second_person_confirms"]
    assert confirmation_findings(proposed_by="person:a", confirmed_by="person:b") == []
    assert [needs_second_person(things) for things in ([], [CARRIER], [UNDER_WAY])] == [False, True, True]


def test_a_team_that_has_ended_does_not_become_a_firm() -> None:
    found = incorporation_findings(effective_on=TODAY, last_named_on=TODAY, today=TODAY, is_active=False)
    assert codes(found) == ["organisation_ended", "name_not_later"]


ARROWS = {
    (Fact.CONFIRMED, Status.PROPOSED): Status.CONFIRMED,
    (Fact.WITHDRAWN, Status.PROPOSED): Status.WITHDRAWN,
}


@pytest.mark.parametrize(("fact", "status"), [(fact, status) for fact in Fact for status in Status])
def test_a_fact_happens_where_the_table_says_and_nowhere_else(fact: Fact, status: Status) -> None:
    target = ARROWS.get((fact, status))
    if target is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)
    else:
        assert status_after(fact, status, MOVES) is target
