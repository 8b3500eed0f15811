"""Every fact in every status of a case and of a change: it moves as the table says, or is refused."""

import pytest

from gateway.window.cases.states import ENDED, MOVES, Fact, Status
from gateway.window.policies.states import MOVES as CHANGE_MOVES
from gateway.window.policies.states import ChangeFact, ChangeStatus
from kernel.moves import IllegalMove, status_after

EXPECTED = {
    Status.SUBMITTED: {
        Fact.CORRECTION_REQUESTED: Status.CORRECTION_REQUESTED,
        Fact.ACCEPTED: Status.ACCEPTED,
        Fact.REJECTED: Status.REJECTED,
        Fact.SENT_ELSEWHERE: Status.NOT_IN_SCOPE,
        Fact.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.CORRECTION_REQUESTED: {
        Fact.RESUBMITTED: Status.RESUBMITTED,
        Fact.CORRECTION_LAPSED: Status.WITHDRAWN,
        Fact.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.RESUBMITTED: {
        Fact.ACCEPTED: Status.ACCEPTED,
        Fact.REJECTED: Status.REJECTED,
        Fact.SENT_ELSEWHERE: Status.NOT_IN_SCOPE,
        Fact.WITHDRAWN: Status.WITHDRAWN,
    },
    Status.ACCEPTED: {
        Fact.REVIEW_BEGUN: Status.IN_REVIEW,
        Fact.DECIDED: Status.DECIDED,
        Fact.SUPPLEMENT_LAPSED: Status.WITHDRAWN,
    },
    Status.IN_REVIEW: {
        Fact.DECIDED: Status.DECIDED,
        Fact.TAKEN_BACK: Status.WITHDRAWN,
        Fact.SUPPLEMENT_LAPSED: Status.WITHDRAWN,
    },
    Status.DECIDED: {Fact.DELIVERED: Status.DELIVERED},
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("fact", Fact)
def test_a_fact_moves_a_case_as_expected_or_not_at_all(fact: Fact, status: Status) -> None:
    expected = EXPECTED.get(status, {}).get(fact)
    if expected is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)
    else:
        assert status_after(fact, status, MOVES) is expected


def test_an_ended_case_moves_no_more() -> None:
    assert {source for move in MOVES.values() for source in move.sources} & ENDED == set()


@pytest.mark.parametrize("status", ChangeStatus)
@pytest.mark.parametrize("fact", ChangeFact)
def test_a_change_is_decided_once(fact: ChangeFact, status: ChangeStatus) -> None:
    if status is ChangeStatus.PROPOSED:
        assert status_after(fact, status, CHANGE_MOVES).value == fact.value
    else:
        with pytest.raises(IllegalMove):
            status_after(fact, status, CHANGE_MOVES)
