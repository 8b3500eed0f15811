"""A batch on its way to the posting function and back: columns in, one answer per command out."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.ids import new_id
from kernel.problems import Problem
from ledger.entries import Capture, Command, Entry
from ledger.refusals import refusal

POST = f"SELECT * FROM ledger_post({', '.join(f'${place}' for place in range(1, 27))})"


@dataclass(frozen=True, slots=True)
class Posted:
    """Where an entry stands. `duplicate`: the key was known, and this is what it posted the first time."""

    entry_id: UUID
    city_code: str
    book: str
    period: str
    number: int
    recorded_at: datetime
    duplicate: bool = False

    @property
    def document(self) -> str:
        """The document number people quote, such as funds-2026-11-000042."""
        return f"{self.book}-{self.period}-{self.number:06}"


Outcome = Posted | Problem


def conflicts(command: Command) -> Iterator[Hashable]:
    """What two commands of one batch must not share: the second is decided after the first has been written."""
    yield command.key
    if command.entry.capture is not None:
        yield command.entry.capture.hold_id
    if command.entry.reverses is not None:
        yield command.entry.reverses


def waves(commands: Sequence[Command]) -> list[list[int]]:
    """Places in `commands`, split so that no wave holds two that conflict; order within a conflict is kept."""
    found: list[list[int]] = []
    last_wave: dict[Hashable, int] = {}
    for place, command in enumerate(commands):
        marks = list(conflicts(command))
        wave = max((last_wave.get(mark, -1) for mark in marks), default=-1) + 1
        last_wave.update(dict.fromkeys(marks, wave))
        if wave == len(found):
            found.append([])
        found[wave].append(place)
    return found


def arguments(city_code: str, book: str, now: datetime, commands: Sequence[Command]) -> tuple[Any, ...]:
    """The parameters of `POST`, one array per column."""
    entries = [command.entry for command in commands]
    legs = [(item, line, leg) for item, entry in enumerate(entries, 1) for line, leg in enumerate(entry.legs, 1)]
    return (
        city_code,
        book,
        now,
        [command.entry_id or new_id() for command in commands],
        [command.key for command in commands],
        [entry.fact for entry in entries],
        [entry.reference for entry in entries],
        [entry.effective_on for entry in entries],
        [command.actor for command in commands],
        [entry.determination_id for entry in entries],
        [entry.case_id for entry in entries],
        [_uuid_array(entry.approvals) for entry in entries],
        [entry.reason for entry in entries],
        _or_none([entry.reverses for entry in entries]),
        *_captures(entries),
        [item for item, _, _ in legs],
        [line for _, line, _ in legs],
        [leg.account for _, _, leg in legs],
        [leg.signed_fen for _, _, leg in legs],
        *_announcements(commands),
    )


def _uuid_array(ids: Sequence[UUID]) -> str | None:
    return "{" + ",".join(map(str, ids)) + "}" if ids else None


def _or_none(column: list[Any]) -> list[Any] | None:
    return column if any(value is not None for value in column) else None


def _captures(entries: Sequence[Entry]) -> tuple[list[Any] | None, ...]:
    captures: list[Capture | None] = [entry.capture for entry in entries]
    if not any(captures):
        return None, None, None
    return (
        [capture and capture.hold_id for capture in captures],
        [capture and capture.amount_fen for capture in captures],
        [capture and capture.release_rest for capture in captures],
    )


def _announcements(commands: Sequence[Command]) -> tuple[list[Any] | None, ...]:
    told = [command.announcement for command in commands]
    if not any(told):
        return None, None, None, None, None
    return (
        [announcement and new_id() for announcement in told],
        [announcement and announcement.type for announcement in told],
        [announcement and announcement.subject for announcement in told],
        [announcement and announcement.data for announcement in told],
        [command.request_id for command in commands],
    )


def answers(values: tuple[Any, ...], row: Mapping[str, Any]) -> list[Outcome]:
    """One outcome per command, in order: what `POST` returned for the parameters `values`."""
    city_code, book, ids = values[0], values[1], values[3]
    if row["plain"]:
        period, at = row["period"], row["recorded_at"]
        return [
            Posted(entry_id, city_code, book, period, number, at)
            for number, entry_id in enumerate(ids, row["first_number"])
        ]
    columns = ("outcomes", "entry_ids", "books", "periods", "numbers", "recorded", "accounts", "available")
    return [
        Posted(entry_id, city_code, standing or book, period, number, at, outcome == "duplicate")
        if outcome in ("posted", "duplicate")
        else refusal(outcome, account=account, available_fen=available)
        for outcome, entry_id, standing, period, number, at, account, available in zip(
            *(row[column] for column in columns), strict=True
        )
    ]
