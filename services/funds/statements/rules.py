"""What a statement means beside the orders, purely: which line is about which order, what adds up, what is how old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel.findings import Finding, findings
from kernel.ids import decode_id
from services.funds.payments.rules import AdviceKind, AdviceLine

UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Line:
    """One booked transaction. `signed_fen` is above zero for money that came in."""

    signed_fen: int
    booked_on: date
    bank_reference: str
    end_to_end: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """Balances are null on a notification."""

    number: str
    account_number: str
    opening_fen: int | None
    closing_fen: int | None
    lines: tuple[Line, ...]

    @property
    def key(self) -> tuple[str, str]:
        """The numbers of the account and of the statement: under these it is taken once."""
        return self.account_number, self.number


def advice_of(line: Line) -> AdviceLine | None:
    """What the line says of an order of ours: money gone out settles it, money come back returns it."""
    try:
        order_id = decode_id("pay", line.end_to_end or "")
    except ValueError:
        return None
    kind: AdviceKind = "settled" if line.signed_fen < 0 else "returned"
    return AdviceLine(order_id, kind, abs(line.signed_fen), line.booked_on, line.bank_reference, line.text)


def statement_findings(statement: Statement, *, is_ours: bool, last_closing_fen: int | None) -> list[Finding]:
    """What stands against taking a statement: another account, or sums that do not lead from opening to closing."""
    opening, closing = statement.opening_fen, statement.closing_fen
    moved = sum(line.signed_fen for line in statement.lines)
    both = opening is not None and closing is not None
    difference = (opening or 0) + moved - (closing or 0)
    gap = (opening or 0) - (last_closing_fen or 0)
    return findings(
        (
            not is_ours,
            Finding("another_account", (), "对账单账户不是本市付款账户。", "It is of no account the city pays from."),
        ),
        (
            both and difference != 0,
            Finding(
                "does_not_add_up",
                (),
                "期初余额加发生额不等于期末余额。",
                "The opening balance and the lines do not make the closing balance.",
                {"difference_fen": difference},
            ),
        ),
        (
            last_closing_fen is not None and opening is not None and gap != 0,
            Finding(
                "does_not_follow",
                (),
                "期初余额与上一份对账单期末余额不符，可能缺少对账单。",
                "The opening balance is not where the statement before it ended: one may be missing.",
                {"difference_fen": gap},
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something that waits: an order at the bank without its word, or a line nobody has explained."""

    kind: str
    id: UUID
    amount_fen: int
    since: date


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Open items from `from_days` to `to_days` old, both counted in; `to_days` is null for the oldest."""

    from_days: int
    to_days: int | None
    items: int
    amount_fen: int


def ageing(items: Sequence[OpenItem], *, today: date, ages: Sequence[int]) -> list[AgeGroup]:
    """Open items by the calendar days they have waited; `ages` are the last days of all groups but the oldest."""
    bounds = [0, *(age + 1 for age in ages)]
    groups = []
    for place, lowest in enumerate(bounds):
        highest = ages[place] if place < len(ages) else None
        inside = [
            item
            for item in items
            if (today - item.since).days >= lowest and (highest is None or (today - item.since).days <= highest)
        ]
        groups.append(AgeGroup(lowest, highest, len(inside), sum(abs(item.amount_fen) for item in inside)))
    return groups
