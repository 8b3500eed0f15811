"""What the whole Liuzhou pack must keep: every provision, doubtful figures, who leads, old division codes."""

from collections.abc import Iterable

from policy.loader import load_pack
from policy.schema import Item, Programme
from policy.terms_of_support import RecurringSubsidyTerms, UpliftTerms

LIUZHOU = load_pack("liuzhou")


def test_every_provision_stands_in_it_and_something_implements_it() -> None:
    assert LIUZHOU.coverage == "complete"
    assert sorted(LIUZHOU.clauses) == [f"LZ-{n:02}" for n in range(1, 60)]
    assert [key for key, clause in LIUZHOU.clauses.items() if clause.no_software] == []


def test_every_programme_target_item_and_duty_is_named_by_a_clause() -> None:
    bound = {binding for clause in LIUZHOU.clauses.values() for binding in clause.bound_to}
    sections: dict[str, Iterable[str]] = {
        "programme": LIUZHOU.programmes, "target": LIUZHOU.targets, "item": LIUZHOU.items, "duty": LIUZHOU.duties,
    }  # fmt: skip
    assert {f"{kind}:{key}" for kind, section in sections.items() for key in section} - bound == set()


def test_what_lost_characters_may_have_touched_is_doubtful() -> None:
    doubtful = {key for key, parameter in LIUZHOU.parameters.items() if parameter.status == "doubtful"}
    assert doubtful == {"makerspace.subsidy.yearly_cap", "zone_makerspaces.per_zone"}
    cap = LIUZHOU.parameters["makerspace.subsidy.yearly_cap"]
    assert (cap.operator, cap.values[0].value) == ("≤", 55_000_000)
    terms = LIUZHOU.programmes["makerspace.subsidy"].terms
    assert isinstance(terms, RecurringSubsidyTerms)
    assert (terms.payee, terms.yearly_cap) == ("carrier_operator", "makerspace.subsidy.yearly_cap")


def test_the_uplift_is_capped_and_its_base_is_open() -> None:
    terms = LIUZHOU.programmes["base.award"].terms
    assert isinstance(terms, UpliftTerms)
    assert LIUZHOU.parameters[terms.base].status == "open"
    assert LIUZHOU.parameters[terms.uplift_cap].values[0].value == 3000


def test_the_first_department_of_a_list_leads_as_the_text_says() -> None:
    entries: tuple[Programme | Item, ...] = (*LIUZHOU.programmes.values(), *LIUZHOU.items.values())
    for entry in entries:
        listed = LIUZHOU.clauses[entry.clauses[0]].roles
        # The tax authority alone grants the State's relief.
        assert not listed or entry.role in (listed[0], "tax_authority"), entry.id


def test_liujiang_keeps_its_old_codes_and_there_is_no_voucher() -> None:
    liujiang = next(division for division in LIUZHOU.divisions if division.zh == "柳江区")
    assert (liujiang.code, liujiang.former_codes) == ("450206", ("452221", "450221"))
    assert [division.zh for division in LIUZHOU.divisions if division.is_zone] == ["柳东新区", "阳和工业新区"]
    assert list(LIUZHOU.of_kind("voucher_quota")) == []
