"""When an organisation may end, purely."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel.findings import Finding, findings
from services.registry.recognition.rules import identifier_unconfirmed

UNDER_WAY, LEVEL = "recognition", "level"


@dataclass(frozen=True, slots=True)
class OpenThing:
    """What would be taken away or left without an owner. `kind`: recognition, level, carrier or host."""

    kind: str
    id: UUID
    status: str


def ending_findings(*, on: date, today: date, has_ended: bool, is_pending: bool) -> list[Finding]:
    """What exists, and ends once, on a day that has come."""
    future = Finding("date_in_future", (), "日期不得晚于今日。", "The date may not lie in the future.")
    ended = Finding("organisation_ended", (), "该单位已终止。", "The organisation has ended.")
    waits = Finding(
        "ending_waits", (), "已有注销或合并待复核。", "A merger or deregistration waits for a second person already."
    )
    return findings((on > today, future), (has_ended, ended), (is_pending, waits))


def restoration_findings(*, on: date, today: date, deregistered_on: date | None, is_pending: bool) -> list[Finding]:
    """What is deregistered exists again, from its end at the earliest; what is part of another is not taken apart."""
    future = Finding("date_in_future", (), "日期不得晚于今日。", "The date may not lie in the future.")
    stands = Finding("not_deregistered", (), "该单位未注销。", "The organisation is not deregistered.")
    early = Finding("restored_before_its_end", (), "恢复日期早于注销日期。", "It ended after that day.")
    waits = Finding("ending_waits", (), "已有事项待复核。", "Something waits for a second person already.")
    return findings(
        (on > today, future),
        (deregistered_on is None, stands),
        (deregistered_on is not None and on < deregistered_on, early),
        (is_pending, waits),
    )


def absences(ends: Iterable[tuple[bool, date]]) -> list[tuple[date, date]]:
    """From each end to the return after it, of (is_return, day) in the order they were decided; none from a mistake."""
    found: list[tuple[date, date]] = []
    since: date | None = None
    for is_return, day in ends:
        if not is_return:
            since = day
        elif since is not None:
            found, since = [*found, (since, day)], None
    return [gap for gap in found if gap[0] < gap[1]]


def merger_findings(
    *, is_itself: bool, successor_ends: bool, successor_is_doubtful: bool, open_things: Sequence[OpenThing]
) -> list[Finding]:
    """Into another that exists and stays, and with nothing under way that would be decided for nobody.

    New certificates name the successor: nothing is certified on a code in doubt.
    """
    under_way = [str(thing.id) for thing in open_things if thing.kind == UNDER_WAY]
    holds = any(thing.kind == LEVEL for thing in open_things)
    return findings(
        (is_itself, Finding("merged_into_itself", (), "不能并入自身。", "It cannot be merged into itself.")),
        (
            successor_ends,
            Finding("successor_ends", (), "并入单位已终止或正待终止。", "The successor has ended, or is about to."),
        ),
        (
            bool(under_way),
            Finding(
                "recognition_under_way",
                (),
                "该单位尚有认定在办,办结后方可合并。",
                "A recognition is under way; it ends before the organisation is merged.",
                {"recognitions": under_way},
            ),
        ),
        (holds and successor_is_doubtful, identifier_unconfirmed(())),
    )


def confirmation_findings(*, proposed_by: str, confirmed_by: str) -> list[Finding]:
    """Nobody takes rights away alone."""
    same = Finding("second_person_confirms", (), "提出人不得自行复核。", "Whoever proposed it does not confirm it.")
    return findings((proposed_by == confirmed_by, same))


def needs_second_person(open_things: Sequence[OpenThing]) -> bool:
    """A deregistration that takes nothing away is a fact to record; any other one person does not record alone."""
    return bool(open_things)
