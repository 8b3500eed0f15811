"""The least change that would do: exact, the smallest, and always decided again."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.engine import decide
from policy.nearness import Change, nearest
from policy.snapshots import Snapshot
from policy.terms import Alternatives, Criterion
from tests.policy.cases import ACCEPTED, default_settings, snapshot_with

KEY = "recognition.key_makerspace"
MET = {
    "carrier_kind": "makerspace", "level": "municipal", "floor_area": 500, "seats": 30, "tenants": 20,
    "operating_months": 18, "full_time_staff": 3, "mentors": 3,
}  # fmt: skip


def a_snapshot(**changed: Any) -> Snapshot:
    return snapshot_with("xuzhou", default_settings("xuzhou") | {f"{KEY}.{k}": v for k, v in changed.items()})


SNAPSHOT, BOTH = a_snapshot(), a_snapshot(space_rule="both")


def near(
    facts: dict[str, Any], snapshot: Snapshot = SNAPSHOT, programme: str = KEY, act: str = "recognise"
) -> dict[str, Any] | None:
    """What to change into what; None where nothing would do."""
    ruling = decide(snapshot, programme=programme, act=act, facts=facts, accepted=ACCEPTED)
    found = nearest(snapshot, ruling, programme=programme, act=act, facts=facts, accepted=ACCEPTED)
    return None if found is None else {change.fact: change.needed for change in found}


def outcome(facts: dict[str, Any], snapshot: Snapshot = SNAPSHOT) -> str:
    return decide(snapshot, programme=KEY, act="recognise", facts=facts, accepted=ACCEPTED).outcome


@pytest.mark.parametrize(("tenants", "expected"), [(19, {"tenants": 20}), (20, None), (21, None)])
def test_a_threshold_is_missed_by_what_is_below_it(tenants: int, expected: dict[str, int] | None) -> None:
    assert near(MET | {"tenants": tenants}) == expected


def test_every_unmet_criterion_has_to_change() -> None:
    assert near(MET | {"tenants": 3, "mentors": 0}) == {"tenants": 20, "mentors": 3}


def test_of_alternatives_the_one_that_changes_least_is_enough() -> None:
    unmet = MET | {"floor_area": 400, "seats": 29}
    assert near(unmet) == {"seats": 30}
    assert near(MET | {"floor_area": 499, "seats": 3}) == {"floor_area": 500}
    assert near(unmet, BOTH) == {"floor_area": 500, "seats": 30}


def test_from_nothing_a_change_is_measured_against_one() -> None:
    assert near(MET | {"floor_area": 250, "seats": 0}) == {"floor_area": 500}


@pytest.mark.parametrize("facts", [{"carrier_kind": "incubator"}, {"level": "national"}])
def test_what_no_fact_can_mend_is_not_near(facts: dict[str, Any]) -> None:
    assert near(MET | {"tenants": 19} | facts) is None


def test_a_missing_fact_is_not_a_small_change() -> None:
    known = {name: value for name, value in MET.items() if name != "mentors"}
    assert outcome(known | {"tenants": 19}) == "not_eligible"
    assert near(known | {"tenants": 19}) is None


def test_nothing_is_near_while_a_parameter_is_open() -> None:
    snapshot = snapshot_with("xuzhou", {})
    assert near(MET | {"tenants": 1}, snapshot) is None


def test_a_flag_turns_and_an_award_taken_before_does_not() -> None:
    assert near({"award_winning": False}, programme="contest.priority", act="give_priority") == {"award_winning": True}
    taken = {
        "carrier_kind": "makerspace", "level": "municipal", "designation": "key",
        "earlier_awards": [{"level": "municipal", "amount_fen": 30_000_000}],
    }  # fmt: skip
    assert near(taken, programme="award.recognition", act="award") is None


def test_a_change_says_what_it_is_called_and_who_asks_for_it() -> None:
    facts = MET | {"seats": 10, "floor_area": 10}
    ruling = decide(SNAPSHOT, programme=KEY, act="recognise", facts=facts, accepted=ACCEPTED)
    found = nearest(SNAPSHOT, ruling, programme=KEY, act="recognise", facts=facts, accepted=ACCEPTED)
    assert found == (Change("seats", "创业工位数", "seats", 10, 30, ("XZ-39",)),)


counts = st.integers(min_value=0, max_value=60)
a_carrier = st.fixed_dictionaries(
    {"floor_area": st.integers(0, 900)}
    | dict.fromkeys(("seats", "tenants", "operating_months", "full_time_staff", "mentors"), counts)
)


@pytest.mark.parametrize("snapshot", [SNAPSHOT, BOTH], ids=["either", "both"])
@given(facts=a_carrier)
def test_what_is_near_would_be_eligible_and_nothing_less_would(snapshot: Snapshot, facts: dict[str, int]) -> None:
    facts = {"carrier_kind": "makerspace", "level": "municipal"} | facts
    found = near(facts, snapshot)
    if outcome(facts, snapshot) == "eligible":
        assert found is None
        return
    # Whole criteria are always within reach of a carrier that is in scope and says everything.
    assert found is not None
    assert outcome(facts | found, snapshot) == "eligible"
    for fewer in range(len(found)):
        for some in combinations(found, fewer):
            assert outcome(facts | {name: found[name] for name in some}, snapshot) == "not_eligible"
    for name, value in found.items():
        assert outcome(facts | found | {name: value - 1}, snapshot) == "not_eligible"


def test_the_pack_has_alternatives_to_choose_from() -> None:
    criteria = SNAPSHOT.pack.programmes[KEY].terms.criteria  # type: ignore[union-attr]
    assert any(isinstance(criterion, Alternatives) for criterion in criteria)


def with_parameter(key: str, **changed: Any) -> Snapshot:
    """The city's policy with one parameter otherwise."""
    pack = SNAPSHOT.pack
    parameter = pack.parameters[key].model_copy(update=changed)
    other = pack.model_copy(update={"parameters": {**pack.parameters, key: parameter}})
    return Snapshot(city_code="320300", version=2, pack=other, settings=SNAPSHOT.settings)


@pytest.mark.parametrize(
    ("operator", "actual", "needed"),
    [("≥", 19, 20), (">", 20, 21), ("≤", 21, 20), ("<", 20, 19), ("=", 7, 20)],
)
def test_each_operator_is_passed_by_the_least_step(operator: str, actual: int, needed: int) -> None:
    snapshot = with_parameter(f"{KEY}.tenants", operator=operator)
    assert near(MET | {"tenants": actual}, snapshot) == {"tenants": needed}


def test_nothing_is_below_nought() -> None:
    snapshot = snapshot_with("xuzhou", default_settings("xuzhou") | {f"{KEY}.tenants": 0})
    parameter = snapshot.pack.parameters[f"{KEY}.tenants"].model_copy(update={"operator": "<"})
    pack = snapshot.pack.model_copy(update={"parameters": {**snapshot.pack.parameters, f"{KEY}.tenants": parameter}})
    below = Snapshot(city_code="320300", version=2, pack=pack, settings=snapshot.settings)
    assert near(MET | {"tenants": 3}, below) is None


def with_criteria(*more: Criterion | Alternatives) -> Snapshot:
    """The city's policy where key makerspaces have to meet more."""
    pack = SNAPSHOT.pack
    programme = pack.programmes[KEY].model_copy(update={"conditions": more})
    other = pack.model_copy(update={"programmes": {**pack.programmes, KEY: programme}})
    return Snapshot(city_code="320300", version=2, pack=other, settings=SNAPSHOT.settings)


def a_criterion(fact: str, **test: Any) -> Criterion:
    return Criterion(fact=fact, zh=fact, en=fact, clauses=("XZ-39",), **test)


def test_of_several_values_one_is_named() -> None:
    snapshot = with_criteria(a_criterion("upper_decision_number", one_of=("A", "B")))
    assert near(MET | {"upper_decision_number": "C", "tenants": 19}, snapshot) == {
        "upper_decision_number": "A", "tenants": 20,
    }  # fmt: skip


def test_criteria_that_contradict_each_other_are_met_by_nothing() -> None:
    snapshot = with_criteria(a_criterion("award_winning", equals=True), a_criterion("award_winning", equals=False))
    assert near(MET | {"award_winning": True}, snapshot) is None


def test_one_change_that_serves_two_groups_is_less_than_two() -> None:
    floor, seats = f"{KEY}.floor_area", f"{KEY}.seats"
    group = Alternatives(
        combine=f"{KEY}.space_rule",
        of=(a_criterion("floor_area", parameter=floor), a_criterion("mentors", parameter=seats)),
    )
    snapshot = with_criteria(group)
    # floor_area serves the condition and the pack's own group; seats and mentors would be two changes.
    assert near(MET | {"floor_area": 1, "seats": 29, "mentors": 29}, snapshot) == {"floor_area": 500}
