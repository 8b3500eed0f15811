"""Forms, notices, changes and who has the file."""

from typing import Any
from uuid import UUID

import pytest

from contracts.registry import OrganisationReply
from gateway.window.cases.intake import entrusted_to, told
from gateway.window.cases.rules import (
    by_pointer,
    changes,
    documents_missing,
    form_errors,
    form_for_service,
    notice_gaps,
    strange_pointers,
    unknown_clauses,
    waiting_for,
)
from gateway.window.cases.states import ENDED, Status
from gateway.window.catalogue.rules import Asked, Field, fields_of
from kernel.auth import Caller
from kernel.ids import encode_id
from policy.loader import load_pack
from tests.builders.neighbours import an_organisation

FIELDS = (
    Field("name", "text", "名称", "Name", required=True),
    Field("kind", "choice", "类型", "Kind", required=True, choices=(("a", "甲", "A"),)),
    Field("said", "passage", "说明", "Said", required=False),
    Field("size", "count", "规模", "Size", required=False),
    Field("paid", "fen", "金额", "Paid", required=False),
    Field("open", "flag", "开放", "Open", required=False),
    Field("since", "date", "日期", "Since", required=False),
    Field("carrier", "carrier", "载体", "Carrier", required=False),
)
GOOD = {"name": "云龙湖", "kind": "a"}
CARRIER = encode_id("car", UUID(int=5))


def errors(**form: Any) -> dict[str, str]:
    return {error.pointer: error.code for error in form_errors(GOOD | form, FIELDS)}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", None, "missing"),
        ("name", "  ", "string_too_short"),
        ("name", 7, "string_type"),
        ("name", "长" * 201, "string_too_long"),
        ("said", "长" * 2001, "string_too_long"),
        ("kind", "b", "literal_error"),
        ("size", "7", "int_type"),
        ("size", True, "int_type"),
        ("size", -1, "greater_than_equal"),
        ("size", 2_000_000_001, "less_than_equal"),
        ("paid", 1.5, "int_type"),
        ("open", 1, "bool_type"),
        ("since", "2026-02-30", "date_parsing"),
        ("since", "20260201", "date_parsing"),
        ("carrier", "org_01k30dw0000e000g0000000001", "identifier"),
    ],
)
def test_a_field_that_does_not_fit_is_named(field: str, value: Any, code: str) -> None:
    assert errors(**{field: value}) == {f"/form/{field}": code}


def test_what_a_field_may_be_is_told() -> None:
    bad = {"kind": "b", "size": -1, "name": "长" * 201}
    bounds = {error.pointer: dict(error.bounds or {}) for error in form_errors(GOOD | bad, FIELDS)}
    assert bounds == {"/form/name": {"max_length": 200}, "/form/kind": {"expected": "a"}, "/form/size": {"ge": 0}}
    (told_of,) = told(form_errors(GOOD | {"size": -1}, FIELDS))
    assert told_of["message"] == "数值过小(不小于 0)"


def test_a_form_that_fits_has_no_errors() -> None:
    assert (
        errors(name="长" * 200, said="长" * 2000, size=0, paid=1, open=False, since="2026-02-01", carrier=CARRIER) == {}
    )


def test_a_field_nobody_declared_is_refused_by_its_pointer() -> None:
    assert errors(**{"a/b~c": 1}) == {"/form/a~1b~0c": "extra_forbidden"}


def test_between_services_a_carrier_is_its_plain_identifier() -> None:
    told = form_for_service(GOOD | {"carrier": CARRIER}, FIELDS)
    assert told == GOOD | {"carrier": str(UUID(int=5))}


def test_a_notice_must_name_every_missing_document() -> None:
    asked = Asked(("form", "lease", "plan"), (("lease", "租赁合同", "Lease"),))
    missing = documents_missing(asked, ["form"], ("XZ-39",))
    assert [finding.facts["document"] for finding in missing] == ["lease", "plan"]
    assert missing[0].zh == "缺少材料:租赁合同。"
    assert [gap.facts["document"] for gap in notice_gaps(missing, ["/documents/plan", "/form/name"])] == ["lease"]


def test_a_notice_points_at_fields_and_documents_there_are() -> None:
    told = ["/form/name", "/form/colour", "/documents/lease", "/documents/poem"]
    assert strange_pointers(told, FIELDS, ["lease"]) == [1, 3]
    assert unknown_clauses(["XZ-18", None, "XZ-99"], {"XZ-18": 1}) == [2]


def test_changes_are_what_differs_and_nothing_else() -> None:
    before = by_pointer({"a": 1, "b": 2}, [{"kind": "lease", "reference": "1.pdf"}])
    after = by_pointer({"a": 1, "c": 3}, [{"kind": "lease", "reference": "2.pdf"}])
    found = [(change.pointer, change.before, change.after) for change in changes(before, after)]
    assert found == [("/form/b", 2, None), ("/documents/lease", "1.pdf", "2.pdf"), ("/form/c", None, 3)]


def test_a_document_that_was_replaced_among_several_of_its_kind_is_a_change() -> None:
    def handed_in(*references: str, sha256: str | None = None) -> dict[str, Any]:
        return by_pointer({}, [{"kind": "invoice", "reference": name, "sha256": sha256} for name in references])

    before = handed_in("1.pdf", "2.pdf")
    assert [change.after for change in changes(before, handed_in("3.pdf", "2.pdf"))] == [["2.pdf", "3.pdf"]]
    assert [change.after for change in changes(before, handed_in("2.pdf"))] == ["2.pdf"]
    assert changes(before, handed_in("2.pdf", "1.pdf")) == []
    assert len(changes(handed_in("1.pdf", sha256="a" * 64), handed_in("1.pdf", sha256="b" * 64))) == 1


@pytest.mark.parametrize(
    ("registered_by", "role", "who"),
    [
        ("portal-1", "officer", "portal-1"), ("person:officer-2", "officer", None), (None, "officer", None),
        ("portal-1", "portal", None),
    ],
)  # fmt: skip
def test_what_an_officer_enters_is_with_the_client_that_acts_for_the_applicant(
    registered_by: str | None, role: str, who: str | None
) -> None:
    known = an_organisation(1, registered_by=registered_by)
    caller = Caller("person:officer-1", None, frozenset({role}), frozenset(), (known["city_code"],))
    assert entrusted_to(OrganisationReply.model_validate(known), caller) == who


@pytest.mark.parametrize("here", [True, False])
def test_somebody_has_every_file_that_has_not_ended(here: bool) -> None:
    assert {status for status in Status if waiting_for(status, in_notice=True, decided_here=here) is None} == ENDED


def test_during_public_notice_the_public_has_it() -> None:
    holders = [waiting_for(Status.IN_REVIEW, in_notice=there_is, decided_here=False) for there_is in (True, False)]
    assert [waiting.holder for waiting in holders if waiting] == ["public", "service"]


def test_a_recognition_asks_for_the_facts_its_criteria_test() -> None:
    pack = load_pack("xuzhou")
    fields = {field.id: field for field in fields_of(pack, pack.items["recognise-key-makerspace"])}
    assert fields["mentors"].required
    assert not fields["seats"].required  # an alternative to floor_area
    assert [choice[0] for choice in fields["carrier_kind"].choices] == ["makerspace"]


@pytest.mark.parametrize("item", load_pack("xuzhou").items)
def test_every_item_of_the_pack_asks_for_something(item: str) -> None:
    pack = load_pack("xuzhou")
    fields = fields_of(pack, pack.items[item])
    assert any(field.required for field in fields)
    assert len({field.id for field in fields}) == len(fields)
