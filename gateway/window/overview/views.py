"""The overview as it is shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from contracts.overview import StandingReply
from gateway.window.cases.states import Status
from gateway.window.catalogue.rules import WINDOW, decided_by, department
from gateway.window.overview.gathering import Answers
from gateway.window.overview.queries import Unanswered
from gateway.window.overview.rules import CaseCount, Holder, verdict, waiting
from gateway.window.overview.schemas import (
    AuditOut,
    ItemCasesOut,
    OverviewOut,
    RatingsOut,
    StatusCountOut,
    TargetLine,
    WaitingOut,
)
from gateway.window.ratings.rules import Rated, group_of
from gateway.window.targets.schemas import TargetOut
from kernel.standing import Standing
from policy.calendar import workdays
from policy.schema import Pack
from policy.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Own:
    """What the window counted itself."""

    cases: Sequence[CaseCount]
    rated: Sequence[Rated]
    unanswered: Unanswered
    standing: Standing


def overview_shown(
    snapshot: Snapshot, own: Own, answers: Answers, targets: Sequence[TargetOut], *, on: date
) -> OverviewOut:
    """Everything together."""
    standings = {
        "window": StandingReply(**asdict(own.standing)),
        **{name: _standing(getattr(answers, name)) for name in ("funds", "vouchers", "registry", "events")},
    }
    return OverviewOut(
        city_code=snapshot.city_code,
        as_of=on,
        audit=AuditOut.model_validate(verdict(standings, answers.assurance)),
        missing=answers.missing,
        cases=_cases(snapshot.pack, own.cases),
        waiting=_waiting(snapshot.pack, own.cases, on),
        ratings=_ratings(own, on),
        targets=[_target(target) for target in targets],
        funds=answers.funds,
        vouchers=answers.vouchers,
        registry=answers.registry,
        events=answers.events,
    )


def _standing(answer: object) -> StandingReply | None:
    found: StandingReply | None = getattr(answer, "standing", None)
    return found


def _cases(pack: Pack, counts: Sequence[CaseCount]) -> list[ItemCasesOut]:
    by_item: dict[str, list[CaseCount]] = {}
    for one in counts:
        by_item.setdefault(one.item, []).append(one)
    return [_item(pack, item, of_item) for item, of_item in by_item.items()]


def _item(pack: Pack, item: str, counts: Sequence[CaseCount]) -> ItemCasesOut:
    known = pack.items.get(item)
    return ItemCasesOut(
        item=item,
        zh=known.zh if known else item,
        en=known.en if known else item,
        statuses=[StatusCountOut(status=one.status, cases=one.cases) for one in counts],
        overdue=sum(one.overdue for one in counts),
        paused=sum(one.cases for one in counts if one.status is Status.CORRECTION_REQUESTED),
    )


def _waiting(pack: Pack, counts: Sequence[CaseCount], on: date) -> list[WaitingOut]:
    found: Counter[tuple[Holder, str, str]] = Counter()
    decided_here = {item.id for item in pack.items.values() if decided_by(pack, item) == WINDOW}
    for item, holder, cases in waiting(counts, decided_here=decided_here):
        known = pack.items.get(item)
        found[holder, *(department(pack.roles[known.role], on) if known else ("", ""))] += cases
    return [
        WaitingOut(holder=holder, department_zh=zh, department_en=en, cases=cases)
        for (holder, zh, en), cases in sorted(found.items())
    ]


def _ratings(own: Own, on: date) -> RatingsOut:
    whole = group_of(own.rated, {}) if own.rated else None
    since = own.unanswered.oldest_on
    return RatingsOut(
        ratings=whole.ratings if whole else 0,
        average_hundredths=whole.average_hundredths if whole else None,
        unanswered=own.unanswered.ratings,
        oldest_working_days=workdays().between(since, on) if since else None,
    )


def _target(target: TargetOut) -> TargetLine:
    standing = target.standing
    return TargetLine(
        **target.model_dump(include={"id", "zh", "en", "operator", "value", "unit", "due_on", "source"}),
        counted=standing.counted if standing else None,
        reached=standing.reached if standing else None,
    )
