"""Rules of editions, entries and prizes, at the edges."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.findings import codes
from services.events.competitions.rules import (
    Entrant,
    Founding,
    change_findings,
    eligibility_findings,
    founded_findings,
    founding_findings,
    kind_entered,
    opening_findings,
    registration_findings,
    setup_findings,
    submission_findings,
)
from services.events.competitions.terms import Criterion, GroupTerms, Prize, RoundTerms, Window
from services.events.judging.rules import Standing
from services.events.results.rules import (
    answer_findings,
    awards,
    benefit_findings,
    grade_zh,
    objection_findings,
    publication_findings,
)

OPENS = datetime(2027, 3, 1, tzinfo=UTC)
CLOSES, SUBMITS = OPENS + timedelta(days=30), OPENS + timedelta(days=45)
WINDOW = Window(OPENS, CLOSES, SUBMITS)
SECOND = timedelta(seconds=1)
DAY = date(2027, 3, 31)


def a_group(**more: Any) -> GroupTerms:
    known: dict[str, Any] = {
        "key": "startup", "takes": "firms", "registered_since": date(2026, 1, 1), "registered_until": None,
        "entries_max": None, "prizes": (Prize(1, 1), Prize(2, 2)),
    }  # fmt: skip
    return GroupTerms(**known | more)


def a_round(**more: Any) -> RoundTerms:
    known: dict[str, Any] = {
        "key": "final", "criteria": (Criterion("a", 60), Criterion("b", 40)), "judges": 5, "judges_min": 3,
        "scoring": "trimmed_mean", "advance": None, "tie_break": ("a", "lot"),
    }  # fmt: skip
    return RoundTerms(**known | more)


def an_entrant(**more: Any) -> Entrant:
    known: dict[str, Any] = {
        "kind": "firm", "status": "active", "registered_on": date(2026, 1, 1), "barred_reason": None, "wins": 0,
    }  # fmt: skip
    return Entrant(**known | more)


def eligible(entrant: Entrant, group: GroupTerms | None = None, wins_max: int | None = 2) -> list[str]:
    return codes(eligibility_findings(entrant, group or a_group(), eligible_on=DAY, wins_max=wins_max))


@pytest.mark.parametrize(
    ("group", "round_", "code"),
    [
        ({}, {"criteria": (Criterion("a", 60), Criterion("b", 39))}, "weights_not_100"),
        ({}, {"criteria": (Criterion("a", 60), Criterion("a", 40))}, "criterion_repeated"),
        ({}, {"judges_min": 6}, "judges_min_above_judges"),
        ({}, {"judges_min": 2}, "too_few_to_trim"),
        ({}, {"advance": 3}, "advance_misplaced"),
        ({}, {"tie_break": ("a",)}, "tie_break_incomplete"),
        ({}, {"tie_break": ("c", "lot")}, "tie_break_incomplete"),
        ({"registered_until": date(2025, 12, 31)}, {}, "group_empty"),
        ({"takes": "teams"}, {}, "team_has_no_registration"),
        ({"prizes": (Prize(2, 1), Prize(1, 1))}, {}, "prizes_out_of_order"),
    ],
)
def test_each_fault_of_the_rules_is_found(group: dict[str, Any], round_: dict[str, Any], code: str) -> None:
    assert codes(setup_findings(WINDOW, [a_group(**group)], [a_round(**round_)])) == [code]


def test_rules_in_order_have_no_fault() -> None:
    assert setup_findings(WINDOW, [a_group()], [a_round(key="desk", advance=3), a_round()]) == []
    found = setup_findings(Window(CLOSES, OPENS, SUBMITS), [a_group(), a_group()], [a_round()])
    assert codes(found) == ["window_out_of_order", "group_repeated"]


def test_the_last_moment_is_outside() -> None:
    assert codes(registration_findings(WINDOW, OPENS - SECOND)) == ["registration_not_open"]
    assert registration_findings(WINDOW, OPENS) == registration_findings(WINDOW, CLOSES - SECOND) == []
    assert codes(registration_findings(WINDOW, CLOSES)) == ["registration_closed"]
    assert submission_findings(WINDOW, SUBMITS - SECOND) == []
    assert codes(submission_findings(WINDOW, SUBMITS)) == ["submission_closed"]
    assert codes(opening_findings(WINDOW, CLOSES)) == ["registration_over"]


def test_changes_go_forward_and_not_after_the_deadline() -> None:
    later = Window(OPENS, CLOSES, SUBMITS + SECOND)
    assert change_findings(WINDOW, later, {"startup": (5, 6)}, OPENS) == []
    assert codes(change_findings(WINDOW, later, {}, SUBMITS)) == ["deadline_not_forward"]
    assert codes(change_findings(later, WINDOW, {"startup": (5, 4)}, OPENS)) == [
        "deadline_not_forward",
        "cap_not_raised",
    ]
    assert codes(change_findings(WINDOW, WINDOW, {"startup": (None, 9)}, OPENS)) == ["cap_not_raised"]


def test_groups_are_cut_by_the_day_of_registration_both_ends_within() -> None:
    growth = a_group(registered_since=None, registered_until=date(2025, 12, 31))
    assert eligible(an_entrant(registered_on=date(2025, 12, 31)), growth) == []
    assert eligible(an_entrant(registered_on=date(2026, 1, 1)), growth) == ["outside_group"]
    assert eligible(an_entrant(registered_on=date(2025, 12, 31))) == ["outside_group"]
    assert eligible(an_entrant(registered_on=DAY)) == []
    assert eligible(an_entrant(registered_on=DAY + timedelta(days=1))) == ["outside_group"]
    assert eligible(an_entrant(registered_on=None)) == ["registration_day_unknown"]


def test_a_team_belongs_among_teams_and_a_firm_among_firms() -> None:
    teams = a_group(takes="teams", registered_since=None)
    nobody_known, team = {"kind": None, "status": None, "registered_on": None}, {"kind": "team", "registered_on": None}
    for one in (nobody_known, team):
        assert eligible(an_entrant(**one), teams) == []
        assert eligible(an_entrant(**one)) == ["group_takes_others"]
    assert eligible(an_entrant(kind="individual_business")) == []
    assert eligible(an_entrant(), teams) == ["group_takes_others"]
    assert eligible(an_entrant(**team, wins=2), teams) == ["repeat_winner"]


@pytest.mark.parametrize("kind", ["university", "bank", "association", "provider", "department"])
def test_who_is_neither_firm_nor_team_does_not_compete(kind: str) -> None:
    for group in (a_group(), a_group(takes="teams", registered_since=None)):
        assert eligible(an_entrant(kind=kind), group) == ["group_takes_others"]


def test_a_team_that_has_become_a_firm_since_it_entered_competes_as_the_team() -> None:
    teams = a_group(takes="teams", registered_since=None)
    assert [kind_entered(kind, teams) for kind in ("firm", "team", None, "bank")] == ["team", "team", None, "bank"]
    assert [kind_entered(kind, a_group()) for kind in ("firm", "team", None)] == ["firm", "team", None]


def founding(**more: Any) -> list[str]:
    known: dict[str, Any] = {"kind": "firm", "status": "active", "registered_on": DAY, "entered_on": DAY, "today": DAY}
    return codes(founding_findings(Founding(**known | more), wins=0, wins_max=1, eligible_on=DAY))


def test_a_team_founds_a_firm_and_not_before_it_enters_or_after_today() -> None:
    later = DAY + timedelta(days=400)
    assert founding() == founding(kind="individual_business", registered_on=later, today=later) == []
    assert founding(registered_on=DAY - timedelta(days=1)) == ["founded_before_entry"]
    assert founding(registered_on=DAY + timedelta(days=1)) == ["registration_in_future"]
    assert codes(founded_findings(None, entered_on=DAY, today=DAY)) == ["registration_day_unknown"]
    assert founding(kind="team", status="deregistered") == ["not_a_firm", "organisation_ended"]


def test_every_reason_is_told_at_once() -> None:
    entrant = an_entrant(status="merged", barred_reason="失信", registered_on=date(2000, 1, 1), wins=2)
    assert eligible(entrant) == ["organisation_ended", "barred", "outside_group", "repeat_winner"]


def test_a_second_prize_is_won_where_the_edition_lets_one_win_twice() -> None:
    assert eligible(an_entrant(wins=1), wins_max=2) == []
    assert eligible(an_entrant(wins=2), wins_max=2) == ["repeat_winner"]
    assert eligible(an_entrant(wins=9), wins_max=None) == []


def test_prizes_go_down_the_list_past_who_has_left() -> None:
    standings = [Standing(UUID(int=n), "startup", n, 0, 1, None) for n in (1, 2, 3)]
    found = awards(standings, {UUID(int=2), UUID(int=3)}, [a_group()])
    assert [(one.entry_id.int, one.place, one.grade) for one in found] == [(2, 1, 1), (3, 2, 2)]
    assert [type(one).of(one.kept()) for one in found] == found
    assert [grade_zh(grade) for grade in (1, 2, 3)] == ["一等奖", "二等奖", "三等奖"]


def test_four_eyes_publish_and_answer() -> None:
    assert codes(publication_findings(by="a", noticed_by="a", waiting=1)) == [
        "published_by_who_noticed", "objections_waiting",
    ]  # fmt: skip
    assert publication_findings(by="b", noticed_by="a", waiting=0) == []
    whole = publication_findings(by="b", noticed_by="a", waiting=0, whole_upheld=True)
    assert codes(whole) == ["objection_against_whole_upheld"]
    assert codes(answer_findings(by="a", noticed_by="a", filed_by="a")) == [
        "answered_by_who_noticed", "answered_by_objector",
    ]  # fmt: skip
    assert objection_findings(closes_on=DAY, today=DAY) == []
    assert codes(objection_findings(closes_on=DAY, today=DAY + timedelta(days=1))) == ["notice_over"]


def test_a_right_comes_from_a_prize_that_stands_and_one_level() -> None:
    clauses = ("JX-23",)
    assert benefit_findings(is_revoked=False, chosen="county", treasury="county", clauses=clauses) == []
    found = benefit_findings(is_revoked=True, chosen="county", treasury="city", clauses=clauses)
    assert codes(found) == ["prize_revoked", "granted_by_other_level"]
