"""Rules of evaluation that need no database: what counts in a row, who may answer, what moves where."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.moves import IllegalMove, status_after
from policy.indicators import as_value
from services.registry.evaluation.rules import (
    Evaluator,
    answer_findings,
    best_values,
    conflict_findings,
    evaluator_findings,
    failures_in_a_row,
    places,
    verification_findings,
)
from services.registry.evaluation.states import MOVES, ROUND_MOVES, Fact, RoundFact, RoundStatus, Status
from tests.policy.cases import default_settings

CLAUSES = ("XZ-38", "XZ-24")
BODY, CARRIER, OPERATOR = UUID(int=1), UUID(int=2), UUID(int=3)
SYSTEM = as_value(default_settings("xuzhou")["evaluation.indicators"])


@pytest.mark.parametrize(
    ("passed_before", "passed", "count"),
    [([], False, 1), ([], True, 0), ([False], False, 2), ([True, False], False, 1), ([False, False], True, 0),
     ([False, True, False], False, 2), ([False, False, True], False, 3)],
)  # fmt: skip
def test_failures_count_only_one_after_the_other(passed_before: list[bool], passed: bool, count: int) -> None:
    assert failures_in_a_row(passed_before, passed=passed) == count


@given(scores=st.lists(st.integers(0, 10_000)).map(lambda found: sorted(found, reverse=True)))
def test_equal_scores_share_a_place_and_the_next_place_counts_them(scores: list[int]) -> None:
    assert places(scores) == [1 + sum(other > score for other in scores) for score in scores]


def test_the_best_of_each_indicator_is_taken_over_all_carriers() -> None:
    found = [{"events": {"value": 3}, "tenants": {"value": 9}}, {"events": {"value": 7}}, {}]
    assert best_values(found) == {"events": 7, "tenants": 9}


@pytest.mark.parametrize(
    ("kind", "is_officer", "wanted", "refused"),
    [
        ("association", False, "independent_body", False),
        ("department", False, "independent_body", True),
        (None, False, "independent_body", True),
        ("association", True, "independent_body", True),
        ("department", True, "department", False),
        (None, True, "department", False),
    ],
)
def test_who_verifies_is_what_the_text_says(kind: str | None, is_officer: bool, wanted: str, refused: bool) -> None:
    """XZ-24: a body of society; JX-19, WH-21 and LZ-18 leave it to the department."""
    evaluator = Evaluator("person:x", BODY if kind else None, kind, is_officer=is_officer)
    found = evaluator_findings(evaluator, wanted=wanted, clauses=CLAUSES)  # type: ignore[arg-type]
    assert bool(found) is refused


def test_every_conflict_is_told_at_once() -> None:
    """XZ-24."""
    found = conflict_findings(
        Evaluator("person:x", BODY, "association"),
        carrier_id=CARRIER,
        has_interest=True,
        entered_by=frozenset({"person:x"}),
        recused=["person:x"],
        clauses=CLAUSES,
    )
    assert [one.code for one in found] == ["evaluator_has_interest", "evaluator_acts_for_carrier", "evaluator_recused"]
    assert {one.facts["carrier_id"] for one in found} == {str(CARRIER)}


def test_an_evaluator_without_a_body_has_no_interest_by_being_nobody() -> None:
    evaluator = Evaluator("person:x", None, None)
    assert not conflict_findings(
        evaluator, carrier_id=CARRIER, has_interest=False, entered_by=frozenset(), recused=[], clauses=CLAUSES
    )


def test_a_value_as_known_needs_no_reason_and_a_register_value_no_evidence() -> None:
    known = {"tenants": 26, "events": 12, "financed_fen": 1, "occupied_share": 1, "accounts_kept": 1}
    values = {name: {"value": value, "reason": None, "evidence": []} for name, value in known.items()}
    values["expert_points"] = {"value": 80, "reason": None, "evidence": [{"title": "评分表"}]}
    assert verification_findings(values, SYSTEM, known=known, clauses=CLAUSES) == []
    del known["tenants"]
    found = verification_findings(values, SYSTEM, known=known, clauses=CLAUSES)
    assert [(one.code, one.facts["indicator"]) for one in found] == [("evidence_missing", "tenants")]


def test_all_that_is_wrong_with_an_answer_is_told_at_once() -> None:
    found = answer_findings(
        by="a", took_part=("a", None), outcome="corrected", participated=False, corrects=False, clauses=CLAUSES
    )
    assert [one.code for one in found] == ["answered_by_participant", "correction_incomplete", "absent_has_no_values"]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("fact", Fact)
def test_a_carrier_moves_as_the_table_says_and_no_other_way(fact: Fact, status: Status) -> None:
    if status in MOVES[fact].sources:
        assert status_after(fact, status, MOVES) is MOVES[fact].target
    else:
        with pytest.raises(IllegalMove):
            status_after(fact, status, MOVES)


def test_nothing_leaves_a_final_or_exempt_status() -> None:
    assert not any({Status.FINAL, Status.EXEMPT} & set(arrow.sources) for arrow in MOVES.values())
    assert not any(RoundStatus.FINAL in arrow.sources for arrow in ROUND_MOVES.values())
    assert {arrow.target for arrow in ROUND_MOVES.values()} | {RoundStatus.COLLECTING} == set(RoundStatus)
    assert set(ROUND_MOVES) == set(RoundFact)
