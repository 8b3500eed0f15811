"""Which applications the window takes, and who decides them."""

import pytest

from contracts.subscriptions import SUBSCRIPTIONS
from contracts.window import CaseAccepted
from gateway.window.catalogue.queries import door_of
from gateway.window.catalogue.rules import WINDOW, decided_by
from policy.loader import load_pack, pack_ids

# Begun by the city or by an event, or entered at the event itself.
NOBODY_APPLIES_HERE = {"confirm-award", "admit-bank", "enter-contest", "apply-roadshow", "apply-plan-project"}


@pytest.mark.parametrize("pack_id", pack_ids())
def test_whoever_an_item_is_for_has_a_door(pack_id: str) -> None:
    pack = load_pack(pack_id)
    assert {item.id for item in pack.items.values() if door_of(pack, item) is None} <= NOBODY_APPLIES_HERE


@pytest.mark.parametrize("pack_id", pack_ids())
def test_who_decides_an_item_is_told_of_its_cases(pack_id: str) -> None:
    pack = load_pack(pack_id)
    deciding = {decided_by(pack, item) for item in pack.items.values()} - {None, WINDOW}
    assert [service for service in deciding if CaseAccepted.TYPE not in SUBSCRIPTIONS["window"][service or ""]] == []


@pytest.mark.parametrize("pack_id", pack_ids())
def test_no_text_names_a_minor_document_and_each_department_may(pack_id: str) -> None:
    pack = load_pack(pack_id)
    taken = [item for item in pack.items.values() if decided_by(pack, item) is not None]
    assert {pack.parameters[item.minor_documents or ""].status for item in taken} == {"open"}
    assert {
        item.id for item in taken if set(pack.parameters[item.minor_documents or ""].choices)
        != set(pack.parameters[item.documents].choices)
    } == set()  # fmt: skip


@pytest.mark.parametrize(
    ("pack_id", "item", "who"),
    [
        ("liuzhou", "register-company", "window"),
        ("liuzhou", "apply-project-selection", "window"),
        ("liuzhou", "admit-mentor", "window"),
        ("liuzhou", "enter-accelerator", "window"),
        ("liuzhou", "file-makerspace", "registry"),
        ("wuhan", "apply-voucher", "vouchers"),
        ("wuhan", "admit-provider", "window"),
        ("wuhan", "redeem-voucher", None),
        ("xuzhou", "apply-operation-subsidy", "funds"),
        ("xuzhou", "claim-loan-loss", None),
        ("xuzhou", "confirm-award", None),
    ],
)
def test_a_service_decides_what_it_has_a_procedure_for(pack_id: str, item: str, who: str | None) -> None:
    pack = load_pack(pack_id)
    assert decided_by(pack, pack.items[item]) == who
