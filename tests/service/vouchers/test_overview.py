"""The line of vouchers in a city's overview."""

import pytest
from sqlalchemy import update

from contracts.overview import StandingReply, VouchersOverview
from services.vouchers.issuance.models import Voucher
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


async def test_a_voucher_the_sub_ledger_does_not_know_is_red(wuhan: Wuhan) -> None:
    await wuhan.a_voucher()
    async with wuhan.process.app.state.sessions() as session, session.begin():
        halved = {"remaining_fen": FACE_FEN // 2}
        await session.execute(update(Voucher).where(Voucher.city_code == wuhan.code).values(halved))
    broken = (await overview(wuhan)).standing.broken
    assert [(one.check, one.breaks) for one in broken] == [("issued_differs", 1)]
