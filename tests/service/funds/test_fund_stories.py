"""A story for each kind of money, with the whole trial balance after every step, as a finance officer reads it (yuan).

And one for each clause that pays an applicant: from the accepted case to the amount, by a real example of its pack.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from kernel.ids import new_id
from ledger.reading import trial_balance
from policy.kinds import APPLIED_FOR
from policy.loader import load_pack
from services.funds.applications.rules import OWN
from tests.builders.processes import Process
from tests.policy.cases import Case, all_cases, default_settings
from tests.service.funds.city import City, open_city
from tests.service.funds.test_applications import apply, approve, review
from tests.service.funds.test_unapplied import award_of, confirm, evaluate, published

pytestmark = pytest.mark.anyio
YUAN = 100
NOT_STARTED = {"预算指标来源": 1_000_000, "已安排未下达指标": 1_000_000}


def settings_of(pack: str) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in default_settings(pack).items()}


async def books(city: City) -> dict[str, int]:
    """Every account that is not at zero, by its name without the payee's, in yuan."""
    async with city.process.app.state.sessions() as session:
        lines = await trial_balance(session, city_code=city.code)
    assert sum(line.balance_fen if line.normal_side == "D" else -line.balance_fen for line in lines) == 0
    return {line.name_zh.partition(" · ")[0]: line.balance_fen // YUAN for line in lines if line.balance_fen}


@dataclass(frozen=True)
class Kind:
    """One kind of money: what is applied for with which facts, and what it comes to."""

    name: str
    pack: str
    item: str
    yuan: int
    facts: dict[str, Any] = field(default_factory=dict)
    about: str | None = None


KINDS = [
    Kind("recurring subsidy, XZ-22", "xuzhou", "apply-operation-subsidy", 75_000,
         {"carrier_kind": "makerspace", "head": "rent", "cost_fen": 150_000 * YUAN, "cost_subsidised_to": "nobody",
          "other_public_money_fen": 0}),
    Kind("match, JX-20", "jiaxing", "apply-upper-match", 200_000,
         {"carrier_kind": "makerspace", "upper_level": "provincial", "upper_received_fen": 200_000 * YUAN}, "浙科1号"),
    Kind("uplift, LZ-18", "liuzhou", "apply-base-award", 260_000,
         {"carrier_kind": "micro_firm_base", "recognised_level": "municipal", "grade": "excellent"}, "2026"),
    Kind("share of cost, LZ-39", "liuzhou", "apply-training-subsidy", 40_000,
         {"founded_by_migrant": True, "trains_rural_hires": True, "head": "training", "cost_fen": 50_000 * YUAN,
          "other_public_money_fen": 0}),
    Kind("interest, JX-10", "jiaxing", "apply-interest-subsidy", 5_000,
         {"is_student_founder": True, "years_since_graduation": 0, "loan_year": 1, "principal_fen": 100_000 * YUAN,
          "cost_fen": 5_000 * YUAN, "is_repaid_on_time": True, "other_public_money_fen": 0}),
    Kind("premium, WH-26", "wuhan", "apply-premium-subsidy", 30_000,
         {"borrower_identity": "high_tech", "loan_year": 1, "principal_fen": 2_000_000 * YUAN,
          "cost_fen": 50_000 * YUAN, "is_repaid_on_time": True, "other_public_money_fen": 0}),
    Kind("start-up grant, JX-10", "jiaxing", "apply-start-up-grant", 5_000,
         {"is_student_founder": True, "years_since_graduation": 1, "grade": "start_up"}, "founder-1"),
    Kind("job grant, JX-10", "jiaxing", "apply-job-grant", 1_000,
         {"is_student_founder": True, "years_since_graduation": 1, "jobs_paid": 9, "grade": "job"}, "employee-1"),
    Kind("floor, JX-17", "jiaxing", "apply-operator-start-up", 500_000,
         {"space_stands_in_city": True, "is_confirmed": True, "decided_amount_fen": 500_000 * YUAN}, "纪要1号"),
    Kind("decision on the case, LZ-32", "liuzhou", "apply-campus-park-support", 300_000,
         {"school_kind": "undergraduate", "relies_on_city_park": True, "decided_amount_fen": 300_000 * YUAN}, "2号"),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
async def test_money_that_is_applied_for_from_appropriation_to_the_bank(funds: Process, kind: Kind) -> None:
    city = await open_city(funds, pack=kind.pack, settings=settings_of(kind.pack))
    pack = load_pack(kind.pack)
    programme = pack.programmes[pack.items[kind.item].programme or ""]
    await appropriate_and_allot(city, programme.paid_from or programme.id)
    row = await apply(city, kind.item, kind.facts)
    reviewed = await review(city, row, about=kind.about, **kind.facts)
    assert (reviewed["status"], reviewed["amount_fen"]) == ("payable", kind.yuan * YUAN), reviewed["reasons"]
    order_id = (await approve(city, row))["payment_order_id"]
    await paid_step_by_step(city, order_id, kind.yuan)


async def appropriate_and_allot(city: City, fund: str) -> None:
    path, granted = (
        f"/v1/funds/budgets/{fund}/{city.year}",
        {"amount_fen": 1_000_000 * YUAN, "document": "财〔2026〕1号"},
    )
    assert await books(city) == {}
    await city.post("finance-1", f"{path}/appropriations", granted, status=201)
    assert await books(city) == NOT_STARTED
    await city.post("finance-1", f"{path}/allotments", granted, status=201)
    assert await books(city) == {
        "预算指标来源": 1_000_000, "已下达可用指标": 1_000_000, "国库可用额度": 1_000_000, "财政拨款": 1_000_000,
    }  # fmt: skip


async def paid_step_by_step(city: City, order_id: str, yuan: int) -> None:
    """Approved: encumbered and owed. At the bank: nothing moves. Settled: spent and gone from the treasury."""
    left = {"预算指标来源": 1_000_000, "财政拨款": 1_000_000, "奖补支出": yuan} | (
        {"已下达可用指标": 1_000_000 - yuan} if yuan < 1_000_000 else {}
    )
    owed = left | {"已冻结指标": yuan, "应付补助款": yuan, "国库可用额度": 1_000_000}
    assert await books(city) == owed
    order = await city.get(f"/v1/funds/payment-orders/{order_id}")
    await city.send(order)
    assert await books(city) == owed
    await city.confirm(city.line(order, "R-1"))
    assert await books(city) == left | {"已支出指标": yuan, "国库可用额度": 1_000_000 - yuan}
    await city.assert_sound()


async def test_an_award_for_recognition(funds: Process) -> None:
    """XZ-23: 300,000 for a municipal key makerspace."""
    city = await open_city(funds, settings=settings_of("xuzhou"))
    await appropriate_and_allot(city, "fund.award_subsidy")
    award = await city.awarded(await city.recognise(carrier=new_id(), organisation=city.organisation()))
    approved = await city.approve(award)
    await paid_step_by_step(city, approved["payment_order_id"], 300_000)


@pytest.mark.parametrize(
    ("pack", "fund", "programme", "yuan"),
    [
        ("xuzhou", "fund.award_subsidy", "evaluation.award", 220_000),  # XZ-24
        ("jiaxing", "evaluation.subsidy", "evaluation.subsidy", 200_000),  # JX-19
        ("wuhan", "carrier.award", "carrier.award", 200_000),  # WH-21
    ],
)
async def test_an_award_for_an_evaluation_nobody_applied_for(
    funds: Process, pack: str, fund: str, programme: str, yuan: int
) -> None:
    """XZ-24, JX-19, WH-21: what an excellent grade is worth, confirmed, published and paid."""
    city = await open_city(funds, pack=pack, settings=settings_of(pack))
    await appropriate_and_allot(city, fund)
    told = await evaluate(city, city.organisation())
    award = await award_of(city, told)
    assert (award["status"], award["programme"], award["amount_fen"]) == ("payable", programme, yuan * YUAN)
    await confirm(city, award)
    await published(city, programme)
    approved = await city.approve(award)
    await paid_step_by_step(city, approved["payment_order_id"], yuan)


def examples(pack: str) -> list[tuple[str, Case]]:
    """Each item of a pack that pays an applicant, with the first case of its programme nothing was paid before.

    Not those that pay on a cost another service confirms: see test_hosting_cost.
    """
    defaults, found = default_settings(pack), load_pack(pack)
    cases: dict[str, Case] = {}
    for case in all_cases():
        fits = case.pack == pack and case.expect.outcome == "eligible" and case.settings == defaults
        if fits and not any(case.facts.get(name) for name in OWN):
            cases.setdefault(case.programme, case)
    paying = [
        (item.id, found.programmes[item.programme])
        for item in found.items.values()
        if item.programme and found.programmes[item.programme].service == "funds"
    ]
    stated = [(item, programme) for item, programme in paying if getattr(programme.terms, "cost_from", None) is None]
    return [(item, cases[programme.id]) for item, programme in stated if programme.terms.kind in APPLIED_FOR]


@pytest.mark.parametrize("pack", ["xuzhou", "jiaxing", "zhuzhou", "liuzhou", "wuhan"])
async def test_each_clause_that_pays_comes_to_its_amount_from_an_accepted_case(funds: Process, pack: str) -> None:
    """LZ-32, LZ-34, LZ-39, LZ-44, LZ-50, WH-14, WH-17, XZ-25, XZ-26, XZ-28, XZ-30 and every other: case to amount."""
    city = await open_city(funds, pack=pack, settings=settings_of(pack))
    applicant: UUID = city.organisation()
    for place, (item, case) in enumerate(examples(pack)):
        facts = {name: value for name, value in case.facts.items() if name not in OWN}
        row = await apply(city, item, facts, applicant=applicant)
        assert row["status"] == "under_review", (item, row["reasons"])
        reviewed = await review(city, row, about=f"{place}", **facts)
        amounts = case.expect.amounts or {}
        assert (reviewed["status"], reviewed["amount_fen"]) == ("payable", sum(amounts.values())), (item, reviewed)


@pytest.mark.parametrize("pack", ["xuzhou", "jiaxing", "zhuzhou", "liuzhou", "wuhan"])
async def test_what_a_text_leaves_open_holds_each_of_them_up_by_name(funds: Process, pack: str) -> None:
    """Nothing set: whatever rests on an open parameter waits, naming it with its clause; nothing is refused for it."""
    city, found = await open_city(funds, pack=pack, settings={}), load_pack(pack)
    applicant: UUID = city.organisation()
    for item, case in examples(pack)[:4]:
        row = await apply(city, item, {}, applicant=applicant)
        reviewed = await review(city, row, about="1")
        parameters = {
            reason["facts"]["parameter"] for reason in reviewed["reasons"] if reason["code"] == "parameter_open"
        }
        assert reviewed["status"] == "waiting_policy", (item, case.programme)
        assert parameters, item
        assert all(found.parameters[key].status in ("open", "doubtful") for key in parameters)
