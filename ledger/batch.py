"""A batch on its way to the posting function and back: columns in, one answer per command out."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.ids import new_id
from kernel.problems import Problem
from ledger.bodies import body_hash
from ledger.entries import Command, Entry
from ledger.refusals import refusal
from ledger.values import value

_COLUMNS = (
    *("uuid", "text", "text", "uuid", "date", "text"),  # id, key, fact, reference, effective_on, actor
    *("uuid", "uuid", "text", "text", "uuid"),  # determination, case, approvals, reason, reverses
    *("uuid", "bigint", "boolean"),  # hold, how much of it, whether the rest is released
    "text",  # the accounts that are touched, each once
    *("integer", "integer"),  # item of each leg; last leg of each item
    *("integer", "bigint"),  # account and signed fen of each leg
    *("text", "text", "text", "text"),  # event type, subject, data; request id
    "bytea",  # the hashes of the bodies, one after the other
    *("bigint", "bigint"),  # of each account: what its fen ran between
    *("bigint", "integer"),  # up to each leg: fen and legs on its account
)
_SEPARATOR = "\x1f"


def _column(place: int, kind: str) -> str:
    """A column travels as one string: asyncpg asks every element of an array what it is, and a batch has thousands."""
    if kind == "bytea":
        return f"${place}"
    if kind == "text":
        return f"string_to_array(${place}::text, E'\\x1f', '')"
    return f"(${place}::text)::{kind}[]"


POST_CALL = "ledger_post_batch($1, $2, $3, {})".format(
    ", ".join(_column(place, kind) for place, kind in enumerate(_COLUMNS, 4))
)
POST = f"SELECT * FROM {POST_CALL}"
POST_PARAMETERS = 3 + len(_COLUMNS)  # city, book and moment come first


@value
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


def conflicts(command: Command) -> tuple[Hashable, ...]:
    """What two commands of one batch must not share: the second is decided after the first has been written."""
    entry = command.entry
    if entry.capture is None and entry.reverses is None:
        return (command.key,)
    hold_id = entry.capture and entry.capture.hold_id
    return tuple(mark for mark in (command.key, hold_id, entry.reverses) if mark is not None)


def waves(commands: Sequence[Command]) -> list[list[int]]:
    """Places in `commands`, split so that no wave holds two that conflict, or days of two months.

    Order within a conflict is kept, and between months.
    """
    found: list[list[int]] = []
    last_wave: dict[Hashable, int] = {}
    earliest, month = 0, commands[0].month if commands else None
    for place, command in enumerate(commands):
        if command.month != month:
            earliest, month = len(found), command.month
        marks = conflicts(command)
        wave = max(earliest, *(last_wave.get(mark, -1) + 1 for mark in marks))
        last_wave.update(dict.fromkeys(marks, wave))
        if wave == len(found):
            found.append([])
        found[wave].append(place)
    return found


@dataclass(frozen=True, slots=True)
class Batch:
    """Commands of one journal, numbered with the ids their entries will have."""

    city_code: str
    book: str
    ids: Sequence[UUID]
    parameters: tuple[Any, ...]


def batch(city_code: str, book: str, now: datetime, commands: Sequence[Command]) -> Batch:
    """The parameters of `POST`. Raises ValueError for text with control characters."""
    entries = [command.entry for command in commands]
    ids = [command.entry_id or new_id() for command in commands]
    legs = _legs(entries)
    return Batch(
        city_code,
        book,
        ids,
        (
            city_code,
            book,
            now,
            _uuids(ids),
            _texts([command.key for command in commands]),
            _texts([entry.fact for entry in entries]),
            _uuids([entry.reference for entry in entries]),
            _plain(_once(entry.effective_on for entry in entries)),
            _texts([command.actor for command in commands]),
            _uuids([entry.determination_id for entry in entries]),
            _uuids([entry.case_id for entry in entries]),
            _texts([_uuids(entry.approvals) for entry in entries]),
            _texts([entry.reason for entry in entries]),
            _uuids([entry.reverses for entry in entries]),
            *_captures(entries),
            *legs[:5],
            *_announcements(commands),
            b"".join([body_hash(command) for command in commands]),
            *legs[5:],
        ),
    )


def _texts(column: list[str | None]) -> str | None:
    """None stands for a column without any value."""
    joined = _SEPARATOR.join([value or "" for value in column])
    if joined.count(_SEPARATOR) != len(column) - 1:
        raise ValueError("text with control characters")
    return joined if len(joined) >= len(column) else None


def _uuids(column: Sequence[UUID | None]) -> str | None:
    if not any(column):
        return None
    return "{" + ",".join(["NULL" if value is None else f"{value.int:032x}" for value in column]) + "}"


def _once(column: Iterable[object]) -> list[object]:
    """A value that all share, or all values."""
    values = list(column)
    return values[:1] if values.count(values[0]) == len(values) else values


def _plain(column: Iterable[object]) -> str:
    return "{" + ",".join(["NULL" if value is None else str(value) for value in column]) + "}"


def _captures(entries: Sequence[Entry]) -> tuple[str | None, ...]:
    captures = [entry.capture for entry in entries]
    if not any(captures):
        return None, None, None
    return (
        _uuids([capture.hold_id if capture else None for capture in captures]),
        _plain(capture.amount_fen if capture else None for capture in captures),
        _plain(capture.release_rest if capture else None for capture in captures),
    )


def _legs(entries: Sequence[Entry]) -> list[str | None]:
    """Accounts; of each leg, in the order of the entries: item, account and signed fen, and of each item its last leg.

    Then what is moved, debits less credits: between which two on each account, and up to each leg on the leg's account,
    in fen and in legs.
    """
    accounts: dict[str, list[int]] = {}  # place, lowest, highest and present fen, legs
    items, ends, at, amounts, up_to_fen, up_to_legs = [], [], [], [], [], []
    for item, entry in enumerate(entries, 1):
        for leg in entry.legs:
            amount = fen = leg.signed_fen
            moved = accounts.get(leg.account)
            if moved is None:
                moved = accounts[leg.account] = [len(accounts) + 1, fen, fen, fen, 1]
            else:
                fen = moved[3] = moved[3] + fen
                moved[4] += 1
                if fen < moved[1]:
                    moved[1] = fen
                elif fen > moved[2]:
                    moved[2] = fen
            items.append(item)
            at.append(moved[0])
            amounts.append(amount)
            up_to_fen.append(fen)
            up_to_legs.append(moved[4])
        ends.append(len(at))
    _, lowest, highest, _, _ = zip(*accounts.values(), strict=True)
    columns = (items, ends, at, amounts, lowest, highest, up_to_fen, up_to_legs)
    return [_texts(list(accounts)), *(_plain(column) for column in columns)]


def _announcements(commands: Sequence[Command]) -> tuple[str | None, ...]:
    told = [command.announcement for command in commands]
    if not any(told):
        return None, None, None, None
    return (
        _texts([announcement.type if announcement else None for announcement in told]),
        _texts([announcement.subject if announcement else None for announcement in told]),
        _texts([announcement.data if announcement else None for announcement in told]),
        _texts([command.request_id for command in commands]),
    )


def answers(sent: Batch, row: Mapping[str, Any]) -> list[Outcome]:
    """One outcome per command, in order: what `POST` returned for the batch."""
    city_code, book = sent.city_code, sent.book
    if row["plain"]:
        period, at = row["period"], row["recorded_at"]
        return [
            Posted(entry_id, city_code, book, period, number, at)
            for number, entry_id in enumerate(sent.ids, row["first_number"])
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
