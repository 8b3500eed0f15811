"""A bank checks the city's books for its own claims, and for nobody else's."""

from datetime import timedelta
from typing import Any

import pytest

from kernel import clock
from kernel.ids import new_id
from ledger.proofs import proves
from tests.service.funds.test_periods import read_proof
from tests.service.funds.town import POOL, Town

pytestmark = pytest.mark.anyio


async def paid_claim(pool: Town, loan: Any = None, loss: Any = None) -> dict[str, Any]:
    """Registered, lodged 100 days later, decided and paid."""
    loan_id = await pool.registers(**(loan or {}))
    await pool.moves_clock(100)
    claim = await pool.lodges(loan_id, **(loss or {}))
    await pool.post(
        pool.person("officer-1", "officer"), f"{POOL}/claims/{claim['id']}/review", {"opinion": "属实"}, 200
    )
    decided = await pool.decides(claim["id"], year=(clock.today(pool.city) - timedelta(days=100)).year)
    await pool.pays(decided["payment_order_id"], decided["approved_fen"])
    return await pool.get(pool.bank_client(), f"{POOL}/claims/{claim['id']}")


async def test_a_bank_proves_the_entries_of_its_own_claims_only(pool: Town) -> None:
    claim = await paid_claim(pool)
    path = f"{POOL}/claims/{claim['id']}/entries"
    entries = (await pool.get(pool.bank_client(), path))["items"]
    assert [entry["fact"] for entry in entries] == ["payment.committed", "loss_claim.shared", "payment.settled"]
    assert {entry["reference"] for entry in entries} == {claim["id"], claim["payment_order_id"]}
    assert all("actor" not in entry and "approvals" not in entry for entry in entries)  # who decided is the city's
    moved = {leg["amount_fen"] for entry in entries for leg in entry["legs"]}
    assert moved == {claim["approved_fen"], claim["layers_fen"]["province"]}
    early = f"{path}/{entries[0]['id']}/proof"
    async with pool.bank_client() as bank:
        assert (await bank.get(early)).json()["code"] == "day_not_over"
    day = clock.today(pool.city)
    await pool.moves_clock(101)
    root = (await pool.get(pool.person("auditor-1", "auditor"), f"/v1/funds/books/roots/{day}"))["root"]
    for entry in entries:
        proof = read_proof(await pool.get(pool.bank_client(), f"{path}/{entry['id']}/proof"))
        assert proves(proof, root=root)
        assert not proves(proof, root="00" * 32)
    journal = await pool.get(pool.person("auditor-1", "auditor"), "/v1/funds/books/journal")
    foreign = next(entry["id"] for entry in journal["items"] if entry["fact"] == "budget.allotted")
    async with pool.bank_client() as bank:
        assert (await bank.get(f"{path}/{foreign}/proof")).status_code == 404
        assert (await bank.get(f"/v1/funds/books/journal/{entries[0]['id']}/proof")).status_code == 403
    async with pool.bank_client(new_id()) as stranger:
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.get(early)).status_code == 404
