"""Who is told what. The window is told everything: its feed and the cases' timelines live on it."""

EVERYTHING = frozenset({"*"})
CITY = frozenset({"city.opened", "city.clock_moved", "city.closed", "policy.snapshot_published"})

# What who decides cases is told of them.
CASES = frozenset({"case.accepted", "case.supplemented", "case.supplement_lapsed"})

# producer → subscriber → event types
SUBSCRIPTIONS: dict[str, dict[str, frozenset[str]]] = {
    "window": {
        "registry": CITY | CASES,
        "vouchers": CITY | CASES,
        "funds": CITY | CASES | {"case.opened"},
        "events": CITY,
    },
    "registry": {
        "window": EVERYTHING,
        "funds": frozenset(
            {
                "carrier.recognised",
                "carrier.evaluated",
                "carrier.recognition_ended",
                "organisation.merged",
                "organisation.deregistered",
            }
        ),
        "events": frozenset({"organisation.entrusted"}),
    },
    "events": {"window": EVERYTHING, "funds": frozenset({"hosting.cost_confirmed"})},
    "vouchers": {
        "window": EVERYTHING,
        "funds": frozenset({"voucher.redeemed", "voucher.redemption_reversed", "voucher.settlement_confirmed"}),
    },
    "funds": {
        "window": EVERYTHING,
        "vouchers": frozenset(
            {
                "tranche.allotted",
                "redemption.booked",
                "redemption.reversal_booked",
                "voucher_settlement.paid",
                "voucher_settlement.returned",
                "voucher_settlement.annulled",
            }
        ),
    },
}
