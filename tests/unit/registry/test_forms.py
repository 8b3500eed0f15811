"""Forms of accepted cases, read by the Xuzhou pack."""

from typing import Any
from uuid import UUID

import pytest

from kernel.findings import Finding
from kernel.ids import encode_id
from policy.loader import load_pack, pack_ids
from policy.terms import RecognitionTerms
from services.registry.carriers.models import CarrierKind
from services.registry.recognition.forms import Subject, read_form, subject_of
from services.registry.recognition.states import Way
from tests.builders.registry import a_form, an_upper_form

CARRIER = UUID(int=7)


def subject(item: str = "recognise-key-makerspace") -> Subject:
    found = subject_of(load_pack("xuzhou"), item)
    assert found is not None
    return found


def why_not(form: dict[str, Any], item: str = "recognise-key-makerspace") -> list[tuple[str, Any]]:
    application, found = read_form(form, subject(item))
    assert (application is None) == bool(found)
    return [(finding.code, detail(finding)) for finding in found]


def detail(finding: Finding) -> Any:
    return finding.facts.get("pointer") or finding.facts.get("actual")


def test_a_form_in_order_is_read_with_its_facts() -> None:
    application, found = read_form(a_form(), subject())
    assert found == []
    assert application is not None
    assert application.facts["tenants"] == 26


@pytest.mark.parametrize("given", [str(CARRIER), encode_id("car", CARRIER)])
def test_a_carrier_is_named_by_its_plain_or_its_public_id(given: str) -> None:
    application, _ = read_form(a_form(carrier_id=given), subject())
    assert application is not None
    assert application.form.carrier_id == CARRIER


@pytest.mark.parametrize(
    ("wrong", "reasons"),
    [
        ({"carrier_name": None}, [("form_invalid", "/carrier_name")]),
        ({"carrier_id": "rec_1"}, [("form_invalid", "/carrier_id")]),
        ({"carrier_id": "car_1"}, [("form_invalid", "/carrier_id")]),
        ({"carrier_kind": "castle"}, [("form_invalid", "/carrier_kind")]),
        ({"tenants": "26"}, [("form_invalid", "/tenants")]),
        ({"tenants": 10**30, "mentors": -1}, [("form_invalid", "/mentors"), ("form_invalid", "/tenants")]),
        ({"carrier_kind": "incubator"}, [("carrier_kind_out_of_scope", "incubator")]),
        ({"level": "national"}, [("level_out_of_scope", "national")]),
        (
            {"carrier_kind": "cluster", "level": "district"},
            [("carrier_kind_out_of_scope", "cluster"), ("level_out_of_scope", "district")],
        ),
    ],
)
def test_every_fault_of_a_form_is_named(wrong: dict[str, Any], reasons: list[tuple[str, Any]]) -> None:
    assert sorted(why_not(a_form(**wrong))) == sorted(reasons)


def test_an_empty_form_is_refused_with_reasons() -> None:
    assert {code for code, _ in why_not({})} == {"form_invalid"}


def test_the_day_of_an_upper_decision_is_a_day() -> None:
    assert why_not(an_upper_form(), "record-upper-recognition") == []
    wrong = an_upper_form(upper_decision_on="2026-02-30")
    assert why_not(wrong, "record-upper-recognition") == [("form_invalid", "/upper_decision_on")]


def test_what_the_city_decides_is_assessed_and_what_a_level_above_decides_is_recorded() -> None:
    assert (subject().way, subject().is_key) == (Way.ASSESSED, True)
    assert (subject("file-makerspace").way, subject("file-makerspace").is_key) == (Way.ASSESSED, False)
    assert subject("record-upper-recognition").way is Way.RECORDED


@pytest.mark.parametrize("item", ["confirm-award", "no-such-item"])
def test_other_items_lead_to_no_recognition(item: str) -> None:
    assert subject_of(load_pack("xuzhou"), item) is None


@pytest.mark.parametrize("pack_id", pack_ids())
def test_the_register_knows_every_kind_of_carrier_the_packs_recognise(pack_id: str) -> None:
    terms = [programme.terms for programme in load_pack(pack_id).of_kind("recognition_criteria")]
    kinds = {kind for entry in terms if isinstance(entry, RecognitionTerms) for kind in entry.carrier_kinds}
    assert kinds <= {kind.value for kind in CarrierKind}
