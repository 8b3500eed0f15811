"""What may be recorded of parties, and how a graph of them is walked. Pure; a node is seen once, so cycles end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from kernel.findings import Finding, findings

WHOLE_BP = 10_000  # allow number: the whole, in basis points
MAJORITY_BP = 5_000  # allow number: who holds more controls (公司法 2023 第265条: 超过百分之五十)
CONTROLLER, SHAREHOLDER, REPRESENTATIVE, NOBODY = "controller", "shareholder", "legal_representative", "no_controller"
MERGED = "merged"
_ONE_AT_A_TIME = (REPRESENTATIVE, NOBODY)


class Node(NamedTuple):
    """An organisation or a person."""

    kind: Literal["organisation", "person"]
    id: UUID


@dataclass(frozen=True, slots=True)
class Edge:
    """`holder` controls, owns, represents or has absorbed `held`, on the day it was asked for."""

    kind: str
    holder: Node
    held: Node
    share_bp: int | None
    effective_on: date
    ended_on: date | None

    @property
    def is_control(self) -> bool:
        """A stated controller, a majority of the shares, or what it was merged into."""
        majority = self.share_bp is not None and self.share_bp > MAJORITY_BP
        return self.kind in {CONTROLLER, MERGED} or majority


class Held(Protocol):
    """A party as it stands on record."""

    @property
    def role(self) -> str: ...
    @property
    def holder(self) -> Node | None: ...
    @property
    def share_bp(self) -> int | None: ...
    @property
    def effective_on(self) -> date: ...
    @property
    def ended_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Stated:
    """A party as somebody states it."""

    role: str
    holder: Node | None
    share_bp: int | None
    effective_on: date
    ended_on: date | None


def party_findings(new: Stated, standing: Sequence[Held], *, today: date, holder_is_active: bool) -> list[Finding]:
    """Every reason at once: days in order, nobody twice in a role, one representative, and no more than the whole."""
    overlapping = [other for other in standing if _overlap(new, other)]
    twice = [other for other in overlapping if (other.role, other.holder) == (new.role, new.holder)]
    other_one = [other for other in overlapping if other.role == new.role and new.role in _ONE_AT_A_TIME]
    against = {CONTROLLER: NOBODY, NOBODY: CONTROLLER}.get(new.role)
    contrary = [other for other in overlapping if other.role == against]
    shares, day = _most_at_once(new, overlapping)
    return findings(
        (new.effective_on > today or (new.ended_on or today) > today, _reason("date_in_future")),
        (not holder_is_active, _reason("holder_ended")),
        (bool(twice), _reason("party_recorded_already")),
        (bool(other_one) and not twice, _reason("one_at_a_time")),
        (bool(contrary), _reason("controller_contradicted")),
        (shares > WHOLE_BP, _reason("shares_exceed_whole", would_be_bp=shares, on=day.isoformat())),
    )


_REASONS = {
    "date_in_future": ("日期不得晚于今日。", "The date may not lie in the future."),
    "holder_ended": ("持有方已终止。", "The holder has ended."),
    "party_recorded_already": ("该关联方同期已登记。", "The same party is on record for these days."),
    "one_at_a_time": ("同期已登记另一法定代表人。", "Another one is on record for these days; there is one at a time."),
    "controller_contradicted": (
        "同期不得既有实际控制人又无实际控制人。",
        "On these days a controller and having none contradict each other.",
    ),
    "shares_exceed_whole": ("同期持股比例合计超过100%。", "The shares of one day exceed the whole."),
}


def end_findings(*, ended_on: date, effective_on: date, today: date) -> list[Finding]:
    """An end lies after the beginning and not in the future."""
    before = Finding("ends_before_beginning", (), "终止日期须晚于起始日期。", "It ends after it began.")
    return findings((ended_on > today, _reason("date_in_future")), (ended_on <= effective_on, before))


def _reason(code: str, **facts: str | int) -> Finding:
    return Finding(code, (), *_REASONS[code], facts)


def _overlap(one: Held, other: Held) -> bool:
    begins = max(one.effective_on, other.effective_on)
    return all(end is None or begins < end for end in (one.ended_on, other.ended_on))


def _most_at_once(new: Stated, overlapping: Iterable[Held]) -> tuple[int, date]:
    """The most shares of any day of the new holding: it can only rise on a day one of them begins."""
    if new.role != SHAREHOLDER:
        return 0, new.effective_on
    others = [other for other in overlapping if other.role == SHAREHOLDER]
    days = {new.effective_on, *(max(new.effective_on, other.effective_on) for other in others)}
    sums = [((new.share_bp or 0) + sum(_share_on(other, day) for other in others), day) for day in sorted(days)]
    return max(sums, key=lambda found: found[0])


def _share_on(other: Held, day: date) -> int:
    stands = other.effective_on <= day and (other.ended_on is None or day < other.ended_on)
    return (other.share_bp or 0) if stands else 0


Reached = dict[Node, Edge | None]


def grow(reached: Reached, edges: Iterable[Edge], *, upward: bool, downward: bool) -> set[Node]:
    """Add what the edges lead to from nodes reached before; answers the new ones. Nobody is entered twice."""
    new: Reached = {}
    for edge in edges:
        ways = ((edge.held, edge.holder, upward), (edge.holder, edge.held, downward))
        for start, end, is_open in ways:
            if is_open and start in reached and end not in reached and end not in new:
                new[end] = edge
    reached.update(new)
    return set(new)


def path_to(reached: Mapping[Node, Edge | None], node: Node) -> list[Edge]:
    """The edges that led to a node, from where the walk began."""
    path: list[Edge] = []
    edge = reached[node]
    while edge is not None:
        path.append(edge)
        node = edge.holder if edge.held == node else edge.held
        edge = reached[node]
    return path[::-1]


def shortest(start: Node, ends: Collection[Node], edges: Sequence[Edge], *, steps_max: int) -> Reached:
    """What is reached from `start` in at most `steps_max` edges of any kind, until every end is."""
    reached: Reached = {start: None}
    frontier = {start}
    for _ in range(steps_max):
        if not frontier or all(end in reached for end in ends):
            break
        touching = [edge for edge in edges if edge.holder in frontier or edge.held in frontier]
        frontier = grow(reached, touching, upward=True, downward=True)
    return reached


def ultimate(reached: Collection[Node], edges: Iterable[Edge]) -> set[Node]:
    """Of all that is above, who has nobody above; where owners own each other in a ring, all of the ring."""
    controlled = {edge.held for edge in edges if edge.is_control}
    return {node for node in reached if node not in controlled} or set(reached)
