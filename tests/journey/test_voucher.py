"""A voucher's life in Wuhan: policy, budget, tranche, issue, redemption; vouchers and funds agree throughout."""

import pytest

from devtools.demo.cast import Refused
from tests.builders.voucher_journey import FACE_FEN, TRANCHE_FEN, VALUES, VoucherJourney

pytestmark = pytest.mark.timeout(400)


def test_a_voucher_is_issued_redeemed_and_booked(wuhan: VoucherJourney) -> None:
    officer, tranche_id = wuhan.stage.officer_1, wuhan.tranche()
    assert wuhan.agreed(tranche_id, unissued_fen=TRANCHE_FEN)["control_fen"] == TRANCHE_FEN
    issued = officer.post("/v1/vouchers/vouchers", {"tranche_id": tranche_id, "holder_id": wuhan.holder_id})
    assert (issued["status"], issued["face_fen"], issued["remaining_fen"]) == ("issued", FACE_FEN, FACE_FEN)
    code = wuhan.stage.officer_2.put(f"/v1/vouchers/vouchers/{issued['id']}/code")["code"]

    claim = wuhan.claim(code, net_fen=3_000_001, invoice="26422000000012345678")
    assert wuhan.provider.post("/v1/vouchers/redemptions/preview", claim)["would_pay_fen"] == 1_500_000
    key = "one-invoice-one-redemption"
    redeemed, again = (wuhan.provider.post("/v1/vouchers/redemptions", claim, key=key) for _ in range(2))
    assert redeemed == again
    assert redeemed["amount_fen"] == 1_500_000

    agreed = wuhan.agreed(tranche_id, settled_fen=1_500_000, untold_fen=0)
    assert {name: fen for name, fen in agreed.items() if name.endswith("_fen")} == {
        "control_fen": TRANCHE_FEN - 1_500_000,
        "booked_fen": 1_500_000,
        "reversed_fen": 0,
        "untold_fen": 0,
        "unissued_fen": TRANCHE_FEN - FACE_FEN,
        "issued_fen": FACE_FEN - 1_500_000,
        "in_transit_fen": 0,
        "settled_fen": 1_500_000,
        "returning_fen": 0,
    }
    left = officer.get(f"/v1/vouchers/vouchers/{issued['id']}")
    assert left["remaining_fen"] == FACE_FEN - 1_500_000
    assert wuhan.stage.auditor.get("/v1/funds/books/verification") == {"sound": True, "flaws": []}
    assert wuhan.stage.auditor.get("/v1/funds/assurance")["green"]


def test_the_same_invoice_buys_nothing_twice(wuhan: VoucherJourney) -> None:
    officer = wuhan.stage.officer_1
    issued = officer.post("/v1/vouchers/vouchers", {"tranche_id": wuhan.tranche(), "holder_id": wuhan.holder_id})
    code = wuhan.stage.officer_2.put(f"/v1/vouchers/vouchers/{issued['id']}/code")["code"]
    claim = wuhan.claim(code, net_fen=1_000_000, invoice="26422000000087654321")
    wuhan.provider.post("/v1/vouchers/redemptions", claim)
    with pytest.raises(Refused) as refused:
        wuhan.provider.post("/v1/vouchers/redemptions", claim)
    assert refused.value.status == 409


def test_a_contract_holds_its_part_for_a_provider_the_registry_knows_as_unrelated(wuhan: VoucherJourney) -> None:
    officer, provider = wuhan.stage.officer_1, wuhan.provider
    issued = officer.post("/v1/vouchers/vouchers", {"tranche_id": wuhan.tranche(), "holder_id": wuhan.holder_id})
    code = wuhan.stage.officer_2.put(f"/v1/vouchers/vouchers/{issued['id']}/code")["code"]
    (admission,) = provider.get("/v1/vouchers/providers")["items"]
    contract = {
        "code": code,
        "organisation_id": admission["organisation_id"],
        "service_kind": "technical_testing",
        "number": "武检〔2026〕17号",
        "signed_on": wuhan.today.isoformat(),
        "contract_net_fen": 3_000_000,
        "reserve_fen": 1_500_000,
    }
    preview = officer.post("/v1/vouchers/contracts/preview", contract)
    assert (preview["would_reserve_fen"], preview["reasons"]) == (1_500_000, [])
    portal = wuhan.stage.portal  # bound to no organisation: it entered the holder at the registry
    held = portal.get("/v1/vouchers/vouchers", holder_id=wuhan.holder_id)["items"]
    assert issued["id"] in {one["id"] for one in held}
    reserved = portal.post("/v1/vouchers/contracts", contract)
    assert officer.get(f"/v1/vouchers/vouchers/{issued['id']}")["reserved_fen"] == 1_500_000
    claim = wuhan.claim(code, net_fen=1_000_000, invoice="26422000000055556666") | {"contract_id": reserved["id"]}
    assert provider.post("/v1/vouchers/redemptions", claim)["amount_fen"] == 500_000
    assert provider.get(f"/v1/vouchers/contracts/{reserved['id']}")["open_fen"] == 1_000_000


def test_before_the_operator_decided_every_gap_was_named_at_once(wuhan: VoucherJourney) -> None:
    assert wuhan.open_at_first == set(VALUES)
