"""What waits for whom, and one line for everything that should hold. Plain values in, plain values out."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from contracts.overview import AssuranceReply, StandingReply
from gateway.window.cases.rules import waiting_for
from gateway.window.cases.states import Status

Colour = Literal["green", "red", "unknown"]
Holder = Literal["applicant", "window", "service", "public"]
ASSURANCE = "funds.assurance"
STANDING = {
    "overdue_jobs": ("逾期未执行的任务", "Jobs past their time"),
    "parked_events": ("已搁置、待人工处理的事件", "Events given up on, waiting for a person"),
}


@dataclass(frozen=True, slots=True)
class CaseCount:
    """Cases of one item in one status: how many, past the day the applicant was told, and in public notice."""

    item: str
    status: Status
    cases: int
    overdue: int
    in_notice: int


def waiting(counts: Iterable[CaseCount], *, decided_here: Container[str]) -> Iterator[tuple[str, Holder, int]]:
    """Item, who has the files, and how many; of what waits for somebody. `decided_here`: items the window decides."""
    for one in counts:
        for in_notice, cases in ((False, one.cases - one.in_notice), (True, one.in_notice)):
            found = waiting_for(one.status, in_notice=in_notice, decided_here=one.item in decided_here)
            if found is not None and cases:
                yield one.item, found.holder, cases


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that should be nought and is not."""

    source: str
    code: str
    zh: str
    en: str
    count: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Red with evidence; green only when everybody was heard."""

    colour: Colour
    evidence: tuple[Evidence, ...]


def verdict(standings: Mapping[str, StandingReply | None], assurance: AssuranceReply | None) -> Verdict:
    """The roll-up of every service's own word of itself."""
    evidence = tuple(_evidence(standings, assurance))
    if evidence:
        return Verdict("red", evidence)
    is_heard = assurance is not None and all(standing is not None for standing in standings.values())
    return Verdict("green" if is_heard else "unknown", ())


def _evidence(standings: Mapping[str, StandingReply | None], assurance: AssuranceReply | None) -> Iterator[Evidence]:
    for broken in assurance.broken if assurance else ():
        yield Evidence(ASSURANCE, broken.check, broken.zh, broken.en, broken.breaks)
    for source, standing in standings.items():
        for broken in standing.broken if standing else ():
            yield Evidence(source, broken.check, broken.zh, broken.en, broken.breaks)
        for code, (zh, en) in STANDING.items():
            count = getattr(standing, code, 0)
            if count:
                yield Evidence(source, code, zh, en, count)
