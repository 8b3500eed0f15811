"""What a statement adds up to, and what stands against drawing one up and confirming it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel.findings import Finding, findings


@dataclass(frozen=True, slots=True)
class Item:
    """A redemption booked on a day, or what a finding confirmed on a day took back of one: then below zero."""

    redemption_id: UUID
    finding_id: UUID | None
    amount_fen: int
    on: date


@dataclass(frozen=True, slots=True)
class Totals:
    """What was redeemed, what was taken back, and what is left to pay."""

    redeemed_fen: int
    reversed_fen: int

    @property
    def total_fen(self) -> int:
        return self.redeemed_fen - self.reversed_fen


def totals(items: Sequence[Item]) -> Totals:
    """The two sides of a statement apart."""
    redeemed = sum(item.amount_fen for item in items if item.finding_id is None)
    taken_back = -sum(item.amount_fen for item in items if item.finding_id is not None)
    return Totals(redeemed, taken_back)


@dataclass(frozen=True, slots=True)
class Control:
    """A tranche's settled redemptions in the sub-ledger, and in statements or in none yet, by the registers."""

    settled_fen: int
    in_statements_fen: int
    not_in_statements_fen: int

    @property
    def agrees(self) -> bool:
        return self.settled_fen == self.in_statements_fen + self.not_in_statements_fen


def drawing_findings(items: Sequence[Item], *, lines_max: int, until_on: date, today: date) -> list[Finding]:
    """A statement is of a period that is over, pays something, and is not without end."""
    sums = totals(items)
    facts = {"redeemed_fen": sums.redeemed_fen, "reversed_fen": sums.reversed_fen}
    return findings(
        (until_on > today, Finding("period_not_over", (), "结算期尚未结束。", "The period is not over yet.")),
        (
            sums.total_fen <= 0,
            Finding("nothing_to_settle", (), "没有可结算的金额。", "There is nothing to be paid.", facts),
        ),
        (
            len(items) > lines_max,
            Finding(
                "too_many_lines",
                (),
                "明细过多,请按较早的截止日分次结算。",
                "Too many lines for one statement: settle to an earlier day first.",
                {"lines": len(items), "lines_max": lines_max},
            ),
        ),
    )


def confirmation_findings(
    *, confirmer: str, worked_on_by: Sequence[str | None], notice_until_on: date | None, today: date, found: int
) -> list[Finding]:
    """A second person confirms, when the notice is over and nothing was found since. `found`: so many findings."""
    running = notice_until_on is not None and today <= notice_until_on
    until = notice_until_on.isoformat() if notice_until_on else None
    return findings(
        (
            confirmer in worked_on_by,
            Finding(
                "prepared_by_same_person",
                (),
                "编制或公示结算单的人员不得确认。",
                "Whoever drew it up or published it may not confirm it.",
            ),
        ),
        (
            running,
            Finding("notice_running", (), "公示期未满。", "The public notice is not over.", {"until_on": until}),
        ),
        (
            found > 0,
            Finding(
                "finding_waiting",
                (),
                "所列兑付有待处理或未列入的冲回认定。",
                "A finding on one of its redemptions waits, or is not in it.",
                {"findings": found},
            ),
        ),
    )
