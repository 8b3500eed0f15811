"""The programmes of a city by which public money joins sub-funds, and what their terms say on a day."""

from typing import Any

from kernel.problems import NotFound
from policy.engine import needed_parameters
from policy.schema import Pack, Programme
from policy.snapshots import Acceptance, Snapshot, open_findings
from policy.store import PolicyOpen
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


def figure(snapshot: Snapshot, key: str, *, accepted: Acceptance) -> Any:
    """The value of a parameter. Raises PolicyOpen, naming the clause that leaves it open."""
    found = snapshot.value(key, accepted=accepted)
    if found is None:
        raise PolicyOpen(reasons=open_findings(snapshot, [key], accepted=accepted))
    return found.value


def must_be_complete(snapshot: Snapshot, programme: Programme, *, accepted: Acceptance) -> None:
    """Raise PolicyOpen with every figure the city has not set yet: nobody is invited into a plan that is not made."""
    wanted = list(needed_parameters(snapshot.pack, programme, PARTICIPATE))
    found = open_findings(snapshot, wanted, accepted=accepted)
    if found:
        raise PolicyOpen(reasons=found)
