"""How a sub-fund's money is booked: one entry for each fact, city's books and record. Pure. Amounts in fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.entries import Entry, Leg, credit, debit
from services.funds.guidance_fund.chart import Vehicle


class Fact(StrEnum):
    COMMITTED = "sub_fund.committed"
    CALLED = "sub_fund.called"
    CALL_LAPSED = "sub_fund.call_lapsed"
    PAID_IN = "sub_fund.paid_in"
    INVESTED = "sub_fund.invested"
    FEE_CHARGED = "sub_fund.fee_charged"
    EXITED = "sub_fund.exited"
    DISTRIBUTED = "sub_fund.distributed"
    RETURNED = "sub_fund.returned"
    WOUND_UP = "sub_fund.wound_up"


@dataclass(frozen=True, slots=True)
class Lineage:
    """What every entry about a sub-fund cites: the object, the determination it rests on, who approved."""

    reference: UUID
    determination_id: UUID
    approvals: Sequence[UUID] = ()


def committed(vehicle: Vehicle, amounts: Mapping[int, int], public_fen: int, *, cites: Lineage, on: date) -> Entry:
    """The agreement stands: the city's budget is pledged; each investor can be called for its commitment."""
    return _entry(Fact.COMMITTED, cites, on, [
        debit(vehicle.line.allotted, public_fen),   credit(vehicle.pledged, public_fen),

        *(debit(vehicle.record("uncalled", number), amount) for number, amount in amounts.items()),
        credit(vehicle.record("committed"), sum(amounts.values())),
    ])  # fmt: skip


def called(vehicle: Vehicle, shares: Mapping[int, int], *, cites: Lineage, on: date) -> Entry:
    """A drawdown is called from every investor."""
    legs: list[Leg] = []
    for number, amount in shares.items():
        legs += [debit(vehicle.record("called", number), amount), credit(vehicle.record("uncalled", number), amount)]
    return _entry(Fact.CALLED, cites, on, legs)


def call_lapsed(vehicle: Vehicle, shares: Mapping[int, int], *, cites: Lineage, on: date) -> Entry:
    """What never came in is owed no more, and can be called again."""
    legs: list[Leg] = []
    for number, amount in shares.items():
        legs += [debit(vehicle.record("uncalled", number), amount), credit(vehicle.record("called", number), amount)]
    return _entry(Fact.CALL_LAPSED, cites, on, legs)


def paid_in(vehicle: Vehicle, number: int, amount_fen: int, *, cites: Lineage, on: date) -> Entry:
    """An investor's share is on the sub-fund's account in custody."""
    return _entry(Fact.PAID_IN, cites, on, [
        debit(vehicle.record("cash"), amount_fen),  credit(vehicle.record("called", number), amount_fen),
    ])  # fmt: skip


def invested(vehicle: Vehicle, number: int, amount_fen: int, *, cites: Lineage, on: date) -> Entry:
    """The sub-fund invested in a firm."""
    return _entry(Fact.INVESTED, cites, on, [
        debit(vehicle.record("holding", number), amount_fen),   credit(vehicle.record("cash"), amount_fen),
    ])  # fmt: skip


def fee_charged(vehicle: Vehicle, amount_fen: int, *, cites: Lineage, on: date) -> Entry:
    """The manager took its fee."""
    return _entry(Fact.FEE_CHARGED, cites, on, [
        debit(vehicle.record("fees"), amount_fen),  credit(vehicle.record("cash"), amount_fen),
    ])  # fmt: skip


def exited(vehicle: Vehicle, number: int, cost_fen: int, proceeds_fen: int, *, cites: Lineage, on: date) -> Entry:
    """A holding, or a part of it, was sold or written off; what it brought beyond its cost is the result."""
    legs = [credit(vehicle.record("holding", number), cost_fen)]
    if proceeds_fen:
        legs.append(debit(vehicle.record("cash"), proceeds_fen))
    if proceeds_fen > cost_fen:
        legs.append(credit(vehicle.record("result"), proceeds_fen - cost_fen))
    if proceeds_fen < cost_fen:
        legs.append(debit(vehicle.record("result"), cost_fen - proceeds_fen))
    return _entry(Fact.EXITED, cites, on, legs)


def distributed(vehicle: Vehicle, amount_fen: int, carry_fen: int, *, cites: Lineage, on: date) -> Entry:
    """The sub-fund paid out: to its investors, and of the whole amount the carry to its manager."""
    legs = [credit(vehicle.record("cash"), amount_fen)]
    if amount_fen > carry_fen:
        legs.append(debit(vehicle.record("distributed"), amount_fen - carry_fen))
    if carry_fen:
        legs.append(debit(vehicle.record("carry"), carry_fen))
    return _entry(Fact.DISTRIBUTED, cites, on, legs)


@dataclass(frozen=True, slots=True)
class PublicPart:
    """What the city gets: principal back, gain before concession, what of it is given up, principal lost."""

    capital_fen: int
    gain_fen: int
    conceded_fen: int
    loss_fen: int = 0

    @property
    def cash_fen(self) -> int:
        """What arrives at the treasury."""
        return self.capital_fen + self.gain_fen - self.conceded_fen


def returned(vehicle: Vehicle, part: PublicPart, unpledged_fen: int, *, cites: Lineage, on: date) -> Entry | None:
    """The city's part has arrived: principal can be used again, gains go to the treasury, what was given up shows.

    `unpledged_fen` is what need not be paid any more after the stake was sold.
    """
    line, legs = vehicle.line, _released(vehicle, unpledged_fen)
    if part.capital_fen:
        legs += [
            debit(line.treasury, part.capital_fen),     credit(vehicle.stake, part.capital_fen),

            debit(line.spent, part.capital_fen),        credit(line.allotted, part.capital_fen),
        ]  # fmt: skip
    if part.gain_fen:
        legs.append(credit(vehicle.gains, part.gain_fen))
        legs += [debit(vehicle.conceded, part.conceded_fen)] if part.conceded_fen else []
        kept = part.gain_fen - part.conceded_fen
        legs += [debit(vehicle.remitted, kept)] if kept else []
    if part.loss_fen:
        legs += [debit(vehicle.losses, part.loss_fen), credit(vehicle.stake, part.loss_fen)]
    return _entry(Fact.RETURNED, cites, on, legs) if legs else None


def wound_up(vehicle: Vehicle, lost_fen: int, unpledged_fen: int, *, cites: Lineage, on: date) -> Entry | None:
    """Nothing comes back any more: the cost that is left is the city's loss, and a pledge that is left is free."""
    legs = _released(vehicle, unpledged_fen)
    if lost_fen:
        legs += [debit(vehicle.losses, lost_fen), credit(vehicle.stake, lost_fen)]
    return _entry(Fact.WOUND_UP, cites, on, legs) if legs else None


def _released(vehicle: Vehicle, unpledged_fen: int) -> list[Leg]:
    if not unpledged_fen:
        return []
    return [debit(vehicle.pledged, unpledged_fen), credit(vehicle.line.allotted, unpledged_fen)]


def _entry(fact: Fact, cites: Lineage, on: date, legs: Sequence[Leg]) -> Entry:
    return Entry(
        fact,
        on,
        legs,
        reference=cites.reference,
        determination_id=cites.determination_id,
        approvals=tuple(cites.approvals),
    )
