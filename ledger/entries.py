"""What is posted, as plain values: accounts, legs, entries, holds. Amounts are whole fen. Nothing here reads or writes.

def claim_paid(claim: Claim) -> Entry:
    return Entry(Fact.PAID, reference=claim.id, effective_on=claim.paid_on, legs=[
        debit(COMPENSATION_PAID, claim.amount_fen),   credit(POOL_CASH, claim.amount_fen),
    ])
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from ledger.values import value

MAX_FEN = 2**62  # a running balance then still fits PostgreSQL's bigint
CODE_LENGTH_MAX = 100


class NotAnEntryError(ValueError):
    """The author of a posting function made a mistake: too few legs, an amount below one fen, sides that differ."""


class Side(StrEnum):
    DEBIT = "D"
    CREDIT = "C"


class Kind(StrEnum):
    """What an account says. The last four are the steps of a budget: 预算, 指标, 冻结 and 支付."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"
    APPROPRIATED = "appropriated"
    ALLOTTED = "allotted"
    ENCUMBERED = "encumbered"
    SPENT = "spent"


_DEBIT_BY_NATURE = frozenset({Kind.ASSET, Kind.EXPENSE})
_UNSPEAKABLE = frozenset(" ,\n\r\t")
# Escapes JSON has and PostgreSQL does not: NUL, and half of a pair. A backslash may itself be escaped.
_UNSTORABLE = re.compile(
    r"(?<!\\)(?:\\\\)*"
    r"(?:\\u0000|\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F])"
)


@value
class Account:
    """An account of one city's chart. `spendable`: what is available, posted less held, never falls below zero.

    `programme`, `policy_year` and `payer_level` say whose money it is: the lineage of every payment out of it.
    """

    code: str
    kind: Kind
    name_zh: str
    name_en: str
    spendable: bool = False
    side: Side | None = None
    programme: str | None = None
    policy_year: int | None = None
    payer_level: str | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.code) <= CODE_LENGTH_MAX or not _UNSPEAKABLE.isdisjoint(self.code):
            raise ValueError("an account code is 1 to 100 characters without spaces and commas")

    @property
    def normal_side(self) -> Side:
        """The side that raises it: debit for assets and expenses, else credit, unless said otherwise."""
        return self.side or (Side.DEBIT if self.kind in _DEBIT_BY_NATURE else Side.CREDIT)


@value
class Leg:
    """One line of an entry. `signed_fen` is above zero for a debit, below for a credit."""

    account: str
    signed_fen: int

    @property
    def side(self) -> Side:
        return Side.DEBIT if self.signed_fen > 0 else Side.CREDIT

    @property
    def amount_fen(self) -> int:
        return abs(self.signed_fen)


def debit(account: Account | str, amount_fen: int) -> Leg:
    """A debit of a positive amount. Raises NotAnEntryError."""
    return Leg(account if isinstance(account, str) else account.code, _positive(amount_fen))


def credit(account: Account | str, amount_fen: int) -> Leg:
    """A credit of a positive amount. Raises NotAnEntryError."""
    return Leg(account if isinstance(account, str) else account.code, -_positive(amount_fen))


def _positive(amount_fen: int) -> int:
    if amount_fen.__class__ is not int or not 0 < amount_fen <= MAX_FEN:
        raise NotAnEntryError("an amount is a whole number of fen, at least one")
    return amount_fen


@value
class Capture:
    """Take `amount_fen` out of a hold. `release_rest` ends the hold and frees what is left of it."""

    hold_id: UUID
    amount_fen: int
    release_rest: bool = False


@value
class Entry:
    """One fact in the journal. Raises NotAnEntryError when it is none.

    `fact` is its past-tense name, `reference` the object it is about; `determination_id`, `case_id` and `approvals`
    lead back to the clause. `reverses` makes it a reversal (see `reversal`), and then `reason` is required.
    """

    fact: str
    effective_on: date
    legs: Sequence[Leg]
    reference: UUID | None = None
    determination_id: UUID | None = None
    case_id: UUID | None = None
    approvals: Sequence[UUID] = ()
    reason: str | None = None
    reverses: UUID | None = None
    capture: Capture | None = None

    def __post_init__(self) -> None:
        total = 0
        for leg in self.legs:
            total += leg.signed_fen
        if total:
            raise NotAnEntryError(f"debits and credits differ by {total} fen")
        if len(self.legs) < 2:  # noqa: PLR2004 - double entry
            raise NotAnEntryError("an entry has at least two legs")
        if isinstance(self.effective_on, datetime):  # a date to the type checker, and another text in the hash
            raise NotAnEntryError("an entry is effective on a day, not at a moment")
        if self.reason is not None or self.reverses is not None:
            _check_reason(self)


def _check_reason(entry: Entry) -> None:
    reason = entry.reason
    if not reason or not reason.strip():
        raise NotAnEntryError("a reversal says why")
    if "\n" in reason:
        raise NotAnEntryError("a reason is one line")


@value
class Hold:
    """Set `amount_fen` of a spendable account aside until `due_at`. It lowers what is available at once."""

    account: str
    amount_fen: int
    due_at: datetime
    fact: str
    reference: UUID | None = None
    determination_id: UUID | None = None
    case_id: UUID | None = None

    def __post_init__(self) -> None:
        _positive(self.amount_fen)
        if self.due_at.tzinfo is None:
            raise ValueError("due_at has a zone")


def reversed_legs(legs: Sequence[Leg]) -> list[Leg]:
    """The same lines on the other side."""
    return [Leg(leg.account, -leg.signed_fen) for leg in legs]


def reversal(
    legs: Sequence[Leg],
    *,
    of: UUID,
    fact: str,
    effective_on: date,
    reason: str,
    reference: UUID | None = None,
    case_id: UUID | None = None,
    approvals: Sequence[UUID] = (),
) -> Entry:
    """The entry that takes back `legs` of entry `of`: all of them, or a part. Together reversals never exceed it."""
    return Entry(
        fact,
        effective_on,
        reversed_legs(legs),
        reference=reference,
        case_id=case_id,
        approvals=approvals,
        reason=reason,
        reverses=of,
    )


@value
class Announcement:
    """The outbox row that becomes true with an entry. `data` is JSON text; `subject` the id of the object.

    Raises ValueError for what no log could keep: the relay would stand still before it.
    """

    type: str
    subject: str
    data: str

    def __post_init__(self) -> None:
        if not (self.type and self.subject and self.data.startswith("{")):
            raise ValueError("a fact has a type, a subject and an object for data")
        if "\\u" in self.data and _UNSTORABLE.search(self.data):
            raise ValueError("text with control characters, or half a character")


@value
class Command:
    """An entry to post once. The same key with the same entry answers with the first; with another it is refused."""

    entry: Entry
    key: str
    actor: str
    announcement: Announcement | None = None
    request_id: str | None = None
    entry_id: UUID | None = None

    @property
    def month(self) -> tuple[int, int]:
        """Year and month the entry is effective in: a batch is of one."""
        return self.entry.effective_on.year, self.entry.effective_on.month
