"""Every fact in every status, of both ways."""

import pytest

from kernel.moves import IllegalMove, status_after
from services.registry.recognition.states import ENDED, MOVES, Fact, Status, Way

ARROWS = {
    (Way.ASSESSED, Fact.REVIEW_FAILED, Status.UNDER_REVIEW): Status.AWAITING_REFUSAL,
    (Way.ASSESSED, Fact.REVIEW_PASSED, Status.UNDER_REVIEW): Status.AWAITING_DECISION,
    (Way.ASSESSED, Fact.NOTICE_PUBLISHED, Status.UNDER_REVIEW): Status.ON_NOTICE,
    (Way.ASSESSED, Fact.NOTICE_CLOSED, Status.ON_NOTICE): Status.AWAITING_DECISION,
    (Way.ASSESSED, Fact.RECOGNISED, Status.AWAITING_DECISION): Status.RECOGNISED,
    (Way.ASSESSED, Fact.REFUSED, Status.AWAITING_DECISION): Status.REFUSED,
    (Way.ASSESSED, Fact.REFUSED, Status.AWAITING_REFUSAL): Status.REFUSED,
    (Way.RECORDED, Fact.REVIEW_FAILED, Status.UNDER_REVIEW): Status.REFUSED,
    (Way.RECORDED, Fact.RECOGNISED, Status.UNDER_REVIEW): Status.RECOGNISED,
    **{
        (way, Fact.SUPPLEMENT_LAPSED, status): Status.LAPSED
        for way in Way
        for status in (Status.UNDER_REVIEW, Status.ON_NOTICE, Status.AWAITING_DECISION, Status.AWAITING_REFUSAL)
    },
}
EVERY_PAIR = [(way, fact, status) for way in Way for fact in MOVES[way] for status in Status]


@pytest.mark.parametrize(("way", "fact", "status"), EVERY_PAIR)
def test_a_fact_happens_where_the_table_says_and_nowhere_else(way: Way, fact: Fact, status: Status) -> None:
    target = ARROWS.get((way, fact, status))
    if target is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES[way])
    else:
        assert status_after(fact, status, MOVES[way]) is target


@pytest.mark.parametrize("way", Way)
def test_what_has_ended_stays_ended(way: Way) -> None:
    assert not any(set(ENDED) & arrow.sources for arrow in MOVES[way].values())
