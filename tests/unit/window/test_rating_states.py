"""Every fact in every status of a rating: it moves as the table says, or is refused."""

import pytest

from gateway.window.ratings.states import MOVES, Fact, Status
from kernel.moves import IllegalMove, status_after

EXPECTED = {
    Status.GIVEN: {Fact.RATED_WELL: Status.GIVEN, Fact.RATED_BADLY: Status.OPEN},
    Status.OPEN: {Fact.RATED_WELL: Status.GIVEN, Fact.RATED_BADLY: Status.OPEN, Fact.ANSWERED: Status.ANSWERED},
    Status.ANSWERED: {},
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("fact", Fact)
def test_every_fact_in_every_status(status: Status, fact: Fact) -> None:
    expected = EXPECTED[status].get(fact)
    if expected is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)
    else:
        assert status_after(fact, status, MOVES) is expected
