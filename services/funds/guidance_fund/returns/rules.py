"""How what comes back is shared: principal first, then gains, pro rata; of the city's gain alone a part is given up.

Where the terms give the manager a carry: contributions back, then gains up to the hurdle, and of what lies beyond it
the manager's part, without catch-up. The hurdle is a threshold, counted over the whole sub-fund; nobody owes it.

No investor is made whole by another: what is lost is lost by each in proportion. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kernel.findings import Finding, findings
from kernel.money import allocate, share_of, simple_interest_up


@dataclass(frozen=True, slots=True)
class Holder:
    """An investor at the moment: what it paid in, and what of it is still out."""

    number: int
    paid_fen: int
    outstanding_fen: int
    is_citys: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What an investor gets: principal and gain. `conceded_fen` is above zero for what the city gave up to it."""

    number: int
    capital_fen: int
    gain_fen: int
    conceded_fen: int = 0


def split(amount_fen: int, holders: Sequence[Holder]) -> list[Part]:
    """Principal back by what is outstanding, the rest as gain by what was paid in; exact to the fen."""
    outstanding = [holder.outstanding_fen for holder in holders]
    capital = min(amount_fen, sum(outstanding))
    backs = allocate(capital, outstanding) if capital else [0] * len(holders)
    gain = amount_fen - capital
    gains = allocate(gain, [holder.paid_fen for holder in holders]) if gain else [0] * len(holders)
    return [Part(holder.number, *part) for holder, *part in zip(holders, backs, gains, strict=True)]


@dataclass(frozen=True, slots=True)
class Flow:
    """What investors together paid in, or got back of it, on a day."""

    on: date
    amount_fen: int


def hurdle_fen(paid: Sequence[Flow], returned: Sequence[Flow], *, yearly_bp: int, on: date) -> int:
    """Simple interest on what was out, from each day it was paid in to the day it came back."""
    fen_days = sum(_fen_days(flow, on) for flow in paid) - sum(_fen_days(flow, on) for flow in returned)
    return simple_interest_up(max(0, fen_days), yearly_bp)


def _fen_days(flow: Flow, on: date) -> int:
    return flow.amount_fen * max(0, (on - flow.on).days)


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A distribution in its order. Of the gain, `preferred_fen` lies below the hurdle; `carry_fen` is the manager's."""

    parts: list[Part]
    preferred_fen: int
    carry_fen: int


def waterfall(amount_fen: int, holders: Sequence[Holder], *, hurdle_left_fen: int, carry_bp: int) -> Waterfall:
    """Principal, gains up to what is left of the hurdle, the carry, rounded down, and the rest to the investors."""
    gain = max(0, amount_fen - sum(holder.outstanding_fen for holder in holders))
    preferred = min(gain, hurdle_left_fen) if carry_bp else 0
    carry = share_of(gain - preferred, carry_bp)
    return Waterfall(split(amount_fen - carry, holders), preferred, carry)


def concede(parts: Sequence[Part], holders: Sequence[Holder], conceded_fen: int) -> list[Part]:
    """What the city gives up goes to the others, by what they paid in. With no other there is nobody to give to."""
    others = {holder.number: holder.paid_fen for holder in holders if not holder.is_citys and holder.paid_fen}
    if not conceded_fen or not others:
        return list(parts)
    given = dict(zip(others, allocate(conceded_fen, list(others.values())), strict=True))
    citys = {holder.number for holder in holders if holder.is_citys}
    return [
        replace(part, gain_fen=part.gain_fen - conceded_fen)
        if part.number in citys
        else replace(part, gain_fen=part.gain_fen + given.get(part.number, 0), conceded_fen=given.get(part.number, 0))
        for part in parts
    ]


def year_of_holding(first_paid_on: date, on: date) -> int:
    """The year since the first payment, by its anniversaries; the first is 1, its anniversary still of it."""
    years = on.year - first_paid_on.year
    return max(1, years + ((on.month, on.day) > (first_paid_on.month, first_paid_on.day)))


def reinvestment_met(*, local_fen: int, public_paid_fen: int, reinvestment_bp: int | None) -> bool:
    """Whether local firms got the agreed multiple of the public money."""
    return local_fen >= share_of(public_paid_fen, reinvestment_bp or 0)


def exit_findings(*, is_calling: bool, has_unreceived: bool) -> list[Finding]:
    """A stake is left when nothing is under way any more."""
    return findings(
        (
            is_calling,
            Finding("drawdown_under_way", (), "尚有未完成的缴款。", "A drawdown is still under way."),
        ),
        (
            has_unreceived,
            Finding("return_under_way", (), "尚有未到账的分配。", "A distribution has not arrived yet."),
        ),
    )


def stake_findings(*, sold_fen: int, outstanding_fen: int) -> list[Finding]:
    """The price was agreed for what was out on that day: it arrives for nothing else."""
    zh, en = "出资余额与申报退出时不一致。", "The stake is not what it was when its sale was declared."
    facts = {"sold_fen": sold_fen, "outstanding_fen": outstanding_fen}
    return findings((sold_fen != outstanding_fen, Finding("stake_changed", (), zh, en, facts)))


def ending_findings(*, held_fen: int, cash_fen: int) -> list[Finding]:
    """A sub-fund is wound up when it holds nothing any more."""
    zh, en = "子基金仍有在投项目或资金。", "The sub-fund still holds investments or cash."
    facts = {"held_fen": held_fen, "cash_fen": cash_fen}
    return findings((held_fen > 0 or cash_fen > 0, Finding("still_holds", (), zh, en, facts)))
