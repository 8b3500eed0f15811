"""Acceptance on a promise: what may follow, for how long, for whom, and where a promise stands."""

from datetime import date

import pytest

from gateway.window.cases.rules import documents_missing, on_promise, waiting_for
from gateway.window.cases.states import Status
from gateway.window.catalogue.rules import Asked
from gateway.window.supplements.rules import (
    Credit,
    credit_findings,
    promise_findings,
    strange_kinds,
    term_findings,
)
from gateway.window.supplements.states import Standing, standing_of
from kernel.findings import codes

NAMES = (("form", "申请表", "form"), ("list", "清单", "list"), ("photo", "照片", "photo"))
ASKED = Asked(("form", "list", "photo"), NAMES, frozenset({"list", "photo"}))
DUE, EARLIER, LATER = date(2026, 11, 30), date(2026, 11, 27), date(2026, 12, 1)


@pytest.mark.parametrize(
    ("handed_in", "promised", "against"),
    [
        (["form"], ["list", "photo"], []),
        (["form", "list"], ["photo"], []),
        (["form"], ["list"], [("document_not_promised", "photo")]),
        (["form"], [], [("document_not_promised", "list"), ("document_not_promised", "photo")]),
        # A main document is not made minor by promising it.
        (["list", "photo"], ["form"], [("document_missing", "form")]),
        ([], ["form", "list"], [("document_missing", "form"), ("document_not_promised", "photo")]),
    ],
)
def test_only_what_is_minor_and_promised_may_be_missing(
    handed_in: list[str], promised: list[str], against: list[tuple[str, str]]
) -> None:
    missing = documents_missing(ASKED, handed_in, ("XZ-39",))
    found = promise_findings(missing, promised)
    assert [(one.code, one.facts["document"]) for one in found] == against
    assert all(one.clauses == ("XZ-39",) and one.zh and one.en for one in found)


def test_nothing_is_minor_until_the_department_says_so() -> None:
    missing = documents_missing(Asked(("list",), NAMES), [], ())
    assert [one.facts for one in missing] == [{"document": "list", "may_follow": False}]
    assert codes(promise_findings(missing, ["list"])) == ["document_missing"]


@pytest.mark.parametrize(("days", "against"), [(1, []), (20, []), (21, ["supplement_term_too_long"])])
def test_the_time_for_it_is_no_longer_than_the_items_own(days: int, against: list[str]) -> None:
    assert codes(term_findings(days, promised_working_days=20)) == against


@pytest.mark.parametrize(
    ("has_record", "barred_until", "against"),
    [
        (False, None, []),
        (True, None, ["credit_unrepaired"]),
        (False, DUE, ["applicant_barred"]),
        (True, DUE, ["credit_unrepaired", "applicant_barred"]),
    ],
)
def test_who_broke_faith_is_not_believed(has_record: bool, barred_until: date | None, against: list[str]) -> None:
    assert codes(credit_findings(Credit(has_record, "信用中国", barred_until))) == against


@pytest.mark.parametrize(
    ("due_on", "supplied_on", "lapsed_on", "standing"),
    [
        (None, None, None, Standing.PROMISED),
        (DUE, None, None, Standing.AWAITED),
        (DUE, EARLIER, None, Standing.SUPPLIED),
        (DUE, None, LATER, Standing.LAPSED),
    ],
)
def test_its_days_say_where_a_promise_stands(
    due_on: date | None, supplied_on: date | None, lapsed_on: date | None, standing: Standing
) -> None:
    assert standing_of(due_on=due_on, supplied_on=supplied_on, lapsed_on=lapsed_on) is standing


def test_the_file_stays_with_who_reviews_it_and_says_what_it_waits_for() -> None:
    reviewing = waiting_for(Status.IN_REVIEW, in_notice=False, decided_here=False)
    assert reviewing is not None
    held = on_promise(reviewing)
    assert (held.holder, held.zh) == ("service", "业务部门正在审核;申请人补齐承诺的材料后方可作出决定")


def test_places_that_name_what_nobody_waits_for() -> None:
    assert strange_kinds(["list", "map", "photo", "poem"], {"list", "photo"}) == [1, 3]
