"""What a bundle asks for once, whose answer is whose, and how it stands."""

from typing import Any

import pytest

from gateway.window.bundles.rules import (
    BundleStatus,
    by_items,
    documents_of,
    form_of,
    in_bundle,
    merged,
    status_of,
    strays,
    told_once,
    withdrawal_findings,
)
from gateway.window.cases.rules import FormError, form_errors
from gateway.window.cases.states import Status
from gateway.window.catalogue.rules import STATEMENT, Field, is_taken_here
from kernel.findings import Finding
from policy.loader import load_pack, pack_ids

A, B, C = ("a", "甲", "A"), ("b", "乙", "B"), ("c", "丙", "C")
NAME = Field("name", "text", "名称", "Name", required=True)
SIZE, MUST = (
    Field("size", "count", "规模", "Size", required=False),
    Field("size", "count", "规模", "Size", required=True),
)
KIND, OTHER = (Field("kind", "choice", "类型", "Kind", required=True, choices=some) for some in ((A, B), (B, C)))
ASKED = {"one": (NAME, SIZE, KIND), "two": (NAME, MUST, OTHER), "three": (STATEMENT,)}
QUESTIONS = merged(ASKED)


def test_what_two_items_ask_is_asked_once_and_required_if_either_requires_it() -> None:
    assert [(field.id, field.required) for field in QUESTIONS.shared.values()] == [
        ("name", True), ("size", True), ("kind", True),
    ]  # fmt: skip
    assert QUESTIONS.own == {"one": (), "two": (), "three": (STATEMENT,)}


def test_a_shared_choice_is_good_for_every_item() -> None:
    assert QUESTIONS.shared["kind"].choices == (B,)


@pytest.mark.parametrize(
    "second",
    [
        Field("kind", "text", "类型", "Kind", required=True),
        Field("kind", "choice", "类型", "Kind", required=True, choices=(C,)),
    ],
)
def test_what_one_answer_cannot_serve_stays_each_items_own(second: Field) -> None:
    found = merged({"one": (KIND,), "two": (second,)})
    assert (found.shared, found.own) == ({}, {"one": (KIND,), "two": (second,)})


def test_what_is_applied_for_is_said_of_each_item() -> None:
    assert merged({"one": (STATEMENT,), "two": (STATEMENT,)}).shared == {}


def test_an_item_gets_the_shared_answers_it_asks_for_and_its_own_never_replace_them() -> None:
    questions = merged({"one": (NAME, SIZE), "two": (NAME,), "three": (SIZE, STATEMENT)})
    form, own = {"name": "云龙湖", "size": 5}, {"statement": "补贴", "size": 9, "odd": 1}
    assert form_of((NAME,), questions, form, {}) == {"name": "云龙湖"}
    assert form_of((SIZE, STATEMENT), questions, form, own) == {"size": 5, "statement": "补贴", "odd": 1}


def test_an_answer_nobody_asks_for_is_an_error_where_it_stands() -> None:
    found = strays(QUESTIONS, {"name": "", "o/d": 1}, {"one": {"name": 1, "other": 2}, "four": {}})
    assert [error.pointer for error in found] == ["/form/o~1d", "/forms/one/name", "/forms/four"]


def test_an_error_is_told_where_the_bundle_has_its_value() -> None:
    shared, own = FormError("/form/name", "missing"), FormError("/form/statement", "missing")
    found = told_once([in_bundle("one", shared, QUESTIONS), in_bundle("two", shared, QUESTIONS)])
    assert found == [shared]
    assert in_bundle("three", own, QUESTIONS).pointer == "/forms/three/statement"


def test_a_shared_choice_that_is_wrong_names_what_is_good_for_every_item() -> None:
    errors = {item: form_errors({"name": "云龙湖", "size": 5, "kind": "d"}, ASKED[item]) for item in ("one", "two")}
    found = told_once([in_bundle(item, error, QUESTIONS) for item, wrong in errors.items() for error in wrong])
    assert found == [FormError("/form/kind", "literal_error", {"expected": "b"})]


def test_a_reason_names_every_item_it_stands_against() -> None:
    unknown, elsewhere = Finding("unknown", (), "", "", {}), Finding("elsewhere", (), "", "", {"apply_at": None})
    found = by_items({"one": [unknown], "two": [unknown, elsewhere]})
    assert [(reason.code, reason.facts) for reason in found] == [
        ("unknown", {"items": ["one", "two"]}),
        ("elsewhere", {"apply_at": None, "items": ["two"]}),
    ]


def test_a_document_goes_to_whom_its_kind_concerns() -> None:
    known = {"one": {"form", "lease"}, "two": {"form"}}
    documents: list[dict[str, Any]] = [{"kind": kind} for kind in ("form", "lease", "photo")]
    assert [entry["kind"] for entry in documents_of("one", known, documents)] == ["form", "lease", "photo"]
    assert [entry["kind"] for entry in documents_of("two", known, documents)] == ["form", "photo"]


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ((Status.SUBMITTED, Status.DELIVERED), BundleStatus.IN_PROGRESS),
        ((Status.DECIDED, Status.WITHDRAWN), BundleStatus.IN_PROGRESS),
        ((Status.DELIVERED, Status.WITHDRAWN, Status.REJECTED, Status.NOT_IN_SCOPE), BundleStatus.DONE),
    ],
)
def test_a_bundle_is_done_when_every_part_has_ended(parts: tuple[Status, ...], status: BundleStatus) -> None:
    assert status_of(parts) is status


@pytest.mark.parametrize("pack_id", pack_ids())
def test_every_item_of_a_bundle_is_one_the_window_takes(pack_id: str) -> None:
    pack = load_pack(pack_id)
    items = [pack.items[item] for bundle in pack.bundles.values() for item in bundle.items]
    assert [item.id for item in items if not is_taken_here(pack, item)] == []


@pytest.mark.parametrize("pack_id", ["wuhan", "xuzhou"])
def test_cities_whose_text_has_joint_handling_offer_bundles(pack_id: str) -> None:
    pack = load_pack(pack_id)
    joint = {"wuhan": "WH-11", "xuzhou": "XZ-35"}[pack_id]
    assert len(pack.bundles) == 2
    assert all(joint in bundle.clauses for bundle in pack.bundles.values())


@pytest.mark.parametrize(
    ("parts", "against"),
    [
        ([Status.SUBMITTED, Status.CORRECTION_REQUESTED, Status.RESUBMITTED], []),
        ([Status.SUBMITTED, Status.REJECTED, Status.DELIVERED], []),
        ([Status.SUBMITTED, Status.ACCEPTED, Status.DECIDED], ["part_accepted", "part_accepted"]),
        ([Status.WITHDRAWN, Status.NOT_IN_SCOPE], ["bundle_done"]),
    ],
)
def test_what_is_left_of_a_bundle_is_withdrawn_until_a_part_is_accepted(
    parts: list[Status], against: list[str]
) -> None:
    found = withdrawal_findings((f"N{place}", status) for place, status in enumerate(parts))
    assert [finding.code for finding in found] == against
