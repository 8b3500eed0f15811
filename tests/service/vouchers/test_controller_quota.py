"""ZZ-22, JX-31: the yearly quota of all firms under one controller, as the registry tells who they are."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from contracts.registry import ControllerGroupReply
from kernel.clock import today
from kernel.ids import encode_id
from tests.builders.neighbours import Answer, an_organisation, answers
from tests.builders.processes import Process
from tests.builders.vouchers import HOLDER, SETTINGS, Wuhan
from tests.policy.cases import default_settings

pytestmark = pytest.mark.anyio
FIRMS = tuple(UUID(int=number) for number in (201, 202, 203))
FACE_FEN, HOLDER_FEN, CONTROLLER_FEN = 5_000_000, 20_000_000, 30_000_000
QUOTAS = {
    "voucher.face_value": FACE_FEN,
    "voucher.holder_yearly_quota": HOLDER_FEN,
    "voucher.controller_yearly_quota": CONTROLLER_FEN,
}


class Zhuzhou(Wuhan):
    """A sandbox whose policy has a quota per controller; `groups` is who stands together, as the registry knows."""

    def __init__(self, process: Process, pack: str) -> None:
        super().__init__(process, pack)
        self.groups: Mapping[UUID, tuple[UUID, ...]] = dict.fromkeys(FIRMS, FIRMS)
        self.known_controller, self.predecessors = True, tuple[UUID, ...]()
        self.registered_as = "firm"

    def answer(self, path: str) -> Answer:
        holder, _, asked = path.removeprefix("/internal/organisations/").partition("/")
        if not asked:
            return an_organisation(UUID(holder).int, city=self.code, kind=self.registered_as)
        reply = {
            "organisation_id": holder,
            "city_code": self.code,
            "on": today(self.code).isoformat(),
            "is_known": self.known_controller,
            "members": [{"organisation_id": str(one)} for one in self.groups[UUID(holder)]],
            "predecessors": [str(one) for one in self.predecessors],
        }
        ControllerGroupReply.model_validate(reply)
        return reply

    async def issue(self, tranche: str, holder: UUID | None = HOLDER, **more: Any) -> httpx2.Response:
        return await super().issue(tranche, holder, **{"firm_kind": "sme"} | more)


@pytest.fixture(params=["zhuzhou", "jiaxing"])
async def zhuzhou(request: pytest.FixtureRequest, vouchers: Process) -> Zhuzhou:
    city = Zhuzhou(vouchers, request.param)
    await city.open(**dict.fromkeys(SETTINGS))
    settings: dict[str, Any] = default_settings(request.param)
    wanted = {name: value for name, value in settings.items() if name.startswith("voucher.")}
    await city.set_policy(wanted | QUOTAS)
    answers(vouchers, "registry", city.answer)
    return city


@pytest.fixture
async def without_controllers(vouchers: Process) -> Zhuzhou:
    """WH-18 knows a quota of the holder alone."""
    city = Zhuzhou(vouchers, "wuhan")
    await city.open(**{"voucher.holder_yearly_quota": FACE_FEN})
    answers(vouchers, "registry", city.answer)
    return city


def reasons(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.text
    return [reason["code"] for reason in answer.json()["reasons"]]


async def test_all_firms_under_one_controller_share_one_quota(zhuzhou: Zhuzhou) -> None:
    """ZZ-22, JX-31: at the quota the last is issued, beyond it none to any of them."""
    tranche = await zhuzhou.tranche()
    for at in range(CONTROLLER_FEN // FACE_FEN):
        issued = await zhuzhou.issue(tranche, FIRMS[at % 3])
        assert issued.status_code == 201, issued.text
    assert [reasons(await zhuzhou.issue(tranche, firm)) for firm in FIRMS] == [["controller_quota_exceeded"]] * 3


async def test_two_clerks_and_two_firms_at_once_do_not_exceed_it(zhuzhou: Zhuzhou) -> None:
    tranche = await zhuzhou.tranche()
    found = await asyncio.gather(*(zhuzhou.issue(tranche, FIRMS[at % 3]) for at in range(9)))
    assert sorted(answer.status_code for answer in found) == [201] * 6 + [409] * 3
    refused = [reasons(answer) for answer in found if answer.status_code == 409]
    assert refused == [["controller_quota_exceeded"]] * 3


async def test_while_nobody_has_stated_a_controller_nothing_is_issued_and_the_fact_is_named(zhuzhou: Zhuzhou) -> None:
    zhuzhou.known_controller = False
    refused = await zhuzhou.issue(await zhuzhou.tranche(), FIRMS[0])
    assert refused.status_code == 409
    assert "issued_to_controller_this_year_fen" in refused.text


@pytest.mark.parametrize("zhuzhou", ["zhuzhou"], indirect=True)
async def test_who_may_hold_a_voucher_is_what_the_city_has_set(zhuzhou: Zhuzhou) -> None:
    """ZZ-22 leaves it open: here small and medium firms, as their papers say, and teams, as the register says."""
    tranche = await zhuzhou.tranche()
    larger = await zhuzhou.issue(tranche, FIRMS[0], firm_kind="other_firm")
    assert reasons(larger) == ["holder_kind_out_of_scope"]
    assert larger.json()["reasons"][0]["clauses"] == ["ZZ-22"]
    unseen = await zhuzhou.issue(tranche, FIRMS[0], firm_kind=None)
    assert (reasons(unseen), "holder_kind" in unseen.text) == (["fact_missing"], True)
    assert (await zhuzhou.issue(tranche, FIRMS[0])).status_code == 201
    zhuzhou.registered_as = "university"
    assert reasons(await zhuzhou.issue(tranche, FIRMS[1])) == ["holder_kind_out_of_scope"]
    zhuzhou.registered_as = "team"
    assert (await zhuzhou.issue(tranche, FIRMS[1], firm_kind=None)).status_code == 201


async def test_what_a_merged_firm_was_issued_is_its_successors(zhuzhou: Zhuzhou) -> None:
    """practice.md: a holder's identity survives a merger, its used quota with it."""
    tranche = await zhuzhou.tranche()
    await zhuzhou.set_policy({"voucher.holder_yearly_quota": FACE_FEN})
    assert (await zhuzhou.issue(tranche, FIRMS[0])).status_code == 201
    zhuzhou.predecessors = (FIRMS[0],)
    assert reasons(await zhuzhou.issue(tranche, FIRMS[1])) == ["holder_quota_exceeded"]


async def test_so_it_is_where_no_quota_is_counted_per_controller(without_controllers: Zhuzhou) -> None:
    tranche = await without_controllers.tranche()
    assert (await without_controllers.issue(tranche, FIRMS[0])).status_code == 201
    without_controllers.predecessors = (FIRMS[0],)
    assert reasons(await without_controllers.issue(tranche, FIRMS[1])) == ["holder_quota_exceeded"]
    without_controllers.predecessors = ()
    assert (await without_controllers.issue(tranche, FIRMS[2])).status_code == 201, "a sister firm has its own"


async def test_a_bar_follows_a_provider_into_a_merger(without_controllers: Zhuzhou) -> None:
    city, until = without_controllers, without_controllers.today.replace(day=28) + timedelta(days=40)
    given = {"organisation_id": encode_id("org", FIRMS[0]), "from_on": city.today.isoformat(),
             "until_on": until.isoformat(), "reason": "虚假合同", "legal_ground": "科学技术部令第19号"}  # fmt: skip
    async with city.officer() as first, city.as_("person:officer-3", "officer") as second:
        bar = await first.post("/v1/vouchers/bars", json=given, headers={"Idempotency-Key": "bar"})
        path = f"/v1/vouchers/bars/{bar.json()['id']}/confirm"
        assert (await second.post(path, headers={"If-Match": bar.headers["etag"]})).status_code == 200
    city.predecessors = (FIRMS[0],)
    assert reasons(await city.admit(FIRMS[1])) == ["provider_barred"]
