"""Who may meet whom at a roadshow, when, and what came of it. Pure. Amounts in fen, as the sides stated them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.findings import Finding, findings
from services.events.calendar.rules import EventKind

KINDS = frozenset({EventKind.ROADSHOW, EventKind.MATCHING})
# A mobile number, an identity number, or an address of e-mail: what everybody reads has no person in it.
_PERSONAL = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)|\S@\S")


class Side(StrEnum):
    """What a party brings: a project, or money."""

    PROJECT = "project"
    INVESTOR = "investor"
    BANK = "bank"


class Outcome(StrEnum):
    """What one side says came of a meeting, until it says otherwise."""

    NONE = "none"
    INTEREST = "interest"
    TALKS = "talks"
    AGREEMENT = "agreement"


class Result(StrEnum):
    """What both sides together say: an agreement is one when both say so."""

    UNSAID = "unsaid"
    NONE = "none"
    INTEREST = "interest"
    TALKS = "talks"
    AGREEMENT_OF_ONE_SIDE = "agreement_of_one_side"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class Slots:
    """The times of an event's meetings: one after the other, so that two slots never overlap."""

    first_at: datetime
    minutes: int
    count: int

    def start_of(self, slot: int) -> datetime:
        """When a slot begins; slots count from 1."""
        return self.first_at + timedelta(minutes=self.minutes * (slot - 1))

    @property
    def end(self) -> datetime:
        """When the last one ends."""
        return self.start_of(self.count + 1)


def slots_from(starts_at: datetime, first_after: int, minutes: int, count: int) -> Slots:
    """The slots of an event that starts then; times in minutes."""
    return Slots(starts_at + timedelta(minutes=first_after), minutes, count)


@dataclass(frozen=True, slots=True)
class Happening:
    """What the calendar says of the event."""

    kind: EventKind
    is_cancelled: bool
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What one side says of a meeting; an amount with an agreement only."""

    outcome: Outcome
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting that was not cancelled, for counting."""

    is_related: bool
    said: tuple[Said, ...]


def _finding(code: str, zh: str, en: str, **facts: object) -> Finding:
    return Finding(code, (), zh, en, facts)


EVENT_CANCELLED = _finding("event_cancelled", "活动已取消。", "The event was cancelled.")


def _is_open(event: Happening, now: datetime) -> list[Finding]:
    return findings(
        (
            event.kind not in KINDS,
            _finding("not_a_matching_event", "该类活动不设对接。", "There is no matching at an event of this kind."),
        ),
        (event.is_cancelled, EVENT_CANCELLED),
        (event.ends_at <= now, _finding("event_over", "活动已结束。", "The event is over.")),
    )


def called_off_findings(event: Happening) -> list[Finding]:
    """Nobody met at an event that was called off."""
    return findings((event.is_cancelled, EVENT_CANCELLED))


def plan_findings(event: Happening, slots: Slots, *, has_meetings: bool, now: datetime) -> list[Finding]:
    """Why an event's times for meetings cannot be set so."""
    return [
        *_is_open(event, now),
        *findings(
            (
                slots.end > event.ends_at,
                _finding("slots_outside_event", "对接时段超出活动时间。", "The slots lie outside the event's time."),
            ),
            (
                has_meetings,
                _finding("meetings_scheduled", "已安排洽谈,不能更改时段。", "Meetings are scheduled: the slots stay."),
            ),
        ),
    ]


def enrolment_findings(
    event: Happening, side: Side, texts: tuple[str | None, str | None], *, is_active: bool, now: datetime
) -> list[Finding]:
    """Why a party cannot enrol. `texts` are title and description, which everybody at the event reads."""
    return [
        *_is_open(event, now),
        *findings(
            (
                not is_active,
                _finding("organisation_ended", "该单位已注销或被合并。", "The organisation no longer exists."),
            ),
            (
                side is Side.PROJECT and None in texts,
                _finding("project_undescribed", "项目须有名称和简介。", "A project needs a title and a description."),
            ),
            (
                any(_PERSONAL.search(text) for text in texts if text),
                _finding(
                    "personal_data",
                    "公开简介不得含手机号、身份证号或邮箱。",
                    "A public description holds no phone or identity number and no e-mail address.",
                ),
            ),
        ),
    ]


def meeting_findings(
    event: Happening, slots: Slots, slot: int, *, sides: tuple[Side, Side], withdrawn: bool, now: datetime
) -> list[Finding]:
    """Why two parties cannot meet in a slot; that neither is booked twice is the database's to say."""
    project, financier = sides
    return [
        *_is_open(event, now),
        *findings(
            (slot > slots.count, _finding("slot_unknown", "没有该时段。", "There is no such slot.", slots=slots.count)),
            (
                slot <= slots.count and slots.start_of(slot) <= now,
                _finding("slot_over", "该时段已开始。", "The slot has begun."),
            ),
            (
                project is not Side.PROJECT or financier is Side.PROJECT,
                _finding("sides_unfit", "须由项目方与资金方洽谈。", "A project meets an investor or a bank."),
            ),
            (withdrawn, _finding("party_withdrawn", "一方已退出。", "One of the parties has withdrawn.")),
        ),
    ]


def outcome_findings(said: Said, *, is_cancelled: bool, begins_at: datetime, now: datetime) -> list[Finding]:
    """Why an outcome cannot be recorded."""
    return findings(
        (is_cancelled, _finding("meeting_cancelled", "洽谈已取消。", "The meeting was cancelled.")),
        (begins_at > now, _finding("meeting_not_begun", "洽谈尚未开始。", "The meeting has not begun.")),
        (
            (said.outcome is Outcome.AGREEMENT) != (said.amount_fen is not None),
            _finding(
                "amount_unfit", "达成意向须写明金额,其他结果不填金额。", "An agreement, and only that, has an amount."
            ),
        ),
    )


def result_of(said: Iterable[Said]) -> tuple[Result, int]:
    """What both sides together say, and the amount: where they differ, the lower one."""
    words = list(said)
    outcomes = {one.outcome for one in words}
    agreed = [one.amount_fen or 0 for one in words if one.outcome is Outcome.AGREEMENT]
    if len(agreed) > 1:
        return Result.AGREEMENT, min(agreed)
    if agreed:
        return Result.AGREEMENT_OF_ONE_SIDE, 0
    strongest = next((one for one in (Outcome.TALKS, Outcome.INTEREST, Outcome.NONE) if one in outcomes), None)
    return (Result(strongest.value) if strongest else Result.UNSAID), 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Meetings by result. What related parties agree on is no result of an event: their meetings stand apart."""

    meetings: int
    related_meetings: int
    by_result: dict[Result, int]
    agreed_fen: int


def tally(meetings: Iterable[Met]) -> Tally:
    """Count them."""
    met = list(meetings)
    results = [result_of(one.said) for one in met if not one.is_related]
    counted = Counter(result for result, _ in results)
    return Tally(
        meetings=len(met),
        related_meetings=sum(one.is_related for one in met),
        by_result={result: counted[result] for result in Result},
        agreed_fen=sum(amount for _, amount in results),
    )
