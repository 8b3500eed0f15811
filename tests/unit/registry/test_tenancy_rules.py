"""Who moves in and out, and what tells two tenants apart, purely."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import codes
from services.registry.carriers.rules import shrinking
from services.registry.tenancy.rules import FIRM_KEY_MAX, admission_findings, firm_key, leaving_findings

TODAY = date(2026, 9, 1)
GOOD = {
    "started_on": TODAY, "agreed_until": None, "today": TODAY, "firm_is_active": True, "seats": 2, "free_seats": 2,
}  # fmt: skip


def test_the_last_seat_may_be_taken_and_no_more() -> None:
    assert admission_findings(**GOOD) == []
    assert codes(admission_findings(**GOOD | {"seats": 3})) == ["no_free_seats"]
    assert admission_findings(**GOOD | {"seats": 3, "free_seats": None}) == []


def test_an_agreement_may_end_on_its_first_day_and_not_before() -> None:
    assert admission_findings(**GOOD | {"agreed_until": TODAY}) == []
    before = admission_findings(**GOOD | {"agreed_until": TODAY - timedelta(days=1)})
    assert codes(before) == ["agreement_backwards"]


@given(st.integers(-3, 3), st.integers(-3, 3))
def test_who_left_came_before_and_not_after_today(came: int, left: int) -> None:
    started_on, on = TODAY + timedelta(days=came), TODAY + timedelta(days=left)
    found = codes(leaving_findings(on=on, started_on=started_on, today=TODAY))
    assert ("left_before_coming" in found) == (left < came)
    assert ("left_in_future" in found) == (left > 0)


def test_a_tenant_is_its_code_or_its_name_without_space_and_case() -> None:
    assert firm_key(credit_code="X", name="a") == firm_key(credit_code="X", name="b")
    assert firm_key(credit_code=None, name="AI 云") == firm_key(credit_code=None, name="ai云")
    assert firm_key(credit_code=None, name="c:X") != firm_key(credit_code="X", name="c:X")


@given(st.none() | st.integers(0, 5), st.none() | st.integers(0, 5))
def test_area_shrank_where_less_is_left_than_was_stated(before: int | None, after: int | None) -> None:
    lost = before is not None and (after is None or after < before)
    assert bool(shrinking(before=before, after=after, clauses=())) == lost


def test_what_a_tenant_is_known_by_fits_its_column() -> None:
    """One row that no column holds would stop a whole import for ever."""
    assert len(firm_key(credit_code=None, name="ΐ" * 200)) == FIRM_KEY_MAX
