"""Awards, purely: facts in the words of the rule, four eyes, and every move an entitlement can make."""

from datetime import date

import pytest

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from policy.loader import load_pack
from services.funds.approvals.rules import second_person_findings
from services.funds.entitlements.rules import (
    CarrierLevel,
    EarlierAward,
    approval_findings,
    award_facts,
    concerns,
    designation_of,
    evaluation_facts,
)
from services.funds.entitlements.states import BY_OUTCOME, MOVES, Fact, Status
from services.funds.programmes.rules import fund_of, is_fund, policy_year_findings

XUZHOU = load_pack("xuzhou")
KEY = CarrierLevel("makerspace", "municipal", "key")


def test_earlier_awards_stand_from_the_lowest_level_up_whatever_order_they_came_in() -> None:
    earlier = [EarlierAward("provincial", 2), EarlierAward("municipal", 1)]
    assert award_facts(KEY, earlier) == award_facts(KEY, earlier[::-1])
    assert award_facts(KEY, earlier)["earlier_awards"] == [
        {"level": "municipal", "amount_fen": 1}, {"level": "provincial", "amount_fen": 2},
    ]  # fmt: skip


def test_only_key_carriers_concern_the_award() -> None:
    (programme,) = XUZHOU.triggered_by("carrier.recognised")
    assert concerns(programme, KEY)
    assert not concerns(programme, CarrierLevel("makerspace", "municipal", "filed"))
    assert [designation_of(is_key=flag) for flag in (True, False)] == ["key", "filed"]


def test_a_level_that_ended_before_the_result_is_known_to_be_none() -> None:
    """XZ-24 and LZ-18 are refused then and do not wait for ever."""
    known = dict.fromkeys(("level", "recognised_level", "grade"))
    told = evaluation_facts(known, grade="good", carrier_kind="makerspace", level=None, already_awarded=False)
    assert told == {"level": "none", "recognised_level": "none", "grade": "good"}


def test_an_approval_rests_on_the_facts_as_they_are() -> None:
    now = award_facts(KEY, [])
    assert approval_findings(now, award_facts(KEY, [])) == []
    assert codes(approval_findings(now, award_facts(KEY, [EarlierAward("municipal", 1)]))) == ["determination_outdated"]


@pytest.mark.parametrize(
    ("approver", "found"),
    [
        ("a", []),
        ("p", ["prepared_by_same_person"]),
        ("d", ["decided_by_same_person"]),
    ],
)
def test_the_second_person_is_another(approver: str, found: list[str]) -> None:
    assert codes(second_person_findings(approver=approver, prepared_by="p", decided_by="d")) == found


def test_all_reasons_at_once() -> None:
    found = second_person_findings(approver="p", prepared_by="p", decided_by="p")
    assert codes(found) == ["prepared_by_same_person", "decided_by_same_person"]


@pytest.mark.parametrize(("fact", "status"), [(fact, status) for fact in Fact for status in Status])
def test_entitlements_move_as_the_table_says_and_no_other_way(fact: Fact, status: Status) -> None:
    decided = {
        (Fact.APPROVED, Status.PAYABLE): Status.APPROVED,
        (Fact.PAID, Status.APPROVED): Status.PAID,
        (Fact.PAYMENT_RETURNED, Status.PAID): Status.APPROVED,
        (Fact.STOPPED, Status.APPROVED): Status.STOPPED,
    }
    undecided = {Status.OPENED, Status.WAITING_POLICY, Status.WAITING_FACTS, Status.PAYABLE}
    outcome = {
        Fact.LEFT_OPEN: Status.WAITING_POLICY,
        Fact.LEFT_UNDETERMINED: Status.WAITING_FACTS,
        Fact.REFUSED: Status.REFUSED,
        Fact.FOUND_PAYABLE: Status.PAYABLE,
        Fact.STOPPED: Status.STOPPED,
    }
    target = decided.get((fact, status)) or (outcome.get(fact) if status in undecided else None)
    if target is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)
    else:
        assert status_after(fact, status, MOVES) is target


def test_every_outcome_of_a_determination_has_its_fact() -> None:
    assert set(BY_OUTCOME) == {"eligible", "not_eligible", "undetermined", "refused_open"}


def test_money_is_appropriated_to_envelopes_and_to_programmes_no_envelope_stands_behind() -> None:
    assert fund_of(XUZHOU, "award.recognition") == "fund.award_subsidy"
    assert is_fund(XUZHOU.programmes["fund.award_subsidy"])
    assert not is_fund(XUZHOU.programmes["award.recognition"])
    wuhan = load_pack("wuhan")
    assert fund_of(wuhan, "voucher.innovation") == "voucher.innovation"
    assert is_fund(wuhan.programmes["voucher.innovation"])


@pytest.mark.parametrize(("year", "found"), [
    (2014, ["policy_year_out_of_range"]), (2015, []), (2027, []), (2028, ["policy_year_out_of_range"]),
])  # fmt: skip
def test_a_budget_belongs_to_a_year_of_the_policys_life(year: int, found: list[str]) -> None:
    assert codes(policy_year_findings(year, on=date(2026, 11, 22), issued_on=date(2015, 6, 1))) == found
