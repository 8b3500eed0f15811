"""What the whole Wuhan pack must keep: every provision, strict operators, zones that count, the voucher as it was."""

from collections.abc import Iterable

from policy.loader import load_pack
from policy.terms import VoucherTerms
from policy.terms_of_support import RecurringSubsidyTerms

WUHAN = load_pack("wuhan")
# Where the first department of the paragraph's list handles no such matter, the programme is the next one's that does.
NOT_THE_FIRST = {
    "fund.talent": "finance_bureau",
    "fund.special_city": "finance_bureau",
    "fund.special_district": "county_governments",
    "tenant.subsidy": "human_resources_bureau",
    "student.leave": "education_bureau",
    "fund.guidance": "financial_work_office",
    "guidance.participation": "financial_work_office",
    "investor.settlement": "financial_work_office",
    "fund.qingtong": "financial_work_office",
    "qingtong.investment": "financial_work_office",
    "qingtong.priority": "financial_work_office",
}


def test_every_provision_stands_in_it() -> None:
    assert WUHAN.coverage == "complete"
    assert sorted(WUHAN.clauses) == [f"WH-{n:02}" for n in range(1, 37)]
    assert [key for key, clause in WUHAN.clauses.items() if clause.no_software] == ["WH-27"]


def test_every_programme_target_item_and_duty_is_named_by_a_clause() -> None:
    bound = {binding for clause in WUHAN.clauses.values() for binding in clause.bound_to}
    sections: dict[str, Iterable[str]] = {
        "programme": WUHAN.programmes, "target": WUHAN.targets, "item": WUHAN.items, "duty": WUHAN.duties,
    }  # fmt: skip
    assert {f"{kind}:{key}" for kind, section in sections.items() for key in section} - bound == set()


def test_more_than_stays_more_than() -> None:
    operators = {key: WUHAN.targets[key].operator for key in WUHAN.targets}
    assert {key for key, operator in operators.items() if operator == ">"} == {"talent", "innovative_firms", "events"}
    assert WUHAN.targets["events"].kind == "per_year"


def test_the_four_zones_count_as_districts() -> None:
    zones = [division.zh for division in WUHAN.divisions if division.is_zone]
    assert zones == ["武汉东湖新技术开发区", "武汉经济技术开发区", "武汉市东湖生态旅游风景区", "武汉化工区"]
    assert len(WUHAN.divisions) == 13 + len(zones)
    assert WUHAN.targets["regional_centre_coverage"].operator == "coverage"


def test_the_tenant_is_paid_and_what_was_paid_to_the_operator_is_not_paid_again() -> None:
    tenant, carrier = (WUHAN.programmes[key].terms for key in ("tenant.subsidy", "carrier.subsidy"))
    assert isinstance(tenant, RecurringSubsidyTerms)
    assert isinstance(carrier, RecurringSubsidyTerms)
    assert (tenant.payee, carrier.payee) == ("tenant", "carrier_operator")


def test_the_voucher_rests_on_four_parameters() -> None:
    terms = WUHAN.programmes["voucher.innovation"].terms
    assert isinstance(terms, VoucherTerms)
    assert list(terms.parameters("issue")) == [
        "voucher.face_value", "voucher.holder_yearly_quota", "voucher.share", "voucher.validity_months",
    ]  # fmt: skip


def test_a_programme_is_the_first_named_departments_unless_it_is_listed_here() -> None:
    for key, programme in WUHAN.programmes.items():
        listed = WUHAN.clauses[programme.clauses[0]].roles
        if listed:
            assert programme.role == NOT_THE_FIRST.get(key, listed[0]), key
            assert programme.role in listed or key.startswith("fund.special_district"), key
