"""What stands out among vouchers: counted and ranked with evidence, judged by nobody here."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.registry import ControllerGroupReply
from kernel.ids import encode_id
from tests.builders.neighbours import Answer, an_organisation, answers
from tests.builders.vouchers import HOLDER, PROVIDER, Wuhan

pytestmark = pytest.mark.anyio
SISTER, LONELY, OTHER_PROVIDER = (UUID(int=number) for number in (111, 112, 113))
TOGETHER = (HOLDER, SISTER)


def registry(wuhan: Wuhan) -> None:
    """HOLDER and SISTER stand under one controller."""

    def answer(path: str) -> Answer:
        if path == "/internal/organisations/related":
            return {"pairs": [{"a": str(HOLDER), "b": str(LONELY), "related": False}]}
        asked, _, group = path.removeprefix("/internal/organisations/").partition("/")
        if not group:
            return an_organisation(UUID(asked).int, city=wuhan.code)
        members = TOGETHER if UUID(asked) in TOGETHER else (UUID(asked),)
        reply = {
            "organisation_id": asked,
            "city_code": wuhan.code,
            "on": wuhan.today.isoformat(),
            "is_known": True,
            "members": [{"organisation_id": str(one)} for one in members],
        }
        ControllerGroupReply.model_validate(reply)
        return reply

    answers(wuhan.process, "registry", answer)


async def signals(wuhan: Wuhan, **asked: Any) -> dict[str, Any]:
    async with wuhan.officer() as officer:
        answer = await officer.get("/v1/vouchers/signals", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_each_sign_comes_with_its_evidence(wuhan: Wuhan) -> None:
    registry(wuhan)
    tranche, voucher, code = await wuhan.a_voucher()
    assert (await wuhan.admit(OTHER_PROVIDER)).status_code == 201
    sister = await wuhan.code_of((await wuhan.issue(tranche, SISTER)).json()["id"])
    lonely = await wuhan.code_of((await wuhan.issue(tranche, LONELY)).json()["id"])
    done = [(await wuhan.redeem(wuhan.a_claim(code))).json() for _ in range(3)]
    # What is left are 500,000: half of one million net is that to the fen; half of more is cut to it.
    whole = (await wuhan.redeem(wuhan.a_claim(code, contract_net_fen=1_000_000))).json()
    await wuhan.redeem(wuhan.a_claim(sister, contract_net_fen=12_000_000), organisation=OTHER_PROVIDER)
    await wuhan.redeem(wuhan.a_claim(lonely))

    found = await signals(wuhan)
    counted = ("redemptions_counted", "pairs_counted", "holders_counted", "holders_asked")
    assert [found[name] for name in counted] == [6, 3, 3, 3]
    holder, provider = encode_id("org", HOLDER), encode_id("org", PROVIDER)
    assert found["pairs"] == [
        {
            "holder_id": holder, "provider_id": provider, "redemptions": 4, "amount_fen": 5_000_000,
            "of_holder_fen": 5_000_000, "of_provider_fen": 6_500_000,
        }
    ]  # fmt: skip
    (group,) = found["one_controller"]
    assert group["face_fen"] == 10_000_000
    assert {one["holder_id"] for one in group["holders"]} == {holder, encode_id("org", SISTER)}
    (day,) = found["same_day"]
    assert set(day.pop("redemption_ids")) == {one["id"] for one in [*done, whole]}
    assert day == {
        "voucher_id": voucher, "holder_id": holder, "provider_id": provider, "service_on": wuhan.today.isoformat(),
        "redemptions": 4, "amount_fen": 5_000_000, "contract_net_fen": 10_000_000, "largest_net_fen": 3_000_000,
        "face_fen": 5_000_000,
    }  # fmt: skip
    assert [(one["redemption_id"], one["amount_fen"]) for one in found["at_bound"]] == [(whole["id"], 500_000)]


async def test_signs_are_of_the_days_and_the_city_asked_for(wuhan: Wuhan) -> None:
    registry(wuhan)
    _, _, code = await wuhan.a_voucher()
    for _ in range(2):
        await wuhan.redeem(wuhan.a_claim(code))
    later = (wuhan.today + timedelta(days=1)).isoformat()
    assert len((await signals(wuhan, until_on=wuhan.today.isoformat()))["same_day"]) == 1
    empty = await signals(wuhan, from_on=later)
    assert (empty["redemptions_counted"], empty["holders_counted"], empty["same_day"]) == (0, 0, [])
    async with wuhan.process.as_("person:o", "officer") as elsewhere, wuhan.provider() as own:
        assert (await elsewhere.get("/v1/vouchers/signals")).json()["redemptions_counted"] == 0
        assert (await own.get("/v1/vouchers/signals")).status_code == 403
    async with wuhan.officer() as officer:
        for wrong in ({"limit": 0}, {"holders": 10_000}, {"from_on": "yesterday"}):
            assert (await officer.get("/v1/vouchers/signals", params=wrong)).status_code == 422
