"""XZ-32: an angel's loss, registered beforehand, shared by stage within caps, paid once, and shared back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel import clock
from kernel.ids import decode_id, encode_id, new_id
from services.funds.angel.claims.models import AngelClaim
from services.funds.angel.recoveries.models import AngelRecovery
from tests.builders.neighbours import answers
from tests.builders.processes import Process
from tests.policy.cases import default_settings
from tests.service.funds.city import City, open_city, until_held
from tests.service.funds.town import a_group

pytestmark = pytest.mark.anyio
YUAN = 100
ANGEL = "/v1/funds/angel"
FUND = "fund.angel"
DOCUMENTS = ["application_form", "loss_audit"]


@dataclass
class Angels:
    """A city with investors and projects; `related` is what the registry says of any two of them."""

    city: City
    names: dict[UUID, str] = field(default_factory=dict)
    related: bool = False
    ended: UUID | None = None
    merged: dict[UUID, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        answers(self.city.process, "registry", self._answer)

    def _answer(self, path: str) -> Mapping[str, Any] | int:
        if path.endswith("/related"):
            pair = {"a": str(UUID(int=1)), "b": str(UUID(int=2)), "related": self.related}
            return {"pairs": [pair | {"shared": ["bank_account"] if self.related else []}]}
        who = UUID(path.split("/")[3])
        if who not in self.names:
            return 404
        status = "deregistered" if who == self.ended else "active"
        known = {"id": str(who), "city_code": self.city.code, "name": self.names[who], "status": status}
        if path.endswith("/payee"):
            return known | {
                "payee_name": self.names[who],
                "account_number": "6222020200112233445",
                "bank_name": "徐州银行",
            }
        if path.endswith("/controller-group"):
            return a_group(str(who), self.city.code, predecessors=[str(a) for a, b in self.merged.items() if b == who])
        into = self.merged.get(who)
        return known | {"kind": "firm", "credit_code": None, "merged_into": str(into) if into else None}

    @property
    def today(self) -> date:
        return clock.today(self.city.code)

    def firm(self, name: str) -> UUID:
        who = new_id()
        self.names[who] = name
        return who

    async def moves_clock(self, days: int) -> None:
        moved = {"city_code": self.city.code, "offset_seconds": days * 86_400}
        await self.city.process.tell("city.clock_moved", moved, city=self.city.code, subject=self.city.code)

    async def files(self, kind: str, firm: UUID, *, status: int = 201) -> Any:
        body = {"kind": kind, "organisation_id": encode_id("org", firm), "evidence": "备案编号 苏创投备2025-031"}
        return await self.portal(firm, "registrations", body, status)

    async def portal(self, firm: UUID, path: str, body: Any, status: int) -> Any:
        return await self.city.post(f"portal-{firm}", f"{ANGEL}/{path}", body, status=status, organisation=str(firm))

    async def staff(self, who: str, path: str, body: Any, status: int = 200) -> Any:
        return await self.city.post(who, f"{ANGEL}/{path}", body, status=status)

    async def registered(self, kind: str, name: str) -> UUID:
        firm = self.firm(name)
        row = await self.files(kind, firm)
        await self.staff("officer-1", f"registrations/{row['id']}/review", {"accepted": True, "opinion": "属实"})
        return firm

    def investment(self, investor: UUID, project: UUID, yuan: int = 1_000_000, **more: Any) -> dict[str, Any]:
        return {
            "investor_id": encode_id("org", investor), "project_id": encode_id("org", project),
            "agreement_number": "TZ-1", "invested_on": self.today.isoformat(), "amount_fen": yuan * YUAN,
            "equity_bp": 1000, "stage": "seed",
        } | more  # fmt: skip

    def loss(self, yuan: int, **more: Any) -> dict[str, Any]:
        on = self.today.isoformat()
        return {
            "cause": "bankruptcy", "happened_on": on, "proceeds_fen": 0, "loss_fen": yuan * YUAN,
            "auditor": "徐州淮海会计师事务所", "audit_number": "淮审字〔2028〕112号", "audited_on": on,
            "audit_sha256": "9f" * 32,
        } | more  # fmt: skip

    async def invested(self, investor: UUID, project: UUID, yuan: int = 1_000_000, **more: Any) -> str:
        row = await self.portal(investor, "investments", self.investment(investor, project, yuan, **more), 201)
        await self.staff("officer-1", f"investments/{row['id']}/review", {"accepted": True, "opinion": "已核对"})
        return str(row["id"])

    async def lost(self, investor: UUID, project: UUID, yuan: int = 1_000_000, **more: Any) -> str:
        investment = await self.invested(investor, project, yuan, **more)
        await self.portal(investor, f"investments/{investment}/loss", self.loss(yuan), 201)
        return investment

    async def lodged(self, investor: UUID, investment: str, *, status: int = 201, **more: Any) -> Any:
        body = {"investment_id": investment, "documents": DOCUMENTS} | more
        return await self.portal(investor, "claims", body, status)

    async def reviewed(self, investor: UUID, investment: str, **more: Any) -> Any:
        claim = await self.lodged(investor, investment, **more)
        return await self.staff("officer-1", f"claims/{claim['id']}/review", {"opinion": "审计属实"})

    async def decided(self, claim: Any, *, who: str = "finance-1", status: int = 200) -> Any:
        return await self.staff(who, f"claims/{claim['id']}/decision", {"policy_year": self.city.year}, status)

    async def pays(self, claim: Any) -> None:
        order = await self.city.get(f"/v1/funds/payment-orders/{claim['payment_order_id']}")
        await self.city.send(order)
        await self.city.confirm(self.city.line(order, f"LS-{claim['id'][-8:]}"))


def settings(**more: Any) -> dict[str, Any]:
    """Every value an operator might set."""
    given = default_settings("xuzhou") | more
    return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}


@pytest.fixture
async def angels(funds: Process) -> Angels:
    city = await open_city(funds, settings=settings())
    await city.budget(10_000_000 * YUAN, fund=FUND)
    return Angels(city)


async def test_a_seed_loss_is_shared_paid_and_shared_back_to_the_fen(angels: Angels) -> None:
    """XZ-32: the whole trial balance after each step, as a finance officer reads it."""
    city = angels.city
    budget = {"authority": 10_000_000, "allotted": 10_000_000, "treasury": 10_000_000, "funding": 10_000_000}
    investor = await angels.registered("investor", "徐州淮海创业投资有限公司")
    project = await angels.registered("project", "徐州云龙传感科技有限公司")
    await angels.moves_clock(10)
    investment = await angels.invested(investor, project)
    await angels.moves_clock(20)
    told = await angels.portal(
        investor, f"investments/{investment}/loss", angels.loss(900_000, proceeds_fen=100_000 * YUAN), 201
    )
    assert (told["status"], told["loss"]["loss_fen"]) == ("lost", 900_000 * YUAN)
    assert await city.books() == budget

    body = {"investment_id": investment, "documents": DOCUMENTS, "other_public_fen": 100_000 * YUAN}
    dry = await angels.portal(investor, "claims/dry-run", body, 200)
    assert {one["layer"]: (one["share_bp"], one["amount_fen"], one["pays"]) for one in dry["layers"]} == {
        "city": (5333, 480_000 * YUAN, True),
        "other_public": (1111, 100_000 * YUAN, False),
        "investor": (3556, 320_000 * YUAN, False),
    }
    assert [(one["code"], one["amount_fen"], one["clauses"]) for one in dry["reductions"]] == [
        ("other_public_money", 100_000 * YUAN, ["XZ-32"]), ("investors_own_share", 320_000 * YUAN, ["XZ-32"]),
    ]  # fmt: skip
    assert dry["loss_fen"] - sum(one["amount_fen"] for one in dry["reductions"]) == dry["payable_fen"]

    claim = await angels.reviewed(investor, investment, other_public_fen=100_000 * YUAN)
    assert await city.books() == budget
    approved = await angels.decided(claim)
    assert (approved["status"], approved["approved_fen"], approved["paid_fen"]) == ("approved", 480_000 * YUAN, 0)
    assert await city.books() == {
        "authority": 10_000_000, "allotted": 9_520_000, "encumbered": 480_000, "treasury": 10_000_000,
        "funding": 10_000_000, "expense": 480_000, "payable": 480_000,
    }  # fmt: skip
    await angels.pays(approved)
    assert await city.books() == {
        "authority": 10_000_000, "allotted": 9_520_000, "spent": 480_000, "treasury": 9_520_000,
        "funding": 10_000_000, "expense": 480_000,
    }  # fmt: skip

    later = {"reference": "ZS-1", "recovered_fen": 110_000 * YUAN, "costs_fen": 10_000 * YUAN}
    later |= {"recovered_on": angels.today.isoformat()}
    recovery = await angels.portal(investor, f"claims/{claim['id']}/recoveries", later, 201)
    assert recovery["layers_fen"] == {"city": 53_330 * YUAN, "other_public": 11_110 * YUAN, "investor": 35_560 * YUAN}
    twice = await angels.portal(investor, f"claims/{claim['id']}/recoveries", later, 409)
    assert twice["code"] == "recovery_told_before"
    receipt = {"received_on": angels.today.isoformat()}
    received = await angels.staff("finance-2", f"recoveries/{recovery['id']}/receipt", receipt)
    assert (received["status"], received["returned_fen"]) == ("received", 53_330 * YUAN)
    assert await city.books() == {
        "authority": 10_000_000, "allotted": 9_573_330, "spent": 426_670, "treasury": 9_573_330,
        "funding": 10_000_000, "expense": 426_670,
    }  # fmt: skip
    everything = later | {"reference": "ZS-2", "recovered_fen": 9_000_000 * YUAN, "costs_fen": 0}
    last = await angels.portal(investor, f"claims/{claim['id']}/recoveries", everything, 201)
    assert last["returned_fen"] == 426_670 * YUAN  # never more than was paid
    assert last["layers_fen"] == {  # nor to another fund more than it bore: what is above is the investor's
        "city": 426_670 * YUAN, "other_public": 88_890 * YUAN, "investor": 8_484_440 * YUAN,
    }  # fmt: skip
    await angels.staff("finance-2", f"recoveries/{last['id']}/receipt", receipt)
    assert await city.books() == budget
    await city.assert_sound()
    chain = await city.get(f"/v1/funds/payment-orders/{approved['payment_order_id']}/chain")
    assert "XZ-32" in [clause["id"] for clause in chain["clauses"]]
    assert [fact["case_outcome"] for fact in await city.events("angel_claim.paid")] == ["granted"]
    (lodged,) = await city.events("angel_claim.lodged")
    assert (lodged["item"], lodged["amount_fen"]) == ("apply-angel-compensation", 900_000 * YUAN)


async def test_what_was_not_registered_beforehand_is_refused_by_name_with_all_reasons(angels: Angels) -> None:
    """XZ-32: registration is reviewed by another, and comes before the investment."""
    investor, project = angels.firm("甲创投"), await angels.registered("project", "乙科技")
    earlier = (angels.today - timedelta(days=1)).isoformat()
    wrong = angels.investment(investor, project, invested_on=earlier, stage="growth")
    refused = await angels.portal(investor, "investments", wrong, 409)
    assert [(one["code"], one["clauses"]) for one in refused["reasons"]] == [
        ("investor_not_registered", ["XZ-32"]), ("investment_before_registration", ["XZ-32"]),
        ("stage_out_of_scope", ["XZ-32"]),
    ]  # fmt: skip
    row = await angels.files("investor", investor)
    assert (await angels.files("investor", investor, status=409))["code"] == "registered_before"
    pending = await angels.portal(investor, "investments", angels.investment(investor, project), 409)
    assert [one["code"] for one in pending["reasons"]] == ["investor_not_registered"]
    await angels.staff("officer-1", f"registrations/{row['id']}/review", {"accepted": False, "opinion": "未年检"})
    assert (await angels.files("investor", investor))["status"] == "under_review"

    at_counter = {"kind": "project", "organisation_id": encode_id("org", angels.firm("丙")), "evidence": "孵化企业"}
    own = await angels.staff("officer-1", "registrations", at_counter, 201)
    same = await angels.staff(
        "officer-1", f"registrations/{own['id']}/review", {"accepted": True, "opinion": "属实"}, 409
    )
    assert [one["code"] for one in same["reasons"]] == ["prepared_by_same_person"]
    one_party = angels.investment(project, project)
    assert (await angels.portal(project, "investments", one_party, 422))["errors"][0]["code"] == "investor_is_project"


async def test_related_parties_are_excluded_when_it_is_recorded_and_when_it_comes_out_later(angels: Angels) -> None:
    """XZ-32: A funds B, B fails, A claims: the registry's graph of parties is asked at every step."""
    investor = await angels.registered("investor", "甲创投")
    project = await angels.registered("project", "乙科技")
    angels.related = True
    refused = await angels.portal(investor, "investments", angels.investment(investor, project), 409)
    (reason,) = refused["reasons"]
    assert (reason["code"], reason["facts"]["through"]) == ("related_parties", ["bank_account"])
    angels.related = False
    investment = await angels.lost(investor, project)
    claim = await angels.reviewed(investor, investment)
    angels.related = True
    decided = await angels.decided(claim)
    assert (decided["status"], decided["approved_fen"]) == ("refused", 0)
    assert {one["code"] for one in decided["reasons"]} == {"related_parties"}
    again = await angels.lodged(investor, investment, status=409)
    assert "related_parties" in [one["code"] for one in again["reasons"]]
    assert [fact["case_outcome"] for fact in await angels.city.events("angel_claim.decided")] == ["refused"]
    await angels.city.assert_sound()


async def test_a_claim_of_an_investor_that_is_no_more_is_refused_where_it_must_be_and_never_paid(
    angels: Angels,
) -> None:
    investor = await angels.registered("investor", "甲创投")
    project = await angels.registered("project", "乙科技")
    claim = await angels.reviewed(investor, await angels.lost(investor, project))
    angels.ended = investor
    assert (await angels.decided(claim, status=409))["code"] == "payee_inactive"
    angels.related = True
    assert (await angels.decided(claim))["status"] == "refused"


async def test_a_loss_is_proven_and_told_once(angels: Angels) -> None:
    investor = await angels.registered("investor", "甲创投")
    project = await angels.registered("project", "乙科技")
    row = await angels.portal(investor, "investments", angels.investment(investor, project), 201)
    again = await angels.portal(investor, "investments", angels.investment(investor, project), 409)
    assert again["code"] == "investment_recorded_before"
    path = f"investments/{row['id']}/loss"
    assert (await angels.portal(investor, path, angels.loss(1), 409))["code"] == "move_not_allowed"
    await angels.staff("officer-1", f"investments/{row['id']}/review", {"accepted": True, "opinion": "已核对"})
    early, late = ((angels.today + timedelta(days=days)).isoformat() for days in (-3, 3))
    wrong = angels.loss(1_000_000, proceeds_fen=1, happened_on=late, audited_on=early)
    refused = await angels.portal(investor, path, wrong, 409)
    assert [one["code"] for one in refused["reasons"]] == [
        "loss_above_investment", "audit_before_loss", "loss_in_future",
    ]  # fmt: skip
    unproven = await angels.lodged(investor, row["id"], status=409)
    assert unproven["code"] == "investment_not_lost"
    both = await asyncio.gather(
        *(
            angels.city.call(
                f"portal-{investor}", "POST", f"{ANGEL}/{path}", angels.loss(5), organisation=str(investor)
            )
            for _ in range(2)
        )
    )
    assert sorted(answer.status_code for answer in both) == [201, 409]


async def test_the_project_sees_the_investment_and_acts_for_nobody(angels: Angels) -> None:
    """XZ-32: the loss is the investor's to tell and to claim for."""
    investor, project = await angels.registered("investor", "甲创投"), await angels.registered("project", "乙科技")
    investment = await angels.invested(investor, project)
    path = f"investments/{investment}"
    seen = await angels.city.call(f"portal-{project}", "GET", f"{ANGEL}/{path}", organisation=str(project))
    assert seen.json()["status"] == "confirmed"
    assert (await angels.portal(project, f"{path}/loss", angels.loss(5), 404))["code"] == "not_found"
    at_counter = await angels.staff("officer-2", f"{path}/loss", angels.loss(5), 201)
    assert at_counter["status"] == "lost"
    assert (await angels.lodged(project, investment, status=404))["code"] == "not_found"
    await angels.lodged(investor, investment)


async def test_caps_of_project_and_year_cut_what_is_paid_and_two_decisions_share_them(angels: Angels) -> None:
    """XZ-32: seed 60 %, at most 2,000,000 an investor and year and 3,000,000 a project."""
    first, second = [await angels.registered("investor", name) for name in ("甲创投", "乙创投")]
    project = await angels.registered("project", "丙科技")
    claims = [
        await angels.reviewed(who, await angels.lost(who, project, yuan, agreement_number=number))
        for who, yuan, number in ((first, 2_500_000, "A"), (first, 2_500_000, "B"), (second, 5_000_000, "C"))
    ]
    one, two = await asyncio.gather(*(angels.decided(claim) for claim in claims[:2]))
    assert sorted(claim["approved_fen"] for claim in (one, two)) == [500_000 * YUAN, 1_500_000 * YUAN]
    cut = one if one["approved_fen"] == 500_000 * YUAN else two
    assert [(found["code"], found["amount_fen"]) for found in cut["reductions"]] == [
        ("investors_own_share", 1_000_000 * YUAN), ("above_yearly_cap", 1_000_000 * YUAN),
    ]  # fmt: skip
    third = await angels.decided(claims[2])
    assert (third["approved_fen"], [found["code"] for found in third["reductions"]]) == (
        1_000_000 * YUAN, ["investors_own_share", "above_project_cap"],
    )  # fmt: skip
    fourth = await angels.lost(second, project, 100, agreement_number="D")
    full = await angels.lodged(second, fourth, status=409, documents=["application_form"])
    assert sorted(reason["code"] for reason in full["reasons"]) == ["cap_exhausted", "document_missing"]
    await angels.city.assert_sound()


@pytest.mark.parametrize(("merged", "second_fen"), [(None, 2_000_000), ("project", 1_000_000), ("investor", 0)])
async def test_projects_that_merged_share_one_cap_and_so_do_investors(
    angels: Angels, merged: str | None, second_fen: int
) -> None:
    """XZ-32: at most 2,000,000 an investor and year and 3,000,000 a project."""
    first, second = [await angels.registered("investor", name) for name in ("甲创投", "丁创投")]
    gone, stays = [await angels.registered("project", name) for name in ("乙科技", "丙科技")]
    claims = [
        await angels.reviewed(who, await angels.lost(who, what, 5_000_000))
        for who, what in ((first, gone), (second, stays))
    ]
    angels.merged = {None: {}, "project": {gone: stays}, "investor": {first: second}}[merged]
    approved = [(await angels.decided(claim))["approved_fen"] for claim in claims]
    assert approved == [2_000_000 * YUAN, second_fen * YUAN]


async def test_two_who_decide_one_claim_at_once_pay_once_and_people_are_three(angels: Angels) -> None:
    investor = await angels.registered("investor", "甲创投")
    investment = await angels.lost(investor, await angels.registered("project", "乙科技"))
    claim = await angels.reviewed(investor, investment)
    async with angels.city.as_("officer-1", "finance") as client:
        answer = await client.post(
            f"{ANGEL}/claims/{claim['id']}/decision",
            json={"policy_year": angels.city.year},
            headers={"Idempotency-Key": "k-1"},
        )
    assert [one["code"] for one in answer.json()["reasons"]] == ["prepared_by_same_person"]
    path, body = f"{ANGEL}/claims/{claim['id']}/decision", {"policy_year": angels.city.year}
    both = await asyncio.gather(*(angels.city.call(f"finance-{n}", "POST", path, body) for n in (1, 2)))
    assert sorted(one.status_code for one in both) == [200, 409]
    assert (await angels.city.books())["payable"] == 600_000
    again = await angels.lodged(investor, investment, status=409)
    assert [one["code"] for one in again["reasons"]] == ["investment_already_claimed"]


async def test_open_parameters_refuse_and_name_their_clause(funds: Process) -> None:
    """XZ-32 leaves share, caps and documents open: registering is possible, paying is not."""
    angels = Angels(await open_city(funds))
    investor = await angels.registered("investor", "甲创投")
    investment = await angels.lost(investor, await angels.registered("project", "乙科技"))
    refused = await angels.lodged(investor, investment, status=409)
    assert refused["code"] == "policy_open"
    named = {reason["facts"]["parameter"]: reason["clauses"] for reason in refused["reasons"]}
    assert {"angel.seed.share", "angel.project_cap", "angel.recovery_sharing"} <= set(named)
    assert set(map(tuple, named.values())) == {("XZ-32",)}


async def takes_back(angels: Angels, firm: UUID, path: str, status: int = 200) -> Any:
    return await angels.portal(firm, f"{path}/withdrawal", {"reason": "审计金额录入有误"}, status)


async def test_a_claim_is_taken_back_until_it_is_decided_and_its_investment_is_free_again(angels: Angels) -> None:
    """As a bank's of the loan pool: by whose it is or who handed it in, not by the project that sees it."""
    investor, project = await angels.registered("investor", "甲创投"), await angels.registered("project", "乙科技")
    investment = await angels.lost(investor, project)
    claim = await angels.reviewed(investor, investment)
    path = f"claims/{claim['id']}"
    await takes_back(angels, project, path, 404)
    gone = await takes_back(angels, investor, path)
    assert (gone["status"], gone["withdrawn_because"], gone["approved_fen"]) == ("withdrawn", "审计金额录入有误", 0)
    assert (await takes_back(angels, investor, path, 409))["code"] == "move_not_allowed"
    assert (await angels.decided(claim, status=409))["code"] == "move_not_allowed"
    (told,) = await angels.city.events("angel_claim.withdrawn")
    assert (UUID(told["case_id"]), told["case_outcome"]) == (decode_id("case", claim["case_id"]), "withdrawn")
    anew = await angels.decided(await angels.reviewed(investor, investment))
    assert (await takes_back(angels, investor, f"claims/{anew['id']}", 409))["code"] == "move_not_allowed"


async def test_a_recovery_is_taken_back_until_it_arrived_the_last_of_a_claim_first(angels: Angels) -> None:
    investor = await angels.registered("investor", "甲创投")
    approved = await angels.decided(
        await angels.reviewed(investor, await angels.lost(investor, await angels.registered("project", "乙科技")))
    )
    await angels.pays(approved)
    path, on = f"claims/{approved['id']}/recoveries", angels.today.isoformat()
    told = {"recovered_fen": 9_000_000 * YUAN, "costs_fen": 0, "recovered_on": on}
    first, second = [
        await angels.portal(investor, path, told | {"reference": number}, 201) for number in ("ZS-1", "ZS-2")
    ]
    assert (first["returned_fen"], second["returned_fen"]) == (600_000 * YUAN, 0)
    refused = await takes_back(angels, investor, f"recoveries/{first['id']}", 409)
    assert refused["code"] == "later_recovery_stands"
    for one in (second, first):
        gone = await takes_back(angels, investor, f"recoveries/{one['id']}")
        assert (gone["status"], gone["withdrawn_because"]) == ("withdrawn", "审计金额录入有误")
    receipt = f"recoveries/{first['id']}/receipt"
    assert (await angels.staff("finance-2", receipt, {"received_on": on}, 409))["code"] == "move_not_allowed"
    right = told | {"recovered_fen": 1_000 * YUAN}
    used = await angels.portal(investor, path, right | {"reference": "ZS-1"}, 409)
    assert used["code"] == "recovery_told_before"
    anew = await angels.portal(investor, path, right | {"reference": "ZS-3"}, 201)
    assert anew["returned_fen"] == 600 * YUAN
    await angels.staff("finance-2", f"recoveries/{anew['id']}/receipt", {"received_on": on})
    assert (await takes_back(angels, investor, f"recoveries/{anew['id']}", 409))["code"] == "move_not_allowed"
    await angels.city.assert_sound()


async def test_money_that_comes_back_is_owed_again_and_others_see_nothing(angels: Angels) -> None:
    city = angels.city
    investor = await angels.registered("investor", "甲创投")
    investment = await angels.lost(investor, await angels.registered("project", "乙科技"))
    approved = await angels.decided(await angels.reviewed(investor, investment))
    await angels.pays(approved)
    order = await city.get(f"/v1/funds/payment-orders/{approved['payment_order_id']}")
    await city.confirm(city.line(order, "RT-1", outcome="returned"))
    assert (await city.books())["payable"] == 600_000
    assert (await city.get(f"{ANGEL}/claims/{approved['id']}"))["status"] == "approved"
    unpaid = {"reference": "ZS-1", "recovered_fen": 1, "recovered_on": angels.today.isoformat()}
    refused = await angels.portal(investor, f"claims/{approved['id']}/recoveries", unpaid, 409)
    assert refused["code"] == "claim_not_paid"

    stranger = str(angels.firm("丁"))
    for path in (f"claims/{approved['id']}", f"investments/{investment}"):
        hidden = await city.call("portal-x", "GET", f"{ANGEL}/{path}", organisation=stranger)
        assert hidden.status_code == 404
    for path in ("claims", "investments", "registrations"):
        seen = await city.call("portal-x", "GET", f"{ANGEL}/{path}", organisation=stranger)
        assert (seen.status_code, seen.json()["items"]) == (200, [])
    not_theirs = angels.investment(investor, UUID(stranger))
    answer = await city.call("portal-x", "POST", f"{ANGEL}/investments", not_theirs, organisation=stranger)
    assert answer.status_code == 404
    elsewhere = await open_city(city.process)
    for path in (f"claims/{approved['id']}", f"investments/{investment}"):
        assert (await elsewhere.call("officer-1", "GET", f"{ANGEL}/{path}")).status_code == 404


async def test_money_the_bank_brings_back_is_not_received_as_a_recovery_as_well(angels: Angels) -> None:
    """Whichever of the two holds the claim first, the other finds out, and the money counts once."""
    city = angels.city
    investor = await angels.registered("investor", "甲创投")
    project = await angels.registered("project", "乙科技")
    approved = await angels.decided(await angels.reviewed(investor, await angels.lost(investor, project)))
    await angels.pays(approved)
    told = {"reference": "ZS-1", "recovered_fen": 1_000 * YUAN, "recovered_on": angels.today.isoformat()}
    recovery = await angels.portal(investor, f"claims/{approved['id']}/recoveries", told, 201)
    order = await city.get(f"/v1/funds/payment-orders/{approved['payment_order_id']}")

    def receipt() -> Any:
        given = {"received_on": angels.today.isoformat()}
        return city.call("finance-2", "POST", f"{ANGEL}/recoveries/{recovery['id']}/receipt", given)

    def comes_back(reference: str) -> Any:
        lines = [city.line(order, reference, outcome="returned")]
        return city.call("finance-2", "POST", "/v1/funds/confirmations", {"lines": lines})

    returned, refused = await one_after_the_other(city, approved["id"], comes_back("RT-1"), receipt())
    assert (returned.json()["lines"][0]["outcome"], refused.json()["code"]) == ("returned", "claim_not_paid")
    await city.send(await city.get(f"/v1/funds/payment-orders/{order['id']}"), "finance-3")
    await city.confirm(city.line(order, "LS-2"))
    received, refused = await one_after_the_other(city, approved["id"], receipt(), comes_back("RT-2"))
    assert (received.json()["status"], refused.json()["code"]) == ("received", "recovered_just_now")
    (line,) = (await comes_back("RT-2")).json()["lines"]
    assert line["outcome"] == "recovered_meanwhile"
    assert (await city.books())["treasury"] == 10_000_000 - 600_000 + 600
    await city.assert_sound()
    async with city.process.app.state.sessions() as session, session.begin():
        row = await session.get_one(AngelRecovery, decode_id("arc", recovery["id"]))
        row.returned_fen = 600_000 * YUAN + 1
    checks = (await city.get("/v1/funds/assurance"))["checks"]
    assert [check["check"] for check in checks if not check["green"]] == ["recoveries_are_booked"]


async def one_after_the_other(city: City, claim_id: str, *requests: Any) -> list[Any]:
    """Their answers, when each had read all it reads before it waits for the claim, in this order."""
    begun: list[asyncio.Task[Any]] = []
    async with city.process.app.state.sessions() as session, session.begin():
        await session.get_one(AngelClaim, decode_id("acl", claim_id), with_for_update=True)
        for request in requests:
            begun.append(asyncio.create_task(request))
            await until_held(session, *begun)
    return await asyncio.gather(*begun)
