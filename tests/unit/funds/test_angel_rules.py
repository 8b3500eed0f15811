"""XZ-32: what an investment and its loss must be, purely; every bound below, at and above it."""

from datetime import date, timedelta

import pytest

from services.funds.angel.claims.rules import Causes, Drawn, claim_facts, reductions
from services.funds.angel.claims.rules import Claimed as Claim
from services.funds.angel.investments.rules import Invested, Lost, Party, investment_findings, loss_findings
from services.funds.loan_pool.claims.rules import negligence_bp
from services.funds.loan_pool.lending.rules import exhausted_findings, quota_findings

ON = date(2027, 3, 1)
XZ = ("XZ-32",)
DAY = timedelta(days=1)


@pytest.mark.parametrize(("days", "codes"), [(-1, ["investment_before_registration"]), (0, []), (1, [])])
def test_an_investment_counts_from_the_day_of_registration(days: int, codes: list[str]) -> None:
    parties = (Party("investor", "投资机构", ON), Party("project", "项目企业", ON - DAY))
    found = investment_findings(Invested(ON + days * DAY, "seed", ["seed"], ON + DAY), parties, XZ)
    assert [(one.code, one.clauses) for one in found] == [(code, XZ) for code in codes]


def test_everything_wrong_with_an_investment_is_said_at_once() -> None:
    parties = (Party("investor", "投资机构", None), Party("project", "项目企业", None))
    found = investment_findings(Invested(ON + DAY, "growth", ["seed"], ON), parties, XZ)
    assert [one.code for one in found] == [
        "investor_not_registered", "project_not_registered", "stage_out_of_scope", "investment_in_future",
    ]  # fmt: skip


@pytest.mark.parametrize(("loss", "codes"), [(89, []), (90, []), (91, ["loss_above_investment"])])
def test_a_loss_is_at_most_what_did_not_come_back(loss: int, codes: list[str]) -> None:
    found = loss_findings(Lost(ON, ON, 10, loss), amount_fen=100, invested_on=ON, today=ON, clauses=XZ)
    assert [one.code for one in found] == codes


def test_the_days_of_a_loss_follow_one_another() -> None:
    lost = Lost(ON - DAY, ON - 2 * DAY, 0, 1)
    found = loss_findings(lost, amount_fen=1, invested_on=ON, today=ON - 3 * DAY, clauses=XZ)
    assert [one.code for one in found] == ["loss_before_investment", "audit_before_loss", "loss_in_future"]


def test_reductions_are_what_lies_between_lost_and_paid() -> None:
    amounts = {
        "loss": 1000, "other_public": 100, "share_fen": 540, "over_project_cap": 40, "over_yearly_cap": 0,
        "payable": 500,
    }  # fmt: skip
    found = reductions(amounts, Causes(XZ, XZ, XZ, XZ))
    assert [one.code for one in found] == ["other_public_money", "investors_own_share", "above_project_cap"]
    assert amounts["loss"] - sum(one.facts["amount_fen"] for one in found) == amounts["payable"]
    facts = claim_facts(Claim("seed", 1000, 100, ("loss_audit",)), Drawn(7, 8))
    assert (facts["paid_for_project_fen"], facts["paid_this_year_fen"], facts["stage"]) == (7, 8, "seed")


@pytest.mark.parametrize(("principal", "over"), [(99, False), (100, False), (101, True)])
def test_a_quota_is_reached_and_not_passed(principal: int, over: bool) -> None:
    assert bool(quota_findings(principal, 900, 1000, XZ)) is over
    assert quota_findings(principal, 900, None, XZ) == []


@pytest.mark.parametrize(("allotted", "left", "stops"), [(0, 0, False), (100, 1, False), (100, 0, True)])
def test_a_pool_without_money_yet_is_not_exhausted(allotted: int, left: int, stops: bool) -> None:
    assert bool(exhausted_findings(allotted, left, XZ)) is stops


def test_negligence_adds_up_to_the_whole_at_most() -> None:
    assert negligence_bp([]) == {}
    assert negligence_bp([{"reduction_bp": 6000}, {"reduction_bp": 3999}]) == {"negligence_bp": 9999}
    assert negligence_bp([{"reduction_bp": 6000}, {"reduction_bp": 6000}]) == {"negligence_bp": 10_000}
