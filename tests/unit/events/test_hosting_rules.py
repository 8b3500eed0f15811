"""What may be stated about a cost, and what a check must say to it."""

from datetime import date
from uuid import UUID

import pytest

from contracts.funds import invoice_print
from kernel.findings import codes
from kernel.money import FEN_MAX
from services.events.hosting.invoices import reference_of
from services.events.hosting.rules import (
    CostKind,
    CostLine,
    Decision,
    Held,
    Invoice,
    PublicMoney,
    Reach,
    Stated,
    decision_findings,
    people_findings,
    statement_findings,
    taken_findings,
)
from services.funds.invoices.rules import InvoiceStated

HOST, ON = UUID(int=1), date(2026, 12, 1)
HELD = Held(is_cancelled=False, is_over=True, hosts=frozenset({HOST}))


def an_invoice(last: int, amount: int = 100, on: date = ON) -> Invoice:
    return Invoice(f"263370000000{last:08d}", None, "会展中心", on, amount)


def stated(*invoices: Invoice, amount: int = 100, public: int = 0) -> Stated:
    return Stated(
        reach=Reach.NATIONAL,
        lines=tuple(CostLine(CostKind.VENUE, "会场", amount, invoice) for invoice in invoices),
        public_money=(PublicMoney("区财政局", public),) if public else (),
        own_income_fen=0,
        participants=10,
        participants_evidence="签到表",
        audit_report=None,
    )


def test_a_plain_statement_stands() -> None:
    assert statement_findings(stated(an_invoice(1), an_invoice(2)), HELD, host_id=HOST, on=ON) == []


def test_a_line_is_at_most_its_invoice_and_of_today_at_most() -> None:
    later = date(2026, 12, 2)
    assert codes(statement_findings(stated(an_invoice(1, 99)), HELD, host_id=HOST, on=ON)) == ["line_above_invoice"]
    found = statement_findings(stated(an_invoice(1, on=later)), HELD, host_id=HOST, on=ON)
    assert (codes(found), found[0].facts) == (["invoice_in_future"], {"line": 1, "number_last4": "0001"})
    assert statement_findings(stated(an_invoice(1, on=later)), HELD, host_id=HOST, on=later) == []


def test_a_sum_no_reader_can_hold_is_refused() -> None:
    big = stated(an_invoice(1, FEN_MAX), an_invoice(2, FEN_MAX), amount=FEN_MAX)
    assert codes(statement_findings(big, HELD, host_id=HOST, on=ON)) == ["total_out_of_range"]


def test_paper_and_digital_invoices_are_told_apart_and_one_is_one() -> None:
    paper = Invoice("12345678", "032001900111", "a", ON, 100)
    assert paper.fingerprint != Invoice("12345678", "032001900112", "a", ON, 100).fingerprint
    assert paper.fingerprint == Invoice("12345678", "032001900111", "b", date(2026, 1, 1), 7).fingerprint
    found = statement_findings(stated(paper, paper), HELD, host_id=HOST, on=ON)
    assert codes(found) == ["invoice_repeated", "invoice_repeated"]


@pytest.mark.parametrize(("number", "code"), [("26337000000000000001", None), ("12345678", "032001900111")])
def test_the_register_knows_an_invoice_by_the_print_it_is_told_by(number: str, code: str | None) -> None:
    assert InvoiceStated(number, code, None, 1).fingerprint == invoice_print(number, code)
    assert Invoice(number, code, "x", ON, 1).fingerprint == invoice_print(number, code)


def test_what_another_host_stated_is_named_by_its_line() -> None:
    lines = stated(an_invoice(1), an_invoice(2)).lines
    (found,) = taken_findings(lines, {lines[1].invoice.fingerprint})
    assert (found.code, found.facts) == ("invoice_stated_before", {"line": 2, "number_last4": "0002"})


def test_each_line_is_decided_once_and_a_refusal_has_a_ground() -> None:
    yes, no = Decision(1, True, None, ()), Decision(2, False, "超标", ("JX-22",))
    assert decision_findings([yes, no], lines=2) == []
    assert codes(decision_findings([], lines=2)) == ["line_undecided", "line_undecided"]
    for bare in (Decision(2, False, None, ("JX-22",)), Decision(2, False, "超标", ())):
        assert codes(decision_findings([yes, bare], lines=2)) == ["refusal_without_ground"]
    assert codes(decision_findings([yes, yes, no, Decision(3, True, None, ())], lines=2)) == [
        "line_decided_twice", "line_unknown",
    ]  # fmt: skip


def test_one_person_does_one_step() -> None:
    assert people_findings("c", "a", "b", None) == []
    assert codes(people_findings("a", "a", "b")) == ["same_person"]


def test_a_hosts_invoices_are_held_under_one_reference_whatever_the_edition() -> None:
    assert reference_of(UUID(int=7), HOST) == reference_of(UUID(int=7), HOST)
    assert reference_of(UUID(int=7), HOST) != reference_of(UUID(int=7), UUID(int=2))
