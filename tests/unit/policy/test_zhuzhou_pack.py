"""What the whole Zhuzhou pack must keep: every provision, strict operators, what is new, what is open."""

from collections.abc import Iterable

from policy.loader import load_pack
from policy.terms import VoucherTerms
from policy.terms_of_support import GradedAwardTerms

ZHUZHOU = load_pack("zhuzhou")
# Where the first of the paragraph's list handles no such matter (registration: taxes, vouchers) or is who reports.
NOT_THE_FIRST = {
    "tax.small_firm": "tax_authority",
    "voucher.innovation": "science_bureau",
    "progress_report.timely": "joint_conference_office",
}
INSTRUMENTS = {"venture.staged_equity", "venture.risk_subsidy", "venture.guarantee_before", "venture.guarantee_after"}


def test_every_provision_stands_in_it() -> None:
    assert ZHUZHOU.coverage == "complete"
    assert sorted(ZHUZHOU.clauses) == [f"ZZ-{n:02}" for n in range(1, 38)]
    assert [key for key, clause in ZHUZHOU.clauses.items() if clause.no_software] == ["ZZ-30"]


def test_every_programme_target_item_and_duty_is_named_by_a_clause() -> None:
    bound = {binding for clause in ZHUZHOU.clauses.values() for binding in clause.bound_to}
    sections: dict[str, Iterable[str]] = {
        "programme": ZHUZHOU.programmes, "target": ZHUZHOU.targets, "item": ZHUZHOU.items, "duty": ZHUZHOU.duties,
    }  # fmt: skip
    assert {f"{kind}:{key}" for kind, section in sections.items() for key in section} - bound == set()


def test_operators_and_kinds_of_the_targets_are_those_of_the_text() -> None:
    assert {key: (target.operator, target.kind) for key, target in ZHUZHOU.targets.items()} == {
        "demonstration_spaces": ("≥", "increment"),
        "leading_founders": ("=", "increment"),
        "venture_institutions": ("≥", "stock"),
        "self_employed": ("=", "increment"),
        "hightech_firms": (">", "cumulative"),
        "events": ("≥", "cumulative"),
    }


def test_the_only_figure_of_a_parameter_the_text_states_is_the_one_flagship() -> None:
    stated = {key: parameter.values[0].value for key, parameter in ZHUZHOU.parameters.items() if parameter.values}
    assert {key: value for key, value in stated.items() if isinstance(value, int)} == {"system.flagship_centres": 1}
    ways = ("further", "cluster")
    assert stated == {
        "system.flagship_centres": 1,
        "premises.modes": ways,
        "premises.inside_makerspaces": ways,
    }


def test_places_that_changed_their_code_keep_the_old_ones_and_one_zone_counts_as_a_district() -> None:
    former = {division.code: division.former_codes for division in ZHUZHOU.divisions if division.former_codes}
    assert former["430212"] == ("430221",)
    assert former["430281"] == ("432123", "430222", "430219", "439001")
    assert [division.zh for division in ZHUZHOU.divisions if division.is_zone] == ["云龙示范区"]


def test_the_first_department_of_the_list_is_the_programmes_unless_it_handles_no_such_matter() -> None:
    for key, programme in ZHUZHOU.programmes.items():
        listed = ZHUZHOU.clauses[programme.clauses[0]].roles
        if listed:
            assert programme.role == NOT_THE_FIRST.get(key, listed[0]), key


def test_recognised_makerspaces_are_subsidised_by_three_grades_in_three_classes() -> None:
    terms = ZHUZHOU.programmes["space.subsidy"].terms
    assert isinstance(terms, GradedAwardTerms)
    assert {grade.grade for grade in terms.grades} == {
        f"grade_{number}_{character}" for number in (1, 2, 3) for character in ("innovation", "industry", "regional")
    }


def test_the_three_instruments_draw_on_upper_level_money_for_early_tech_firms() -> None:
    for key in INSTRUMENTS:
        assert ZHUZHOU.programmes[key].paid_from == "fund.sme_upper"
        assert ZHUZHOU.programmes[key].conditions


def test_the_voucher_leaves_scope_and_the_controllers_quota_open_and_binds_no_place() -> None:
    terms = ZHUZHOU.programmes["voucher.innovation"].terms
    assert isinstance(terms, VoucherTerms)
    assert (terms.service_kinds, terms.provider_division_prefix) == ((), None)
    for key in (terms.service_scope, terms.controller_yearly_quota):
        assert ZHUZHOU.parameters[str(key)].status == "open"
