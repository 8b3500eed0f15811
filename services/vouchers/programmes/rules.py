"""Whether the sub-ledger and the control account of a tranche say the same. Amounts in fen."""

from dataclasses import dataclass

from kernel.findings import Finding, findings


@dataclass(frozen=True, slots=True)
class SubLedger:
    """Where the money of a tranche stands here: four balances, and what the registers of vouchers say of three."""

    unissued_fen: int
    issued_fen: int
    in_transit_fen: int
    settled_fen: int
    voucher_value_fen: int
    redemptions_in_transit_fen: int
    redemptions_settled_fen: int

    @property
    def opened_fen(self) -> int:
        return self.unissued_fen + self.issued_fen + self.in_transit_fen + self.settled_fen

    @property
    def redeemed_fen(self) -> int:
        """Redeemed so far, booked by funds or not."""
        return self.in_transit_fen + self.settled_fen


@dataclass(frozen=True, slots=True)
class Control:
    """The tranche in the books of funds."""

    allotted_fen: int
    control_fen: int
    booked_fen: int


REGISTERS_DIFFER = Finding(
    "registers_differ",
    (),
    "分户账与创新券登记簿不一致。",
    "The sub-ledger and the registers of vouchers and redemptions differ.",
)
CONTROL_UNEXPLAINED = Finding(
    "control_unexplained",
    (),
    "控制账户余额不等于下达额减已入账兑付。",
    "The control account is not the allotment less the redemptions booked.",
)
ALLOTMENTS_DIFFER = Finding(
    "allotments_differ", (), "双方记录的批次额度不一致。", "The two sides know different allotments."
)
BOOKINGS_IMPOSSIBLE = Finding(
    "bookings_impossible",
    (),
    "已入账兑付少于分户账已确认数,或多于已兑付数。",
    "Fewer redemptions are booked than were told, or more than were made.",
)


def agreement_findings(settled_before_fen: int, control: Control, after: SubLedger) -> list[Finding]:
    """What does not agree. The two sides are read one after the other while both go on working.

    Settled here before ≤ booked there ≤ redeemed here afterwards, whatever happens in between: a booking is told after
    it was made, and made after the redemption.
    """
    in_registers = (after.voucher_value_fen, after.redemptions_in_transit_fen, after.redemptions_settled_fen)
    return findings(
        ((after.issued_fen, after.in_transit_fen, after.settled_fen) != in_registers, REGISTERS_DIFFER),
        (control.control_fen != control.allotted_fen - control.booked_fen, CONTROL_UNEXPLAINED),
        (control.allotted_fen != after.opened_fen, ALLOTMENTS_DIFFER),
        (not settled_before_fen <= control.booked_fen <= after.redeemed_fen, BOOKINGS_IMPOSSIBLE),
    )
