"""Terms, cancellations, panels and numbers, purely: every arrow, every edge."""

from datetime import date
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from policy.loader import load_pack
from services.registry.cancellation.rules import cure_findings, end_findings, opening_findings
from services.registry.cancellation.states import CURABLE, SETTLED, Cause
from services.registry.cancellation.states import MOVES as CANCELLATION_MOVES
from services.registry.cancellation.states import Fact as CancellationFact
from services.registry.cancellation.states import Status as CancellationStatus
from services.registry.certificates.issuers import Place, in_the_city, issuer_of
from services.registry.certificates.rules import certificate_number, city_of, is_well_numbered, standing
from services.registry.panels.rules import Applicant, Candidate, conflicts, draw, result_of, score_findings
from services.registry.upkeep.rules import last_day_of, month_after, renewal_findings, tax_applies

ARROWS = {
    (CancellationFact.CURED, CancellationStatus.CURING): CancellationStatus.CURED,
    (CancellationFact.CURE_LAPSED, CancellationStatus.CURING): CancellationStatus.AWAITING_DECISION,
    (CancellationFact.DROPPED, CancellationStatus.CURING): CancellationStatus.DROPPED,
    (CancellationFact.DROPPED, CancellationStatus.AWAITING_DECISION): CancellationStatus.DROPPED,
    (CancellationFact.CANCELLED, CancellationStatus.AWAITING_DECISION): CancellationStatus.CANCELLED,
}


@pytest.mark.parametrize("fact", CancellationFact)
@pytest.mark.parametrize("status", CancellationStatus)
def test_a_cancellation_moves_as_the_table_says(fact: CancellationFact, status: CancellationStatus) -> None:
    target = ARROWS.get((fact, status))
    if target is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, CANCELLATION_MOVES)
    else:
        assert status_after(fact, status, CANCELLATION_MOVES) is target


def test_what_is_settled_stays_settled() -> None:
    assert not any(set(SETTLED) & arrow.sources for arrow in CANCELLATION_MOVES.values())


@pytest.mark.parametrize(
    ("begins_on", "months", "last"),
    [
        (date(2026, 9, 9), 36, date(2029, 9, 8)),
        (date(2028, 2, 29), 36, date(2031, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
    ],
)
def test_a_term_is_valid_up_to_the_day_before_its_anniversary(begins_on: date, months: int, last: date) -> None:
    """Civil Code art. 202: a month without such a day ends the term with its last day."""
    assert last_day_of(begins_on, months) == last


@pytest.mark.parametrize(
    ("day", "month"), [(date(2026, 12, 31), "2027-01"), (date(2026, 1, 31), "2026-02"), (date(2026, 9, 1), "2026-10")]
)
def test_tax_treatment_begins_the_month_after(day: date, month: str) -> None:
    """XZ-18, LZ-20: a date the registry states, as information."""
    assert month_after(day) == month


def a_condition(fact: str, *, equals: object = None, one_of: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(fact=fact, equals=equals, one_of=one_of)


def test_a_tax_programme_about_firms_says_nothing_of_a_carrier() -> None:
    """JX-26 asks about a firm's size and income: a recognised space learns nothing from it."""
    small_firm = SimpleNamespace(conditions=[a_condition("is_small_low_profit", equals=True)])
    park = SimpleNamespace(conditions=[a_condition("carrier_kind", equals="university_park")])
    levels = SimpleNamespace(conditions=[a_condition("level", one_of=("municipal",))])
    known = {"level": "municipal", "carrier_kind": "university_park"}
    assert [tax_applies(terms, known) for terms in (small_firm, park, levels)] == [False, True, True]
    assert not tax_applies(park, known | {"carrier_kind": "makerspace"})
    assert not tax_applies(levels, known | {"level": "district"})


TODAY = date(2026, 9, 28)


def opening(cause: Cause, **more: object) -> list[str]:
    known = {
        "is_pending": False, "operator_exists": True, "policy_names_period": True, "cure_by": None,
        "today": TODAY, "clauses": (),
    }  # fmt: skip
    return codes(opening_findings(cause=cause, **(known | more)))  # type: ignore[arg-type]


@pytest.mark.parametrize("cause", sorted(CURABLE))
def test_a_curable_cause_has_one_cure_period(cause: Cause) -> None:
    """XZ-38."""
    assert opening(cause) == []
    assert opening(cause, cure_by=date(2026, 10, 9)) == ["cure_period_fixed_by_policy"]
    assert opening(cause, policy_names_period=False) == ["cure_period_missing"]
    assert opening(cause, policy_names_period=False, cure_by=TODAY) == ["cure_period_past"]
    assert opening(cause, policy_names_period=False, cure_by=date(2026, 9, 29)) == []


@pytest.mark.parametrize("cause", sorted(set(Cause) - CURABLE))
def test_no_other_cause_has_any(cause: Cause) -> None:
    dissolved = {"operator_exists": False}
    assert opening(cause, **dissolved) == []
    assert opening(cause, cure_by=date(2026, 10, 9), **dissolved) == ["cure_period_not_for_cause"]


def test_all_reasons_are_told_at_once() -> None:
    found = opening(Cause.OPERATOR_DISSOLVED, is_pending=True, cure_by=date(2026, 10, 9))
    assert found == ["cancellation_pending", "operator_not_dissolved", "cure_period_not_for_cause"]


def test_a_cure_counts_on_the_last_day_and_not_the_day_after() -> None:
    last = date(2026, 10, 16)
    assert cure_findings(cure_by=last, today=last, clauses=()) == []
    assert codes(cure_findings(cure_by=last, today=date(2026, 10, 17), clauses=())) == ["cure_period_over"]


@given(st.sampled_from(["320300", "450200-a1b2c3d4"]), st.integers(2015, 2099), st.integers(1, 99_999), st.data())
def test_a_number_leads_to_its_city_and_one_wrong_character_to_nowhere(
    city: str, year: int, sequence: int, data: st.DataObject
) -> None:
    number = certificate_number(city_code=city, year=year, sequence=sequence)
    assert (is_well_numbered(number), city_of(number)) == (True, city)
    place = data.draw(st.sampled_from([i for i, sign in enumerate(number) if sign != "-"]))
    other = data.draw(st.sampled_from([sign for sign in "0123456789ABCDEFGHJK" if sign != number[place]]))
    assert not is_well_numbered(number[:place] + other + number[place + 1 :])


def test_a_department_is_named_with_its_city() -> None:
    assert in_the_city("市科技局", "徐州市") == "徐州市科技局"
    assert in_the_city("徐州市财政局", "徐州市") == "徐州市财政局"


@pytest.mark.parametrize(
    ("pack", "place", "issuer"),
    [
        ("wuhan", Place(codes=("420102",)), "武汉市江岸区人民政府"),
        ("wuhan", Place(zone="东湖新技术开发区", codes=("420111",)), "武汉东湖新技术开发区管理委员会"),
        ("wuhan", Place(zone="某园区", codes=("999999", "420121")), "武汉市蔡甸区人民政府"),
        ("wuhan", Place(addresses=("湖北省武汉市洪山区珞喻路1号",)), "武汉市洪山区人民政府"),
        ("wuhan", Place(addresses=("武昌区1号", "洪山区2号")), "载体所在县（市、区）人民政府"),
        ("wuhan", Place(), "载体所在县（市、区）人民政府"),
        ("liuzhou", Place(codes=("450222",)), "柳城县人民政府"),
    ],
)
def test_a_district_issues_in_its_own_name(pack: str, place: Place, issuer: str) -> None:
    """WH-06, LZ-06: never in the name of all districts together."""
    found = issuer_of(load_pack(pack), "county_governments", on=date(2026, 9, 1), place=place)
    assert found["issuer"]["zh"] == issuer


@pytest.mark.parametrize(
    ("on", "ended_on", "valid_until", "is_replaced", "is_curing", "stands"),
    [
        (date(2029, 9, 8), None, date(2029, 9, 8), False, False, "in_force"),
        (date(2029, 9, 9), None, date(2029, 9, 8), False, False, "ended"),
        (date(2029, 9, 9), None, date(2029, 9, 8), True, False, "replaced"),
        (date(2027, 1, 1), None, None, False, True, "cure_period"),
        (date(2027, 1, 1), date(2027, 1, 1), None, False, True, "ended"),
        (date(2026, 12, 31), date(2027, 1, 1), None, True, False, "replaced"),
        (date(2027, 1, 1), date(2027, 1, 1), None, True, False, "ended"),
    ],
)
def test_how_a_certificate_stands(
    on: date, ended_on: date | None, valid_until: date | None, is_replaced: bool, is_curing: bool, stands: str
) -> None:
    known = {"ended_on": ended_on, "valid_until": valid_until, "is_replaced": is_replaced, "is_curing": is_curing}
    assert standing(on=on, **known) == stands  # type: ignore[arg-type]


@given(st.lists(st.uuids(), min_size=1, max_size=12, unique=True), st.text("0123456789abcdef", min_size=1))
def test_a_draw_is_repeated_from_its_seed_and_does_not_depend_on_the_order_of_the_pool(
    ids: list[UUID], seed: str
) -> None:
    pool = [Candidate(one, "单位", frozenset()) for one in ids]
    assert draw(pool, seed) == draw(pool[::-1], seed)
    assert set(draw(pool, seed)) == set(ids)


def test_every_interest_is_named() -> None:
    me, firm = UUID(int=1), UUID(int=2)
    applicant = Applicant(firm, frozenset({"云创公司", "旧名公司"}))
    known = Candidate(me, "旧名公司", frozenset())
    assert conflicts(known, applicant, {me}) == ["same_unit", "related_party"]
    assert conflicts(Candidate(me, "别家", frozenset()), applicant, set()) == []


@given(st.lists(st.integers(0, 100), min_size=1, max_size=9).filter(lambda totals: len(totals) % 2 == 1))
def test_the_result_is_one_of_the_totals_and_no_extreme_moves_it(totals: list[int]) -> None:
    result = result_of(totals)
    assert result in totals
    if len(totals) > 1:
        assert result_of([*sorted(totals)[:-1], 10_000]) == result


def test_a_sheet_scores_each_criterion_once() -> None:
    criteria = ["tenants", "mentors"]
    assert score_findings({"tenants": 5, "mentors": 5}, criteria=criteria, points_max=5) == []
    found = score_findings({"tenants": 6, "colour": 1}, criteria=criteria, points_max=5)
    assert [(one.code, one.facts["criteria"]) for one in found] == [
        ("score_incomplete", ["colour", "mentors"]),
        ("score_above_scale", ["tenants"]),
    ]


def test_only_what_a_level_above_gave_ends_on_a_day_that_is_named() -> None:
    given = {"recognised_on": date(2026, 8, 20), "is_citys_own": False, "today": date(2026, 9, 1)}
    days = [date(2026, 8, 20), date(2026, 8, 21), date(2026, 9, 1), date(2026, 9, 2)]
    assert [codes(end_findings(ended_on=day, **given)) for day in days] == [
        ["ends_before_beginning"], [], [], ["date_in_future"],
    ]  # fmt: skip
    own = end_findings(ended_on=date(2026, 9, 1), **given | {"is_citys_own": True})
    assert codes(own) == ["end_day_is_the_decisions"]


def test_a_term_is_renewed_by_the_validity_that_the_policy_of_today_names() -> None:
    given = {"is_pending": False, "cancellation_is_open": False, "clauses": ("ZZ-09",)}
    asked = [(date(2029, 9, 8), True), (date(2029, 9, 8), False), (None, False)]
    assert [codes(renewal_findings(valid_until=until, names_validity=named, **given)) for until, named in asked] == [
        [], ["renewal_without_validity"], ["recognition_has_no_term"],
    ]  # fmt: skip
