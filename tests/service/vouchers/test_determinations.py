"""Determinations of vouchers: who may read and replay them, and what another edition of the pack would change."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from kernel import clock
from kernel.ids import encode_id
from policy import impact_pages
from policy.loader import load_pack
from policy.models import DeterminationRow
from policy.snapshots import Snapshot
from tests.builders.vouchers import FACE_FEN, HOLDER, PROGRAMME, PROVIDER, STRANGER, Wuhan

pytestmark = pytest.mark.anyio
PATH = "/v1/vouchers/determinations"


async def redeemed_twice(wuhan: Wuhan) -> dict[str, list[UUID]]:
    """A voucher of which 1,500,000 and then 500,000 fen were redeemed: its determinations by act, in order."""
    _, _, code = await wuhan.a_voucher()
    for net_fen in (3_000_000, 1_000_000):
        answer = await wuhan.redeem(wuhan.a_claim(code, contract_net_fen=net_fen))
        assert answer.status_code == 201, answer.text
    found: dict[str, list[UUID]] = {"issue": [], "redeem": []}
    async with wuhan.process.app.state.sessions() as session:
        rows = await session.scalars(
            select(DeterminationRow).where(DeterminationRow.city_code == wuhan.code).order_by(DeterminationRow.id)
        )
        for row in rows:
            found[row.act].append(row.id)
    return found


async def test_they_are_read_and_replayed_by_whom_they_concern(wuhan: Wuhan) -> None:
    made = await redeemed_twice(wuhan)
    (issued,), (redeemed, _) = ([encode_id("det", one) for one in made[act]] for act in ("issue", "redeem"))
    holder = wuhan.process.as_("portal-1", city=wuhan.code, organisation=str(HOLDER), scopes=["vouchers:read"])
    stranger = wuhan.process.as_("portal-2", city=wuhan.code, organisation=str(STRANGER), scopes=["vouchers:read"])
    async with wuhan.officer() as officer, wuhan.provider() as provider, holder, stranger:
        seen = {
            (name, what): (await client.get(f"{PATH}/{determination}/replay")).status_code
            for name, client in {"officer": officer, "provider": provider, "holder": holder, "other": stranger}.items()
            for what, determination in {"issued": issued, "redeemed": redeemed}.items()
        }
        replayed = (await provider.get(f"{PATH}/{redeemed}/replay")).json()
        record = (await provider.get(f"{PATH}/{redeemed}")).json()
        today = (await officer.get(f"{PATH}/{issued}/replay?against=latest")).json()
    assert {who for who, status in seen.items() if status == 200} == {
        ("officer", "issued"), ("officer", "redeemed"), ("provider", "redeemed"), ("holder", "issued"),
            ("holder", "redeemed"),
    }  # fmt: skip
    assert set(seen.values()) == {200, 404}
    assert (replayed["is_same"], replayed["sha256"]) == (True, record["sha256"])
    assert record["document"]["references"]["provider"] == encode_id("org", PROVIDER)
    assert (today["is_same"], today["differences"]) == (True, [])


async def asked(wuhan: Wuhan, **changes: Any) -> Any:
    """The internal question, about a pack without the voucher programme."""
    policy = Snapshot.from_body(wuhan.policy["body"])
    pack = load_pack("wuhan")
    programmes = {key: entry for key, entry in pack.programmes.items() if key != PROGRAMME}
    body = {
        "city_code": wuhan.code,
        "policy_hash": policy.hash,
        "effective_on": wuhan.today.isoformat(),
        "known_at": clock.now(wuhan.code).isoformat(),
        "pack": pack.model_copy(update={"programmes": programmes}).model_dump(mode="json"),
    } | changes
    async with wuhan.process.as_("workload:window", "workload") as window:
        return await window.post("/internal/determinations/impact", json=body)


async def test_each_question_once_with_what_it_would_no_longer_give(wuhan: Wuhan) -> None:
    made = await redeemed_twice(wuhan)
    reply = (await asked(wuhan)).json()
    assert (reply["asked"], reply["total"], reply["next"]) == (3, 3, None)
    found = {UUID(entry["determination_id"]): entry for entry in reply["effects"]}
    assert {entry["kind"] for entry in found.values()} == {"no_longer_eligible"}
    assert {entry["after"]["outcome"] for entry in found.values()} == {"no_programme"}
    (issued,), (first, second) = made["issue"], made["redeem"]
    assert [(found[one]["worth_fen"], found[one]["cost_fen"]) for one in (issued, first, second)] == [
        (-FACE_FEN, 0), (-1_500_000, -1_500_000), (-500_000, -500_000),
    ]  # fmt: skip


async def test_the_pack_that_is_in_force_changes_nothing(wuhan: Wuhan) -> None:
    await redeemed_twice(wuhan)
    reply = (await asked(wuhan, pack=load_pack("wuhan").model_dump(mode="json"))).json()
    assert (reply["asked"], reply["effects"]) == (3, [])


async def test_pages_follow_one_another(wuhan: Wuhan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact_pages, "PAGE", 2)
    made = await redeemed_twice(wuhan)
    first = (await asked(wuhan)).json()
    assert (first["asked"], first["total"], UUID(first["next"])) == (2, 3, made["redeem"][0])
    last = (await asked(wuhan, after=first["next"])).json()
    assert (last["asked"], last["total"], last["next"]) == (1, None, None)


async def test_a_question_that_cannot_be_put_is_refused(wuhan: Wuhan) -> None:
    unknown = await asked(wuhan, policy_hash="0" * 64)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    for pack in ({}, {"pack": 1.5}, load_pack("wuhan").model_dump(mode="json") | {"surprise": 1}):
        refused = await asked(wuhan, pack=pack)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/pack")
    async with wuhan.officer() as officer:
        assert (await officer.post("/internal/determinations/impact", json={})).status_code == 403
