from datetime import date

import pytest

from contracts.counting import CountReply
from gateway.window.targets.rules import asked_of, coverage_of, standings
from policy.loader import load_pack

PACK = load_pack("xuzhou")
ON = date(2026, 9, 1)


def test_each_service_is_asked_only_for_what_it_counts() -> None:
    asked = {one.key: one for one in asked_of(PACK, "registry", on=ON)}
    counted = {key for key, one in asked.items() if one.counter != "progress_report"}
    assert counted == {"service_platforms", "clusters", "cluster_coverage", "incubated_firms"}
    reported = {target.id for target in PACK.targets.values() if target.counter == "progress_report"}
    assert asked.keys() - counted == reported
    assert asked["little_giants"].kinds == ("little_giants",)
    assert (asked["incubated_firms"].counter, asked["incubated_firms"].since) == ("reported_firms", date(2016, 2, 18))
    assert (asked["clusters"].kinds, asked["clusters"].since, asked["clusters"].until) == (("cluster",), None, ON)
    assert asked_of(PACK, "funds", on=ON) == ()


@pytest.mark.parametrize(("counted", "reached"), [(9, False), (10, True), (11, True)])
def test_a_count_stands_against_its_goal(counted: int, reached: bool) -> None:
    found = {
        target.id: standing
        for target, standing, _ in standings(PACK, {"clusters": CountReply(key="clusters", counted=counted)})
    }
    assert (found["clusters"].counted, found["clusters"].reached) == (counted, reached)  # type: ignore[union-attr]
    assert found["service_platforms"] is None


def test_coverage_is_missed_while_a_county_has_none_and_unknown_while_a_zone_cannot_be_counted() -> None:
    coded = tuple(division.code for division in PACK.divisions if division.code)
    some = coverage_of(PACK, CountReply(key="c", counted=1, divisions=("320323",)))
    assert [division.zh for division in some.covered] == ["铜山区"]  # by its code before 2010
    assert some.standing.reached is False
    every = coverage_of(PACK, CountReply(key="c", counted=len(coded), divisions=coded))
    assert (every.missing, every.standing.reached) == ((), None)
    assert [division.zh for division in every.uncountable] == ["徐州经济技术开发区", "新城区"]
