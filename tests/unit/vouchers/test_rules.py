from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from services.vouchers.issuance import states as voucher_states
from services.vouchers.issuance.rules import Application, issue_findings, issued_facts
from services.vouchers.programmes.rules import Control, SubLedger, agreement_findings
from services.vouchers.providers.rules import admission_findings
from services.vouchers.redemption.rules import Claim, Invoice, Standing, redemption_findings

TODAY = date(2026, 12, 11)
CLAIM = Claim("technical_testing", date(2026, 12, 10), date(2026, 12, 1), 3_000_000, Invoice("2" * 20, None))
STANDING = Standing(frozenset({"technical_testing"}), False, False, date(2026, 11, 22))
APPLICATION = Application(UUID(int=1), date(2026, 11, 20), datetime(2026, 11, 20, tzinfo=UTC))


def reasons(claim: Claim = CLAIM, standing: Standing = STANDING) -> list[str]:
    return codes(redemption_findings(claim, standing, on=TODAY, clauses=("WH-18",)))


def test_a_claim_in_order_has_nothing_against_it() -> None:
    assert reasons() == []


@pytest.mark.parametrize(
    ("claim", "standing", "code"),
    [
        (CLAIM, replace(STANDING, admitted_kinds=None), "provider_not_admitted"),
        (CLAIM, replace(STANDING, admitted_kinds=frozenset()), "provider_not_admitted_for_kind"),
        (CLAIM, replace(STANDING, provider_is_holder=True), "provider_is_holder"),
        (CLAIM, replace(STANDING, invoice_used=True), "invoice_used"),
        (replace(CLAIM, service_on=date(2026, 12, 12)), STANDING, "service_in_future"),
        (
            replace(CLAIM, service_on=date(2026, 11, 21), contract_on=date(2026, 11, 21)),
            STANDING,
            "service_before_issue",
        ),
        (replace(CLAIM, contract_on=date(2026, 12, 12)), STANDING, "service_before_contract"),
    ],
)
def test_each_reason(claim: Claim, standing: Standing, code: str) -> None:
    assert reasons(claim, standing) == [code]


def test_all_reasons_come_at_once_with_their_clause() -> None:
    worst = Standing(None, True, True, date(2027, 1, 1))
    found = redemption_findings(CLAIM, worst, on=date(2026, 12, 1), clauses=("WH-18",))
    assert len(found) == 5
    assert all(finding.clauses == ("WH-18",) for finding in found)


def test_an_invoice_is_the_same_by_number_and_code() -> None:
    old = Invoice("12345678", "1100182130")
    assert old.fingerprint == Invoice("12345678", "1100182130").fingerprint
    assert old.fingerprint != Invoice("12345678", "1100182131").fingerprint


def issue(application: Application = APPLICATION, **more: object) -> list[str]:
    asked = {
        "issuer": "person:officer-2",
        "holder_is_active": True,
        "barred_until": None,
        "unissued_fen": 1,
        "face_fen": 1,
        "items": frozenset({"apply-voucher"}),
        "clauses": ("WH-18",),
    } | more
    return codes(issue_findings(application, **asked))  # type: ignore[arg-type]


def test_issue_needs_a_holder_money_and_a_second_officer() -> None:
    on_case = replace(APPLICATION, case_id=UUID(int=5), item="apply-voucher", accepted_by="person:officer-1")
    assert issue() == issue(on_case) == []
    assert issue(on_case, issuer="person:officer-1") == ["second_officer_needed"]
    assert issue(replace(on_case, opened_by="person:officer-2")) == ["decided_by_entering_officer"]
    assert issue(replace(on_case, item="redeem-voucher")) == ["item_of_other_programme"]
    assert issue(holder_is_active=False, unissued_fen=0) == ["holder_ended", "tranche_used_up"]


def test_a_provider_is_admitted_once_at_a_time() -> None:
    day, later = date(2026, 1, 1), date(2026, 6, 1)

    def against(admitted_on: date, ended_on: date | None, **more: object) -> list[str]:
        asked = {"is_active": True, "admitted_on": admitted_on, "earlier": [(day, ended_on)], "barred_until": None}
        return codes(admission_findings(**(asked | more)))  # type: ignore[arg-type]

    assert against(later, later) == []
    assert against(day, later) == ["admission_overlaps"]
    assert against(later, None, is_active=False, barred_until=later) == [
        "provider_barred",
        "organisation_ended",
        "provider_already_admitted",
    ]


@pytest.mark.parametrize("fact", voucher_states.Fact)
@pytest.mark.parametrize("status", voucher_states.Status)
def test_only_an_issued_or_frozen_voucher_moves(fact: voucher_states.Fact, status: voucher_states.Status) -> None:
    frozen = {voucher_states.Fact.UNFROZEN, voucher_states.Fact.VOIDED, voucher_states.Fact.EXPIRED}
    issued = set(voucher_states.Fact) - {voucher_states.Fact.UNFROZEN}
    moving = {voucher_states.Status.ISSUED: issued, voucher_states.Status.FROZEN: frozen}
    if fact in moving.get(status, ()):
        assert status_after(fact, status, voucher_states.MOVES) in voucher_states.Status
    else:
        with pytest.raises(IllegalMove):
            status_after(fact, status, voucher_states.MOVES)


BOOKS = SubLedger(
    unissued_fen=60,
    issued_fen=20,
    in_transit_fen=15,
    settled_fen=3,
    returning_fen=2,
    voucher_value_fen=20,
    redemptions_in_transit_fen=15,
    redemptions_settled_fen=12,
    reversals_returning_fen=2,
    reversals_returned_fen=7,
)
BEFORE = replace(BOOKS, returning_fen=0, reversals_returned_fen=7, settled_fen=5)


@pytest.mark.parametrize("booked_fen", [12, 20, 27])
@pytest.mark.parametrize("reversed_fen", [7, 9])
def test_both_sides_agree_whatever_has_not_been_told_yet(booked_fen: int, reversed_fen: int) -> None:
    control = Control(100, 100 - booked_fen + reversed_fen, booked_fen, reversed_fen)
    assert agreement_findings(BEFORE, control, BOOKS) == []


@pytest.mark.parametrize(
    ("control", "books", "code"),
    [
        (Control(100, 95, 12, 7), replace(BOOKS, voucher_value_fen=19), "registers_differ"),
        (Control(100, 95, 12, 7), replace(BOOKS, reversals_returning_fen=1), "registers_differ"),
        (Control(100, 94, 12, 7), BOOKS, "control_unexplained"),
        (Control(101, 96, 12, 7), BOOKS, "allotments_differ"),
        (Control(100, 96, 11, 7), BOOKS, "bookings_impossible"),
        (Control(100, 79, 28, 7), BOOKS, "bookings_impossible"),
        (Control(100, 94, 12, 6), BOOKS, "reversals_impossible"),
        (Control(100, 98, 12, 10), BOOKS, "reversals_impossible"),
    ],
)
def test_each_disagreement_is_named(control: Control, books: SubLedger, code: str) -> None:
    assert codes(agreement_findings(BEFORE, control, books)) == [code]


@dataclass(frozen=True)
class Group:
    is_known: bool
    predecessors: tuple[UUID, ...] = ()


def test_what_counts_against_the_quotas_and_what_is_missing() -> None:
    """ZZ-22, JX-31: a controller nobody has stated is missing, not nought."""
    holder, merged, sister = (UUID(int=number) for number in (1, 2, 3))
    issued = {holder: 10, merged: 20, sister: 40}
    assert issued_facts(holder, issued, Group(is_known=False)) == {"issued_this_year_fen": 10}
    assert issued_facts(holder, issued, Group(is_known=True, predecessors=(merged,))) == {
        "issued_this_year_fen": 30, "issued_to_controller_this_year_fen": 70,
    }  # fmt: skip
