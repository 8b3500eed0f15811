"""The line of vouchers in a city's overview."""

import pytest

from contracts.overview import StandingReply, VouchersOverview
from tests.builders.vouchers import FACE_FEN, Wuhan

pytestmark = pytest.mark.anyio


async def overview(wuhan: Wuhan) -> VouchersOverview:
    async with wuhan.process.as_("workload:window", "workload") as window:
        answer = await window.get("/internal/overview", params={"city": wuhan.code})
    assert answer.status_code == 200, answer.text
    return VouchersOverview.model_validate(answer.json())


async def test_what_is_outstanding_and_what_is_on_its_way(wuhan: Wuhan) -> None:
    quiet = StandingReply(overdue_jobs=0, parked_events=0)
    nothing = VouchersOverview(outstanding=0, outstanding_fen=0, in_transit=0, in_transit_fen=0, standing=quiet)
    assert await overview(wuhan) == nothing
    _tranche, _voucher, code = await wuhan.a_voucher()
    assert (await overview(wuhan)).outstanding_fen == FACE_FEN
    taken = (await wuhan.redeem(wuhan.a_claim(code))).json()["amount_fen"]
    assert await overview(wuhan) == VouchersOverview(
        outstanding=1, outstanding_fen=FACE_FEN - taken, in_transit=1, in_transit_fen=taken, standing=quiet
    )
