"""The chain, sentence by sentence: moves, places on a day, shares, criteria."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from services.registry.chain.rules import (
    admission_findings,
    answer_findings,
    dated_findings,
    equity_findings,
    graduation_findings,
    incorporation_findings,
    standing_on,
)
from services.registry.chain.states import MOVES, OFFER_MOVES, Fact, OfferFact, OfferStatus, Standing

XZ09, XZ16 = ("XZ-09",), ("XZ-16",)
S, F = Standing, Fact
ARROWS = {
    (F.ADMITTED_NURSERY, S.OUTSIDE): S.NURSERY,
    (F.ADMITTED_INCUBATOR, S.OUTSIDE): S.INCUBATOR,
    (F.ADMITTED_ACCELERATOR, S.OUTSIDE): S.ACCELERATOR,
    (F.ADMITTED_ACCELERATOR, S.GRADUATED): S.ACCELERATOR,
    (F.TRANSFERRED_NURSERY, S.NURSERY): S.NURSERY,
    (F.TRANSFERRED_INCUBATOR, S.NURSERY): S.INCUBATOR,
    (F.TRANSFERRED_INCUBATOR, S.INCUBATOR): S.INCUBATOR,
    (F.TRANSFERRED_ACCELERATOR, S.INCUBATOR): S.ACCELERATOR,
    (F.TRANSFERRED_ACCELERATOR, S.ACCELERATOR): S.ACCELERATOR,
    (F.GRADUATED, S.INCUBATOR): S.GRADUATED,
    (F.GRADUATED, S.ACCELERATOR): S.GRADUATED,
    (F.LEFT, S.NURSERY): S.OUTSIDE,
    (F.LEFT, S.INCUBATOR): S.OUTSIDE,
    (F.LEFT, S.ACCELERATOR): S.OUTSIDE,
}


@pytest.mark.parametrize(("fact", "standing"), [(fact, standing) for fact in Fact for standing in Standing])
def test_a_project_moves_where_the_chain_says_and_nowhere_else(fact: Fact, standing: Standing) -> None:
    target = ARROWS.get((fact, standing))
    if target is None:
        with pytest.raises(IllegalMove):
            status_after(fact, standing, MOVES)
    else:
        assert status_after(fact, standing, MOVES) is target


@pytest.mark.parametrize("fact", OfferFact)
@pytest.mark.parametrize("status", OfferStatus)
def test_an_offer_is_answered_once(fact: OfferFact, status: OfferStatus) -> None:
    if status is OfferStatus.OFFERED:
        assert status_after(fact, status, OFFER_MOVES).value == fact.value
    else:
        with pytest.raises(IllegalMove):
            status_after(fact, status, OFFER_MOVES)


@dataclass
class AStay:
    stage: str
    admitted_on: date
    ended_on: date | None = None
    ending: str | None = None


FIRST = date(2026, 9, 1)


@given(st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=3), st.integers(-5, 200))
def test_where_a_project_stood_is_the_stay_that_covers_the_day(lengths: list[int], day: int) -> None:
    stages, stays, begins = ("nursery", "incubator", "accelerator"), [], FIRST
    for stage, length in zip(stages, lengths, strict=False):
        ends = begins + timedelta(length)
        stays.append(AStay(stage, begins, ends, "transferred"))
        begins = ends
    stays[-1].ending = "graduated"
    on = FIRST + timedelta(day)
    covering = [stay.stage for stay in stays if stay.admitted_on <= on and (stay.ended_on or on) > on]
    expected = covering[0] if covering else "outside" if on < FIRST else "graduated"
    assert standing_on(stays, on) == expected


def test_who_left_is_outside_from_the_day_it_left() -> None:
    stays = [AStay("nursery", FIRST, date(2026, 9, 3), "left")]
    assert [standing_on(stays, date(2026, 9, day)) for day in (2, 3)] == ["nursery", "outside"]


def test_a_carrier_of_another_kind_does_not_admit_and_nobody_who_is_dissolved() -> None:
    fits = {"kind": "makerspace", "fitting": ("makerspace",), "clauses": XZ09}
    assert admission_findings(**fits, carrier_active=True, holder_active=True) == []  # type: ignore[arg-type]
    found = admission_findings(
        kind="incubator", fitting=("makerspace",), clauses=XZ09, carrier_active=False, holder_active=False
    )
    assert codes(found) == ["carrier_kind_unfit", "operator_deregistered", "holder_deregistered"]


@pytest.mark.parametrize(
    ("on", "found"),
    [
        (date(2026, 8, 31), ["before_last_step"]),
        (FIRST, []),
        (date(2026, 9, 9), []),
        (date(2026, 9, 10), ["date_in_future"]),
    ],
)
def test_a_step_lies_between_the_last_one_and_today(on: date, found: list[str]) -> None:
    assert codes(dated_findings(on=on, today=date(2026, 9, 9), not_before=FIRST)) == found


@pytest.mark.parametrize(
    ("today", "moved_on", "found"),
    [(date(2026, 9, 8), False, []), (date(2026, 9, 9), True, ["offer_expired", "project_moved_on"])],
)
def test_an_offer_stands_until_its_last_day(today: date, moved_on: bool, found: list[str]) -> None:
    assert codes(answer_findings(expires_on=date(2026, 9, 8), today=today, moved_on=moved_on)) == found


@pytest.mark.parametrize(
    ("share", "others", "cap", "found"),
    [
        (1999, 0, 2000, []),
        (2000, 0, 2000, []),
        (2001, 0, 2000, ["equity_above_cap"]),
        (2001, 0, None, []),
        (2000, 8000, None, []),
        (2001, 8000, 2000, ["equity_above_cap", "equity_above_whole"]),
    ],
)
def test_a_share_is_within_the_cap_and_the_whole(share: int, others: int, cap: int | None, found: list[str]) -> None:
    """XZ-16."""
    asked = {"share_bp": share, "held_by_others_bp": others, "cap_bp": cap, "clauses": XZ16}
    assert codes(equity_findings(**asked, has_stayed=True)) == found  # type: ignore[arg-type]
    assert codes(equity_findings(**asked, has_stayed=False)) == ["never_incubated_here", *found]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("met", "found"),
    [
        (["financing"], []),
        (["financing", "fame"], ["criterion_unknown"]),
        (["fame"], ["criterion_unknown", "no_criterion_met"]),
    ],
)
def test_one_criterion_of_the_city_is_met(met: list[str], found: list[str]) -> None:
    assert codes(graduation_findings(met=met, wanted=("financing", "revenue"), clauses=XZ09)) == found
    assert graduation_findings(met=met, wanted=(), clauses=XZ09) == []


def test_only_a_team_becomes_a_firm() -> None:
    assert incorporation_findings(is_team=True, is_firm=True, firm_active=True, same=False) == []
    found = incorporation_findings(is_team=False, is_firm=False, firm_active=False, same=True)
    assert codes(found) == ["holder_not_a_team", "same_organisation", "not_a_firm", "holder_deregistered"]
