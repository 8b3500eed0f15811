"""Parties: no more than the whole on any day, and walks that end whatever the graph looks like."""

from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import codes
from policy.loader import load_pack
from services.registry.departments.rules import on_day
from services.registry.divisions.rules import all_codes, resolve
from services.registry.held_data.rules import datum_findings, need_not_ask
from services.registry.parties.rules import (
    Edge,
    Node,
    Reached,
    Stated,
    end_findings,
    grow,
    party_findings,
    path_to,
    shortest,
    ultimate,
)

DAY, TODAY = date(2026, 1, 1), date(2026, 9, 1)


def organisation(number: int) -> Node:
    return Node("organisation", UUID(int=number))


def person(number: int) -> Node:
    return Node("person", UUID(int=number))


def share(bp: int, holder: int = 1, since: date = DAY, until: date | None = None) -> Stated:
    return Stated("shareholder", person(holder), bp, since, until)


def role(name: str, holder: Node | None, since: date = DAY, until: date | None = None) -> Stated:
    return Stated(name, holder, None, since, until)


def found(new: Stated, *standing: Stated, **more: Any) -> list[str]:
    return codes(party_findings(new, standing, **{"today": TODAY, "holder_is_active": True} | more))


@pytest.mark.parametrize(("bp", "expected"), [(2999, []), (3000, []), (3001, ["shares_exceed_whole"])])
def test_shares_are_at_most_the_whole(bp: int, expected: list[str]) -> None:
    assert found(share(bp, 3), share(4000, 1), share(3000, 2)) == expected


def test_who_has_sold_before_the_other_bought_does_not_count() -> None:
    sold = share(6000, 1, until=date(2026, 3, 1))
    assert found(share(10_000, 2, since=date(2026, 3, 1)), sold) == []
    assert found(share(10_000, 2, since=date(2026, 2, 28)), sold) == ["shares_exceed_whole"]


def test_the_most_of_any_day_counts_and_not_the_sum_over_the_days() -> None:
    first, second = share(6000, 1, until=date(2026, 3, 1)), share(6000, 2, since=date(2026, 3, 1))
    assert found(share(4000, 3), first, second) == []
    assert found(share(4001, 3), first, second) == ["shares_exceed_whole"]


@given(st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 200), st.integers(1, 200)), max_size=12))
def test_whatever_is_taken_never_exceeds_the_whole_on_any_day(wanted: list[tuple[int, int, int]]) -> None:
    taken: list[Stated] = []
    for holder, (bp, begins, days) in enumerate(wanted):
        since = DAY + timedelta(days=begins)
        new = share(bp, holder, since, since + timedelta(days=days))
        if not party_findings(new, taken, today=date(2030, 1, 1), holder_is_active=True):
            taken.append(new)
    for offset in range(401):
        day = DAY + timedelta(days=offset)
        on_that_day = [one.share_bp or 0 for one in taken if one.effective_on <= day < (one.ended_on or day)]
        assert sum(on_that_day) <= 10_000


def test_a_party_is_refused_with_every_reason() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert found(role("controller", organisation(1), tomorrow), holder_is_active=False) == [
        "date_in_future", "holder_ended",
    ]  # fmt: skip
    boss = role("legal_representative", person(1))
    assert found(boss, boss) == ["party_recorded_already"]
    assert found(role("legal_representative", person(2)), boss) == ["one_at_a_time"]
    assert found(role("no_controller", None), role("controller", person(1))) == ["controller_contradicted"]
    assert found(role("controller", person(2)), role("no_controller", None)) == ["controller_contradicted"]
    assert found(role("controller", person(2)), role("controller", person(1))) == []


def test_a_party_ends_after_it_began_and_not_in_the_future() -> None:
    assert codes(end_findings(ended_on=DAY, effective_on=DAY, today=TODAY)) == ["ends_before_beginning"]
    late = end_findings(ended_on=TODAY + timedelta(days=1), effective_on=DAY, today=TODAY)
    assert codes(late) == ["date_in_future"]


def edge(holder: Node, held: Node, kind: str = "controller", share_bp: int | None = None) -> Edge:
    return Edge(kind, holder, held, share_bp, DAY, None)


@pytest.mark.parametrize(("bp", "controls"), [(4999, False), (5000, False), (5001, True)])
def test_more_than_half_controls(bp: int, controls: bool) -> None:
    assert edge(person(1), organisation(1), "shareholder", bp).is_control is controls


def test_a_ring_of_owners_ends_and_has_itself_at_the_top() -> None:
    ring = [edge(organisation(one), organisation(one % 3 + 1)) for one in (1, 2, 3)]
    reached: Reached = {organisation(1): None}
    while grow(reached, ring, upward=True, downward=False):
        pass
    assert set(reached) == {organisation(1), organisation(2), organisation(3)}
    assert ultimate(reached, ring) == set(reached)
    assert ultimate({organisation(2), person(1)}, [edge(person(1), organisation(2))]) == {person(1)}


def test_the_path_is_the_shortest_and_read_from_the_start() -> None:
    boss = person(9)
    edges = [edge(boss, organisation(1)), edge(organisation(1), organisation(2)), edge(boss, organisation(2))]
    far = [edge(organisation(2), organisation(3)), edge(organisation(3), organisation(4))]
    reached = shortest(organisation(1), [organisation(4)], edges + far, steps_max=6)
    assert path_to(reached, organisation(4)) == [edges[1], *far]
    assert organisation(4) not in shortest(organisation(1), [organisation(4)], edges + far, steps_max=2)


KIND: tuple[Literal["organisation", "person"], ...] = ("organisation", "person")
NODES = st.builds(Node, st.sampled_from(KIND), st.integers(0, 6).map(lambda number: UUID(int=number)))
FIRMS = st.integers(0, 6).map(organisation)


@given(st.lists(st.builds(edge, NODES, FIRMS), max_size=20), st.integers(0, 6))
def test_every_path_leads_from_the_start_to_its_end(edges: list[Edge], start: int) -> None:
    edges = [one for one in edges if one.holder != one.held]
    reached = shortest(organisation(start), [person(99)], edges, steps_max=50)
    for node in reached:
        at = organisation(start)
        for step in path_to(reached, node):
            assert at in {step.holder, step.held}
            at = step.holder if step.held == at else step.held
        assert at == node


def test_a_code_of_an_earlier_list_finds_its_division() -> None:
    divisions = load_pack("xuzhou").divisions
    resolved = resolve("320323", divisions)
    assert resolved is not None
    assert (resolved.code, resolved.is_former, divisions[resolved.place].zh) == ("320312", True, "铜山区")
    assert resolve("320399", divisions) is None
    assert {"320312", "320323"} <= all_codes(divisions)


def test_a_role_is_held_by_the_last_name_that_had_begun() -> None:
    names = load_pack("xuzhou").roles["tax_authority"].names
    told = [on_day(names, day) for day in (date(2015, 1, 1), date(2018, 7, 4), date(2018, 7, 5))]
    assert [name.zh if name else None for name in told] == [None, "各级税务部门", "国家税务总局徐州市税务局"]


@pytest.mark.parametrize(
    ("applicants", "consent", "until", "expected"),
    [
        (True, True, None, True), (True, False, None, False), (False, False, None, True),
        (False, False, TODAY, True), (False, True, TODAY - timedelta(days=1), False),
    ],
)  # fmt: skip
def test_what_need_not_be_asked(applicants: bool, consent: bool, until: date | None, expected: bool) -> None:
    asked = need_not_ask(is_applicants_word=applicants, has_consent=consent, valid_until=until, today=TODAY)
    assert asked is expected


def test_a_datum_is_refused_with_every_reason() -> None:
    over = TODAY - timedelta(days=1)
    told = datum_findings(is_clerk=False, is_applicants_word=False, valid_until=over, today=TODAY)
    assert codes(told) == ["source_not_yours", "datum_over"]
