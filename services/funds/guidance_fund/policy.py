"""The programmes of a city by which public money joins sub-funds, and what their terms say on a day."""

from kernel.problems import NotFound
from policy.engine import needed_parameters
from policy.schema import Pack, Programme
from policy.snapshots import Acceptance, Snapshot
from policy.store import must_be_set
from policy.terms_of_participation import ParticipationTerms

PARTICIPATE, CONCEDE = "participate", "concede"


class NoSuchParticipation(NotFound):
    code, title_zh, title_en = (
        "no_such_participation",
        "本市政策没有该参股项目",
        "This city's policy has no such participation",
    )


def participation(pack: Pack, programme_id: str) -> tuple[Programme, ParticipationTerms]:
    """A programme by which public money takes a stake. Raises NoSuchParticipation."""
    programme = pack.programmes.get(programme_id)
    if programme is None or not isinstance(programme.terms, ParticipationTerms):
        raise NoSuchParticipation
    return programme, programme.terms


def must_be_complete(snapshot: Snapshot, programme: Programme, *, accepted: Acceptance) -> None:
    """Raise PolicyOpen with every figure the city has not set yet: nobody is invited into a plan that is not made."""
    must_be_set(snapshot, list(needed_parameters(snapshot.pack, programme, PARTICIPATE)), accepted=accepted)
