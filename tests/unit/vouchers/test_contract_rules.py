"""What stands against a contract, against a claim under one, and where a reservation can go."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from policy.terms import VoucherTerms
from services.vouchers.contracts.rules import (
    Agreement,
    Named,
    Parties,
    Relation,
    Standing,
    capture_findings,
    provider_end_findings,
    reservation_findings,
    service_findings,
)
from services.vouchers.contracts.schemas import as_one_spelling
from services.vouchers.contracts.states import MOVES, OPEN, Fact, Status
from services.vouchers.issuance import states as voucher_states

TODAY, SIGNED = date(2026, 12, 11), date(2026, 12, 1)
PROVIDER = UUID(int=2)
AGREEMENT = Agreement(PROVIDER, "technical_testing", "HT-1", SIGNED, 3_000_000, 1_500_000)
STANDING = Standing(frozenset({"technical_testing"}), provider_is_holder=False, number_registered=False)
NAMED = Named(PROVIDER, "technical_testing", SIGNED)


def against(agreement: Agreement = AGREEMENT, standing: Standing = STANDING) -> list[str]:
    return codes(reservation_findings(agreement, standing, on=TODAY, clauses=("WH-18",)))


@pytest.mark.parametrize(
    ("agreement", "standing", "found"),
    [
        (AGREEMENT, STANDING, []),
        (replace(AGREEMENT, signed_on=TODAY), STANDING, []),
        (replace(AGREEMENT, signed_on=date(2026, 12, 12)), STANDING, ["contract_in_future"]),
        (AGREEMENT, replace(STANDING, admitted_kinds=None), ["provider_not_admitted"]),
        (AGREEMENT, replace(STANDING, admitted_kinds=frozenset()), ["provider_not_admitted_for_kind"]),
        (AGREEMENT, replace(STANDING, provider_is_holder=True), ["provider_is_holder"]),
        (AGREEMENT, replace(STANDING, number_registered=True), ["contract_registered"]),
        (
            AGREEMENT,
            replace(STANDING, parties=Parties(("holder_ended",), (Relation(SIGNED, ("merged",)),))),
            [
                "holder_ended",
                "related_parties",
            ],
        ),
    ],
)
def test_each_reason_against_a_contract(agreement: Agreement, standing: Standing, found: list[str]) -> None:
    assert against(agreement, standing) == found


def test_all_reasons_come_at_once_and_cite_the_clause() -> None:
    related = (Relation(SIGNED, ("merged",)), Relation(TODAY, ("merged", "phone")))
    worst = Standing(None, True, True, Parties(relations=related))
    found = reservation_findings(replace(AGREEMENT, signed_on=date(2027, 1, 1)), worst, on=TODAY, clauses=("WH-18",))
    assert len(found) == 6
    assert {finding.clauses for finding in found} == {("WH-18",)}
    assert found[-1].facts == {"on": "2026-12-11", "through": ["merged", "phone"]}


def test_a_service_is_reported_after_the_contract_and_not_ahead() -> None:
    assert service_findings(served_on=SIGNED, signed_on=SIGNED, on=TODAY) == []
    assert service_findings(served_on=TODAY, signed_on=SIGNED, on=TODAY) == []
    worst = service_findings(served_on=date(2027, 1, 1), signed_on=date(2027, 1, 2), on=TODAY)
    assert codes(worst) == ["service_before_contract", "service_in_future"]
    assert codes(provider_end_findings(is_admitted=True)) == ["provider_still_admitted"]
    assert provider_end_findings(is_admitted=False) == []


def under(registered: Named | None, *, is_open: bool = True) -> list[str]:
    return codes(capture_findings(registered, NAMED, is_open=is_open, served_on=TODAY, clauses=("WH-18",)))


def test_a_claim_under_a_contract_is_one_under_that_contract() -> None:
    assert under(NAMED) == []
    assert under(None) == ["contract_unknown"]
    assert under(NAMED, is_open=False) == ["contract_ended"]
    other = Named(UUID(int=3), "patent_purchase", TODAY)
    (finding,) = capture_findings(other, NAMED, is_open=True, served_on=TODAY, clauses=())
    assert finding.facts == {"fields": ["organisation_id", "service_kind", "signed_on"]}


ALLOWED = {
    (Fact.SERVED, Status.RESERVED): Status.SERVED,
    (Fact.CLAIMED, Status.RESERVED): Status.SERVED,
    (Fact.CLAIMED, Status.SERVED): Status.SERVED,
    (Fact.REDEEMED, Status.RESERVED): Status.REDEEMED,
    (Fact.REDEEMED, Status.SERVED): Status.REDEEMED,
    (Fact.HOLDER_WITHDREW, Status.RESERVED): Status.CANCELLED,
    (Fact.PROVIDER_ENDED, Status.RESERVED): Status.CANCELLED,
    (Fact.PROVIDER_ENDED, Status.SERVED): Status.CANCELLED,
    (Fact.LAPSED, Status.RESERVED): Status.LAPSED,
    (Fact.LAPSED, Status.SERVED): Status.LAPSED,
    (Fact.VOUCHER_VOIDED, Status.RESERVED): Status.CANCELLED,
    (Fact.VOUCHER_VOIDED, Status.SERVED): Status.CANCELLED,
}


@pytest.mark.parametrize("fact", Fact)
@pytest.mark.parametrize("status", Status)
def test_every_fact_in_every_status(fact: Fact, status: Status) -> None:
    if (fact, status) in ALLOWED:
        assert status_after(fact, status, MOVES) is ALLOWED[fact, status]
        assert status in OPEN
    else:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)


@pytest.mark.parametrize(
    ("remaining", "lapsed", "fact"), [(1, 0, "redeemed"), (1, 1, "redeemed"), (0, 0, "spent"), (0, 1, "expired")]
)
def test_the_last_of_a_voucher_says_how_it_ended(remaining: int, lapsed: int, fact: str) -> None:
    assert voucher_states.fact_of_use(remaining, lapsed).value == fact


@pytest.mark.parametrize("spelled", ["HT-1", " ht - 1", "ht\t-1 "])
def test_a_contract_number_is_one_however_it_is_spelled(spelled: str) -> None:
    assert as_one_spelling(spelled) == "HT-1"


def test_terms_from_before_there_were_contracts_are_written_as_they_were() -> None:
    old: dict[str, object] = {"kind": "voucher_quota", "service_scope": "s", "face_value": "f", "share": "r"}
    old |= {"holder_yearly_quota": "q", "validity_months": "v"}
    terms = VoucherTerms.model_validate(old)
    assert {"claim_months", "holder_kinds"} & terms.model_dump().keys() == set()
    assert list(terms.parameters("reserve")) == list(terms.parameters("redeem"))
    dated = VoucherTerms.model_validate(old | {"claim_months": "c"})
    assert dated.model_dump()["claim_months"] == "c"
    assert set(dated.parameters("reserve")) - set(dated.parameters("issue")) == {"c"}
