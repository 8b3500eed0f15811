from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.counting import CountReply
from gateway.window.targets.rules import asked_of, coverage_of, standings
from policy.loader import load_pack
from policy.snapshots import Acceptance, Setting, Snapshot, first_snapshot

PACK = load_pack("xuzhou")
ON = date(2026, 9, 1)
AT = Acceptance(ON, datetime(2026, 9, 1, 4, tzinfo=UTC))
XUZHOU = first_snapshot("320300", PACK)


def policy_of(pack: str, **values: Any) -> Snapshot:
    """With values set in January, by key with `__` for a dot."""
    first = first_snapshot("000000", load_pack(pack))
    return first.with_settings([
        Setting(parameter=key.replace("__", "."), value=value, effective_on=date(2026, 1, 1),
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC), reason="r", set_by="a", approved_by="b")
        for key, value in values.items()
    ])  # fmt: skip


def question(policy: Snapshot, target: str, service: str = "registry") -> Any:
    return next(one for one in asked_of(policy, service, at=AT, on=ON) if one.key == target)


def test_of_a_districts_makerspaces_only_its_regional_centre_counts() -> None:
    """WH-06: 至少新建1家区域中心性众创空间; a space that is merely filed covers no district."""
    asked = question(policy_of("wuhan"), "regional_centre_coverage")
    assert (asked.kinds, asked.levels, asked.is_key) == (("makerspace",), ("district",), True)
    assert question(XUZHOU, "service_platforms").levels == ()


@pytest.mark.parametrize(
    ("pack", "target", "service", "values", "kinds"),
    [
        ("wuhan", "service_platforms", "registry", {}, ("makerspace", "incubator", "accelerator", "virtual_space")),
        ("wuhan", "service_platforms", "registry", {"target__service_platforms__kinds": ("makerspace",)},
         ("makerspace",)),
        ("wuhan", "events", "events", {"target__events__kinds": ("contest", "salon")}, ("contest", "salon")),
        ("zhuzhou", "events", "events", {"target__events__kinds": ("lecture",)},
         ("contest", "salon", "training", "lecture")),
        ("jiaxing", "service_platforms", "registry", {}, ("makerspace",)),
        ("jiaxing", "service_platforms", "registry", {"platforms__counted_kinds": ("incubator",)},
         ("makerspace", "incubator")),
    ],
)  # fmt: skip
def test_kinds_count_as_they_were_set_and_what_the_text_names_always(
    pack: str, target: str, service: str, values: dict[str, Any], kinds: tuple[str, ...]
) -> None:
    assert question(policy_of(pack, **values), target, service).kinds == kinds


def test_what_is_new_counts_from_the_day_that_was_set() -> None:
    """ZZ-01: 新增, and the text does not say from when."""
    day = {"target__counted_from": "2016-01-01"}
    assert question(policy_of("zhuzhou", **day), "demonstration_spaces").since == date(2016, 1, 1)
    assert question(policy_of("zhuzhou"), "demonstration_spaces").since == date(2016, 6, 13)
    assert question(policy_of("zhuzhou", **day), "hightech_firms").since == date(2016, 6, 13)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_no_service_can_count_from_is_no_value(day: str) -> None:
    asked = question(policy_of("zhuzhou", target__counted_from=day), "demonstration_spaces")
    assert asked.since == date(2016, 6, 13)


def test_each_service_is_asked_only_for_what_it_counts() -> None:
    asked = {one.key: one for one in asked_of(XUZHOU, "registry", at=AT, on=ON)}
    counted = {key for key, one in asked.items() if one.counter != "progress_report"}
    assert counted == {"service_platforms", "clusters", "cluster_coverage", "incubated_firms"}
    reported = {target.id for target in PACK.targets.values() if target.counter == "progress_report"}
    assert asked.keys() - counted == reported
    assert asked["little_giants"].kinds == ("little_giants",)
    assert (asked["incubated_firms"].counter, asked["incubated_firms"].since) == ("reported_firms", date(2016, 2, 18))
    assert (asked["clusters"].kinds, asked["clusters"].since, asked["clusters"].until) == (("cluster",), None, ON)
    assert asked_of(XUZHOU, "funds", at=AT, on=ON) == ()


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
