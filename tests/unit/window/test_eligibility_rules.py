"""What the services hold, as the facts rules ask for, and what a scan makes of them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.funds import AwardFact, PaidFact, PaymentFacts
from contracts.registry import CarrierFacts, LevelFact, OrganisationFacts
from contracts.vouchers import IssuedFact, VoucherFacts
from gateway.window.eligibility.held import Held, Known, Source, Subject, facts_of, owner_of
from gateway.window.eligibility.rules import ACTS, Result, choices_of, scan, scanned, subjects_of, unfit_facts
from policy.engine import RULES, known_facts
from policy.loader import load_pack, pack_ids
from policy.schema import Programme
from policy.snapshots import Acceptance, Snapshot, first_snapshot
from policy.terms_of_support import MatchTerms, RecurringSubsidyTerms, StagedSubsidyTerms
from tests.policy.cases import default_settings, snapshot_with

ORGANISATION, CARRIER, OTHER = UUID(int=1), UUID(int=11), UUID(int=12)
ON = date(2026, 9, 1)
AT = Acceptance(ON, datetime(2026, 9, 1, 2, tzinfo=UTC))
XUZHOU = snapshot_with("xuzhou", default_settings("xuzhou"))
KEY_MUNICIPAL = LevelFact(level="municipal", is_key=True)
FACTS = {"floor_area": 800, "seats": 60, "tenants": 26, "operating_months": 24, "full_time_staff": 5, "mentors": 6}
NOT_SCANNED = {
    ("layered_loss_share", "register_loan"), ("layered_loss_share", "pay_claim"),
    ("layered_loss_share", "share_recovery"), ("layered_loss_share", "guard"),
    ("voucher_quota", "reserve"), ("voucher_quota", "redeem"), ("envelope", "appropriate"),
    ("investment_loss_share", "compensate"), ("investment_loss_share", "share_recovery"),
    ("yearly_growth", "assess"), ("carrier_evaluation", "evaluate"),
    ("fund_participation", "participate"), ("fund_participation", "concede"),
}  # fmt: skip


def a_carrier(carrier_id: UUID = CARRIER, **more: Any) -> CarrierFacts:
    known = {"id": carrier_id, "kind": "makerspace", "name": "云创", "facts": FACTS, "levels": [], "pending": []}
    return CarrierFacts(**(known | more))


def held(
    *carriers: CarrierFacts,
    status: str = "active",
    awards: list[AwardFact] | None = None,
    paid: list[PaidFact] | None = None,
    issued: list[IssuedFact] | None = None,
    away: tuple[str, ...] = (),
) -> Held:
    organisation = OrganisationFacts(
        id=ORGANISATION, city_code="320300", kind="firm", status=status, registered_by="p", carriers=list(carriers)
    )
    payments = PaymentFacts(organisation_id=ORGANISATION, awards=awards or [], paid=paid or [])
    vouchers = VoucherFacts(organisation_id=ORGANISATION, issued=issued or [])
    return Held(organisation, None if "funds" in away else payments, None if "vouchers" in away else vouchers)


def scan_of(known: Held, stated: Mapping[str, Any] | None = None, snapshot: Snapshot = XUZHOU) -> list[Result]:
    return list(scan(snapshot, known, stated or {}, carriers=known.organisation.carriers, at=AT))


def of(results: list[Result], programme: str, carrier: UUID | None = None) -> list[Result]:
    found = [result for result in results if result.programme.id == programme]
    return [r for r in found if carrier is None or (r.subject.carrier and r.subject.carrier.id == carrier)]


def one(results: list[Result], programme: str) -> Result:
    (found,) = of(results, programme)
    return found


def a_programme(terms: Any, service: Any = "funds") -> Programme:
    return Programme(
        id="p", zh="项目", en="programme", service=service, clauses=("XZ-22",), role="finance_bureau", terms=terms
    )


def test_every_act_of_the_engine_is_scanned_or_known_not_to_be() -> None:
    assert {*ACTS.items(), *NOT_SCANNED} == set(RULES)
    assert NOT_SCANNED.isdisjoint(ACTS.items())


def test_a_scan_asks_every_programme_an_organisation_can_meet() -> None:
    asked = {result.programme.id for result in scan_of(held(a_carrier()))}
    pack = XUZHOU.pack
    assert asked == {key for key, entry in pack.programmes.items() if entry.terms.kind in ACTS}
    assert "fund.award_subsidy" not in asked
    assert "loan_pool.transformation" not in asked


def test_a_carrier_that_meets_everything_is_eligible_and_says_why() -> None:
    result = one(scan_of(held(a_carrier())), "recognition.key_makerspace")
    assert (result.status, result.act, result.reasons, result.missing) == ("eligible", "recognise", (), ())
    assert result.ruling.terms == {"notice_working_days": 5}
    assert {step.name for step in result.ruling.trace} >= {"tenants", "recognition.key_makerspace.tenants"}
    assert result.facts["tenants"] == Known(26, "registry")
    assert result.facts["level"] == Known("municipal", "window")


def test_a_carrier_that_misses_one_threshold_is_near() -> None:
    result = one(scan_of(held(a_carrier(facts=FACTS | {"tenants": 18}))), "recognition.key_makerspace")
    assert result.status == "nearly"
    assert [(change.fact, change.actual, change.needed) for change in result.changes] == [("tenants", 18, 20)]
    assert [reason.code for reason in result.reasons] == ["criterion_not_met"]


def test_what_nobody_said_is_undetermined_and_named() -> None:
    facts = {name: value for name, value in FACTS.items() if name != "mentors"}
    result = one(scan_of(held(a_carrier(facts=facts))), "recognition.key_makerspace")
    assert result.status == "undetermined"
    assert [(missing.name, missing.fact.type, missing.owner) for missing in result.missing] == [
        ("mentors", "count", None)
    ]


def test_a_programme_that_is_not_live_says_which_parameters_are_open() -> None:
    result = one(scan_of(held(a_carrier()), snapshot=first_snapshot("320300", XUZHOU.pack)), "patent.subsidy")
    assert result.status == "not_open"
    assert {reason.code for reason in result.reasons} == {"parameter_open"}


def test_each_carrier_is_asked_about_and_each_level_that_can_be_asked_for() -> None:
    results = scan_of(held(a_carrier(), a_carrier(OTHER, kind="incubator")))
    assert [r.status for r in of(results, "recognition.key_makerspace")] == ["eligible", "not_eligible"]
    levels = [r.subject.level.level for r in of(results, "recognition.upper", CARRIER) if r.subject.level]
    assert levels == ["provincial", "national"]


def test_an_award_is_asked_about_at_every_level_that_is_held() -> None:
    carrier = a_carrier(levels=[KEY_MUNICIPAL, LevelFact(level="provincial", is_key=True)])
    results = of(scan_of(held(carrier)), "award.recognition")
    assert [dict(result.ruling.amounts) for result in results] == [{"award": 30_000_000}, {"award": 40_000_000}]


def test_what_was_awarded_before_counts_for_the_carrier_it_was_for() -> None:
    award = {"programme": "award.recognition", "level": "municipal", "amount_fen": 30_000_000}
    rise = [KEY_MUNICIPAL, LevelFact(level="provincial", is_key=True)]
    known = held(a_carrier(levels=rise), a_carrier(OTHER, levels=rise), awards=[AwardFact(carrier_id=CARRIER, **award)])
    results = scan_of(known)
    mine, other = of(results, "award.recognition", CARRIER), of(results, "award.recognition", OTHER)
    assert [(r.status, dict(r.ruling.amounts)) for r in mine] == [
        ("not_eligible", {}), ("eligible", {"award": 10_000_000}),
    ]  # fmt: skip
    assert [reason.code for reason in mine[0].reasons] == ["already_awarded"]
    assert [r.ruling.amounts["award"] for r in other] == [30_000_000, 40_000_000]


def test_a_carrier_without_a_level_has_no_award_and_that_is_no_missing_fact() -> None:
    result = one(scan_of(held(a_carrier())), "award.recognition")
    assert (result.status, [reason.code for reason in result.reasons]) == ("not_eligible", ["not_recognised"])
    assert result.missing == ()


@pytest.mark.parametrize(("where", "code"), [("levels", "already_recognised"), ("pending", "recognition_pending")])
def test_what_is_held_or_under_way_is_not_asked_for_again(where: str, code: str) -> None:
    result = one(scan_of(held(a_carrier(**{where: [KEY_MUNICIPAL]}))), "recognition.key_makerspace")
    assert (result.status, [reason.code for reason in result.reasons]) == ("not_eligible", [code])
    filed = one(scan_of(held(a_carrier(**{where: [KEY_MUNICIPAL]}))), "recognition.filed_makerspace")
    assert filed.status == "eligible"


def test_an_organisation_that_ended_has_nothing() -> None:
    results = scan_of(held(a_carrier(), status="deregistered"))
    assert {result.status for result in results} == {"not_eligible", "not_open"}
    assert one(results, "recognition.key_makerspace").status == "not_eligible"
    assert all(result.reasons[0].code == "organisation_ended" for result in results)
    assert all(result.changes == () for result in results)


def test_what_a_service_knows_counts_before_what_is_stated() -> None:
    result = one(scan_of(held(a_carrier()), {"tenants": 3, "mentors": 6}), "recognition.key_makerspace")
    assert result.status == "eligible"
    assert result.facts["tenants"] == Known(26, "registry", overruled=3)
    assert result.facts["mentors"] == Known(6, "registry")


def test_what_no_service_knows_may_be_stated_and_is_marked() -> None:
    results = scan_of(
        held(), {"carrier_kind": "makerspace", "head": "rent", "cost_fen": 10_000_000, "other_public_money_fen": 0,
                 "cost_subsidised_to": "nobody"}
    )  # fmt: skip
    result = one(results, "operation.subsidy")
    assert (result.status, dict(result.ruling.amounts)) == ("eligible", {"subsidy": 5_000_000})
    assert (result.facts["head"].source, result.facts["paid_this_year_fen"].source) == ("stated", "funds")


def test_a_planned_carrier_is_scanned_by_what_is_stated() -> None:
    stated = FACTS | {"carrier_kind": "makerspace"}
    result = one(scan_of(held(), stated), "recognition.key_makerspace")
    assert (result.status, result.subject.carrier) == ("eligible", None)


def test_nobody_speaks_for_a_service_that_is_away() -> None:
    """Without the books nothing is eligible that depends on them, whatever is stated."""
    carrier = a_carrier(levels=[KEY_MUNICIPAL])
    stated = {"head": "rent", "cost_fen": 10_000_000, "other_public_money_fen": 0, "paid_this_year_fen": 0,
              "cost_subsidised_to": "nobody",
              "already_awarded": False, "grade": "excellent"}  # fmt: skip
    results = scan_of(held(carrier, away=("funds",)), stated)
    for programme, fact in (
        ("award.recognition", "earlier_awards"),
        ("operation.subsidy", "paid_this_year_fen"),
        ("evaluation.award", "already_awarded"),
    ):
        result = one(results, programme)
        assert (result.status, [(m.name, m.owner) for m in result.missing]) == ("undetermined", [(fact, "funds")])


def test_vouchers_of_the_year_count_against_the_quota() -> None:
    values = {
        "voucher.face_value": 5_000_000, "voucher.holder_yearly_quota": 10_000_000, "voucher.share": 5_000,
        "voucher.validity_months": 12,
    }  # fmt: skip
    wuhan = snapshot_with("wuhan", values)

    def result(*issued: IssuedFact, away: tuple[str, ...] = ()) -> Result:
        return one(scan_of(held(issued=list(issued), away=away), snapshot=wuhan), "voucher.innovation")

    def a_year(year: int, fen: int, programme: str = "voucher.innovation") -> IssuedFact:
        return IssuedFact(programme=programme, year=year, issued_fen=fen)

    assert dict(result().ruling.amounts) == {"face": 5_000_000}
    assert result(a_year(2025, 10_000_000), a_year(2026, 5_000_000)).status == "eligible"
    assert result(a_year(2026, 5_000_001)).status == "not_eligible"
    assert result(a_year(2026, 9_000_000, programme="other")).status == "eligible"
    gone = result(away=("vouchers",))
    assert (gone.status, [m.owner for m in gone.missing]) == ("undetermined", ["vouchers"])


def recurring(*heads: str) -> RecurringSubsidyTerms:
    return RecurringSubsidyTerms(
        kind="recurring_subsidy", payee="enterprise", heads=tuple({"head": h, "share": "s"} for h in heads)
    )


@pytest.mark.parametrize(
    ("terms", "paid", "expected"),
    [
        (recurring("rent", "water"), {}, {"paid_this_year_fen": 0, "paid_all_heads_this_year_fen": 0, "years_paid": 0}),
        (recurring("rent", "water"), {2026: 5}, {"paid_all_heads_this_year_fen": 5, "years_paid": 0}),
        (
            recurring("rent"),
            {2024: 1, 2025: 2, 2026: 5},
            {"paid_this_year_fen": 5, "paid_all_heads_this_year_fen": 5, "years_paid": 2},
        ),
        (MatchTerms(kind="match", levels=("national",), rate="r"), {}, {"matched_before_fen": 0}),
        (MatchTerms(kind="match", levels=("national",), rate="r"), {2020: 1}, {}),
        (
            StagedSubsidyTerms(kind="staged_subsidy", cost="interest", stages=("a",), principal_cap="b"),
            {2025: 9, 2026: 4},
            {"paid_this_year_fen": 4},
        ),
    ],
)
def test_the_books_say_what_they_can_say_exactly(terms: Any, paid: dict[int, int], expected: dict[str, int]) -> None:
    rows = [PaidFact(programme="p", policy_year=year, amount_fen=fen) for year, fen in paid.items()]
    rows.append(PaidFact(programme="other", policy_year=2026, amount_fen=77))
    found = facts_of(a_programme(terms), Subject(), held(paid=rows), on=ON)
    assert {name: known.value for name, known in found.items()} == expected
    assert {known.source for known in found.values()} <= {"funds"}


def test_what_another_service_pays_the_books_do_not_answer_for() -> None:
    programme = a_programme(MatchTerms(kind="match", levels=("national",), rate="r"), service="events")
    assert facts_of(programme, Subject(), held(), on=ON) == {}
    assert owner_of(programme, "matched_before_fen") is None


def test_two_carriers_under_one_head_are_not_told_apart() -> None:
    terms, paid = recurring("rent"), [PaidFact(programme="p", policy_year=2026, amount_fen=5)]
    one_carrier = facts_of(a_programme(terms), Subject(), held(a_carrier(), paid=paid), on=ON)
    two = facts_of(a_programme(terms), Subject(), held(a_carrier(), a_carrier(OTHER), paid=paid), on=ON)
    assert "paid_this_year_fen" in one_carrier
    assert "paid_this_year_fen" not in two


@pytest.mark.parametrize(
    ("fact", "choices"),
    [("head", ("rent", "broadband", "software", "service_platform")), ("cost_fen", ()), ("grade", ())],
)
def test_a_missing_code_comes_with_what_it_could_be(fact: str, choices: tuple[str, ...]) -> None:
    assert choices_of(XUZHOU.pack.programmes["operation.subsidy"], fact) == choices


def test_levels_and_designations_come_with_what_they_could_be() -> None:
    award = XUZHOU.pack.programmes["award.recognition"]
    assert choices_of(award, "level") == ("national", "provincial", "municipal")
    assert choices_of(award, "designation") == ("key",)
    assert choices_of(XUZHOU.pack.programmes["evaluation.award"], "grade") == ("excellent", "good")


def test_stated_facts_are_read_as_the_programmes_read_them() -> None:
    stated = {"tenants": 3, "surname": "张", "mentors": "six", "head": "rent", "award_winning": 1}
    assert list(unfit_facts(XUZHOU.pack, stated)) == [
        ("surname", "unknown"), ("mentors", "count"), ("award_winning", "flag"),
    ]  # fmt: skip


def test_every_fact_a_service_owns_is_one_the_rule_asks_for() -> None:
    """A fact renamed in a rule and not in the mapping would silently become statable."""
    owned: dict[str, set[Source | None]] = {}
    for pack_id in pack_ids():
        pack = load_pack(pack_id)
        for programme, act in scanned(pack):
            for name in known_facts(pack, programme, act):
                owned.setdefault(name, set()).add(owner_of(programme, name))
            for subject in subjects_of(programme, [a_carrier(levels=[KEY_MUNICIPAL])], frozenset()):
                found = facts_of(programme, subject, held(), on=ON)
                by_service = {n for n, k in found.items() if k.source in ("funds", "vouchers")}
                assert by_service <= known_facts(pack, programme, act).keys()
                assert all(owner_of(programme, name) for name in by_service)
    assert {name for name, by in owned.items() if "funds" in by} >= {"earlier_awards", "paid_this_year_fen"}


values = st.one_of(
    st.booleans(), st.integers(0, 2**53 - 1), st.text(max_size=20), st.lists(st.text(max_size=5), max_size=3),
    st.dates().map(date.isoformat),
)  # fmt: skip
names = st.sampled_from(sorted({n for p, a in scanned(XUZHOU.pack) for n in known_facts(XUZHOU.pack, p, a)}))


@given(stated=st.dictionaries(names, values, max_size=8), away=st.sets(st.sampled_from(["funds", "vouchers"])))
def test_whatever_is_stated_a_scan_answers_and_never_against_a_service(stated: dict[str, Any], away: set[str]) -> None:
    known = held(a_carrier(levels=[KEY_MUNICIPAL]), away=tuple(away))
    results = scan_of(known, stated)
    assert len(results) == len(scan_of(known))
    for result in results:
        if "funds" in away and result.programme.id == "award.recognition":
            assert result.status != "eligible"
        for name, fact in result.facts.items():
            assert fact.source != "stated" or owner_of(result.programme, name) not in known.away


JIAXING = first_snapshot("330400", load_pack("jiaxing"))
SMALL = {"is_small_low_profit": True, "income_fen": 30_000_000, "taxed_on": "2016-12-31"}


def small_firm_relief(stated: Mapping[str, Any]) -> Result:
    return next(one for one in scan_of(held(), stated, JIAXING) if one.programme.id == "tax.small_firm")


def test_a_firm_is_told_the_income_tax_it_would_owe_and_where_that_stands() -> None:
    """JX-26: 30万元 included, 减按50%计入, 按20%的税率, 2015年10月1日至2017年12月31日; told, not paid."""
    found = small_firm_relief(SMALL)
    assert (found.status, dict(found.ruling.amounts)) == ("eligible", {})
    assert found.ruling.terms == {"tax": "企业所得税", "taxable_fen": 15_000_000, "tax_fen": 3_000_000}
    assert {clause for step in found.ruling.trace for clause in step.clauses} == {"JX-26"}


@pytest.mark.parametrize(
    ("stated", "status", "codes"),
    [
        ({"income_fen": 30_000_001}, "not_eligible", ["income_out_of_bounds"]),
        ({"income_fen": 20_000_000}, "not_eligible", ["income_out_of_bounds"]),
        ({"taxed_on": "2018-01-01"}, "not_eligible", ["outside_period"]),
        ({"taxed_on": "2015-09-30", "income_fen": 1}, "not_eligible", ["outside_period", "income_out_of_bounds"]),
    ],
)
def test_outside_the_bounds_or_the_years_the_reason_is_named(
    stated: dict[str, Any], status: str, codes: list[str]
) -> None:
    """JX-26: >20万元, ≤30万元, within its years."""
    found = small_firm_relief(SMALL | stated)
    assert (found.status in (status, "nearly"), sorted(one.code for one in found.reasons)) == (True, sorted(codes))


def test_what_the_relief_needs_to_know_is_asked_for() -> None:
    """JX-26: a missing fact is not false."""
    found = small_firm_relief({})
    assert (found.status, {one.name for one in found.missing}) == ("undetermined", set(SMALL))
