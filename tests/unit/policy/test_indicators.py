"""Indicator systems: what does not hold together is told, and a score never rises by rounding."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kernel.money import WHOLE
from policy.indicators import IndicatorSystem, as_value, fits_unit, system_misfit
from policy.rules.evaluation import points_of
from policy.snapshots import Snapshot
from tests.policy.cases import default_settings, snapshot_with

SYSTEM: dict[str, Any] = default_settings("xuzhou")["evaluation.indicators"]
KEY = "evaluation.indicators"


def changed(place: int | None = None, **more: Any) -> IndicatorSystem:
    """The system of the Xuzhou cases with members, or those of one indicator, replaced."""
    if place is None:
        return as_value(SYSTEM | more)  # type: ignore[no-any-return]
    parts = [dict(part) for part in SYSTEM["indicators"]]
    parts[place] |= more
    return as_value(SYSTEM | {"indicators": parts})  # type: ignore[no-any-return]


def test_the_system_of_the_cases_holds_together() -> None:
    assert system_misfit(changed()) is None


@pytest.mark.parametrize(
    ("system", "why"),
    [
        (changed(0, weight_bp=2999), "the weights sum to 9999, not 10000"),
        (changed(1, id="tenants"), "indicator tenants stands twice"),
        (changed(0, fact=None), "tenants: an indicator from the register names its fact, and only such a one"),
        (changed(1, fact="events"), "events: an indicator from the register names its fact, and only such a one"),
        (changed(1, is_veto=True), "events: only a threshold can be a veto"),
        (changed(1, scoring={"by": "bands", "bands": [{"floor": 1, "points_bp": 0}]}), "events: bands begin at nought"),
        (changed(4, scoring={"by": "threshold", "at_least": 101}), "expert_points: no value of unit points reaches"),
        (changed(absent_grade="d"), "there is no grade d"),
        (changed(grades=list(reversed(SYSTEM["grades"]))), "grades go from the highest floor down to nought"),
    ],
)
def test_what_does_not_hold_together_is_told(system: IndicatorSystem, why: str) -> None:
    assert (system_misfit(system) or "").startswith(why)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight_bp": "3000"}, {"weight_bp": True}, {"unit": "万元"}, {"source": "guess"}, {"scoring": {"by": "curve"}},
        {"id": "在孵"}, {"bonus": 1},
    ],
)  # fmt: skip
def test_what_has_not_the_shape_of_a_system_is_no_value(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed(0, **wrong)


def test_a_fraction_is_no_weight() -> None:
    with pytest.raises(ValueError, match="no exact JSON form"):
        changed(0, weight_bp=0.3)


def test_a_snapshot_with_a_system_reads_back_to_the_same_hash() -> None:
    snapshot = snapshot_with("xuzhou", {KEY: SYSTEM})
    assert Snapshot.from_body(snapshot.body).hash == snapshot.hash
    assert Snapshot.from_body(snapshot.body).settings[0].value == as_value(SYSTEM)


@pytest.mark.parametrize(
    ("place", "value", "fits"),
    [(0, 0, True), (0, -1, False), (0, True, False), (0, "12", False), (0, None, False), (3, 10_000, True),
     (3, 10_001, False), (4, 100, True), (4, 101, False), (5, 1, True), (5, 2, False), (2, 2**53, False)],
)  # fmt: skip
def test_a_value_has_the_unit_of_its_indicator(place: int, value: Any, fits: bool) -> None:
    assert fits_unit(changed().indicators[place], value) is fits


@given(value=st.integers(0, 10**15), best=st.integers(0, 10**15))
def test_a_share_of_the_best_is_never_rounded_up_nor_more_than_all(value: int, best: int) -> None:
    points = points_of(changed().indicators[2], value, best)
    assert 0 <= points <= WHOLE
    assert points == WHOLE or points * best <= value * WHOLE


@given(low=st.integers(0, 200), more=st.integers(0, 200), place=st.sampled_from([0, 1, 4]))
def test_a_higher_value_never_earns_less(low: int, more: int, place: int) -> None:
    entry = changed().indicators[place]
    assert points_of(entry, low, 200) <= points_of(entry, low + more, 200)
