"""Whether the sub-ledger and the control account of a tranche say the same. Amounts in fen."""

from dataclasses import dataclass

from kernel.findings import Finding, findings


@dataclass(frozen=True, slots=True)
class SubLedger:
    """Where the money of a tranche stands here: five balances, and what the registers of vouchers say of four.

    A reversal is returning until funds has told that it is back under control; then it is returned.
    """

    unissued_fen: int
    issued_fen: int
    in_transit_fen: int
    settled_fen: int
    returning_fen: int
    voucher_value_fen: int
    redemptions_in_transit_fen: int
    redemptions_settled_fen: int
    reversals_returning_fen: int
    reversals_returned_fen: int

    @property
    def opened_fen(self) -> int:
        return self.unissued_fen + self.issued_fen + self.in_transit_fen + self.settled_fen + self.returning_fen

    @property
    def redeemed_fen(self) -> int:
        """Redeemed so far, booked by funds or not, reversed since or not."""
        return self.in_transit_fen + self.told_fen

    @property
    def told_fen(self) -> int:
        """Redemptions funds has told that it booked, reversed since or not."""
        return self.settled_fen + self.reversed_fen

    @property
    def reversed_fen(self) -> int:
        """Reversed so far, booked by funds or not."""
        return self.returning_fen + self.reversals_returned_fen


@dataclass(frozen=True, slots=True)
class Control:
    """The tranche in the books of funds."""

    allotted_fen: int
    control_fen: int
    booked_fen: int
    reversed_fen: int = 0


REGISTERS_DIFFER = Finding(
    "registers_differ",
    (),
    "分户账与创新券登记簿不一致。",
    "The sub-ledger and the registers of vouchers and redemptions differ.",
)
CONTROL_UNEXPLAINED = Finding(
    "control_unexplained",
    (),
    "控制账户余额不等于下达额减已入账兑付加已入账冲回。",
    "The control account is not the allotment less the redemptions booked and not reversed.",
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


REVERSALS_IMPOSSIBLE = Finding(
    "reversals_impossible",
    (),
    "已入账冲回少于分户账已确认数,或多于已冲回数。",
    "Fewer reversals are booked than were told, or more than were made.",
)


def agreement_findings(before: SubLedger, control: Control, after: SubLedger) -> list[Finding]:
    """What does not agree. The two sides are read one after the other while both go on working.

    Told here before ≤ booked there ≤ redeemed here afterwards, whatever happens in between: a booking is told after it
    was made, and made after the redemption. So it is with reversals.
    """
    in_books = (after.issued_fen, after.in_transit_fen, after.told_fen, after.returning_fen)
    in_registers = (
        after.voucher_value_fen,
        after.redemptions_in_transit_fen,
        after.redemptions_settled_fen,
        after.reversals_returning_fen,
    )
    explained = control.allotted_fen - control.booked_fen + control.reversed_fen
    return findings(
        (in_books != in_registers, REGISTERS_DIFFER),
        (control.control_fen != explained, CONTROL_UNEXPLAINED),
        (control.allotted_fen != after.opened_fen, ALLOTMENTS_DIFFER),
        (not before.told_fen <= control.booked_fen <= after.redeemed_fen, BOOKINGS_IMPOSSIBLE),
        (
            not before.reversals_returned_fen <= control.reversed_fen <= after.reversed_fen,
            REVERSALS_IMPOSSIBLE,
        ),
    )
