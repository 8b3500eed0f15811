"""What recognition asks for, sentence by sentence."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from kernel import clock
from kernel.findings import codes
from services.registry.carriers.rules import carrier_findings, unfit_facts
from services.registry.certificates.rules import OnTheDay, certificate_number, highest_first
from services.registry.organisations.rules import (
    override_findings,
    payee_findings,
    rename_findings,
)
from services.registry.recognition.rules import (
    Standing,
    decision_findings,
    evidence_facts,
    objection_findings,
    premises_facts,
    recording_findings,
)

XZ39 = ("XZ-39",)
FREE = Standing(objections_waiting=0, objections_upheld=0, operator_is_active=True, operator_is_doubtful=False)
LAST_DAY = date(2026, 9, 8)


@dataclass(frozen=True)
class Place:
    area_sqm: int | None
    seats: int | None


@dataclass(frozen=True)
class Declared:
    type: str


@pytest.mark.parametrize(
    ("today", "found"),
    [(date(2026, 9, 7), []), (LAST_DAY, []), (date(2026, 9, 9), ["notice_over"])],
)
def test_an_objection_counts_before_on_and_not_after_the_last_day(today: date, found: list[str]) -> None:
    assert codes(objection_findings(closes_on=LAST_DAY, today=today)) == found


@pytest.mark.parametrize(
    ("instant", "found"),
    [
        (datetime(2026, 9, 8, 15, 59, 59, 999_999, tzinfo=UTC), []),  # 23:59:59 of the last evening in the city
        (datetime(2026, 9, 8, 16, 0, 0, tzinfo=UTC), ["notice_over"]),  # 00:00 of the next day there
    ],
)
def test_an_objection_counts_to_the_last_second_of_the_citys_evening(instant: datetime, found: list[str]) -> None:
    told = objection_findings(closes_on=LAST_DAY, today=clock.on_date(instant))
    assert codes(told) == found
    assert [one.facts for one in told] == [{"closes_on": "2026-09-08"}] * len(found)


def test_everything_that_stands_against_recognising_is_said_at_once() -> None:
    against = replace(
        FREE, objections_waiting=1, objections_upheld=2, operator_is_active=False, operator_is_doubtful=True
    )
    found = decision_findings(standing=against, clauses=XZ39)
    assert codes(found) == [
        "objection_unresolved",
        "objection_upheld",
        "operator_deregistered",
        "identifier_unconfirmed",
    ]
    assert decision_findings(standing=FREE, clauses=XZ39) == []


@pytest.mark.parametrize(
    ("decided_on", "found"), [("2026-08-31", []), ("2026-09-01", []), ("2026-09-02", ["upper_decision_in_future"])]
)
def test_an_upper_decision_was_taken_today_at_the_latest(decided_on: str, found: list[str]) -> None:
    today = date(2026, 9, 1)
    recorded = recording_findings(
        authority="江苏省科学技术厅", decided_on=decided_on, today=today, standing=FREE, clauses=XZ39
    )
    assert codes(recorded) == found


def test_what_was_verified_stands_before_what_was_stated_and_that_before_the_register() -> None:
    facts = evidence_facts(
        registered={"seats": 80, "floor_area": 900, "mentors": 1},
        stated={"seats": 60, "floor_area": 800},
        verified={"seats": 58},
        asked=["seats", "floor_area", "tenants"],
    )
    assert facts == [
        {"fact": "floor_area", "value": 800, "source": "application"},
        {"fact": "seats", "value": 58, "source": "review"},
    ]


def test_area_and_seats_are_summed_and_unknown_is_not_zero() -> None:
    assert premises_facts([Place(300, None), Place(250, None)]) == {"floor_area": 550}
    assert premises_facts([]) == {}


@pytest.mark.parametrize(
    ("fact", "value", "wrong"),
    [
        ("tenants", 0, None),
        ("tenants", -1, "count"),
        ("tenants", True, "count"),
        ("tenants", "26", "count"),
        ("tenants", 2_000_000_001, "count"),
        ("decided_on", "2026-02-29", "date"),
        ("decided_on", "2024-02-29", None),
        ("number", "", "code"),
        ("number", "苏科高发〔2026〕120号", None),
        ("is_new", 1, "flag"),
        ("tenant", 5, "unknown"),
    ],
)
def test_facts_are_read_as_the_pack_declares_them(fact: str, value: object, wrong: str | None) -> None:
    declared = {
        "tenants": Declared("count"), "decided_on": Declared("date"), "number": Declared("code"),
        "is_new": Declared("flag"),
    }  # fmt: skip
    assert list(unfit_facts({fact: value}, declared)) == ([(fact, wrong)] if wrong else [])


def test_a_carrier_stands_in_its_city_and_its_operator_exists() -> None:
    found = carrier_findings(
        city_code="320300-abcdefgh", operator_is_active=False, districts=["320312", None, "320102"]
    )
    assert codes(found) == ["operator_deregistered", "district_elsewhere"]
    assert found[1].facts == {"district_codes": ["320102"]}


def test_an_account_is_the_organisations_own_under_any_of_its_names() -> None:
    names = ["徐州云创科技有限公司", "徐州云创 (集团) 有限公司"]
    assert payee_findings(payee_name="徐州云创(集团)有限公司", names=names, may_be_another=False) == []
    assert codes(payee_findings(payee_name="张三", names=names, may_be_another=False)) == ["payee_name_differs"]
    assert payee_findings(payee_name="张三", names=names, may_be_another=True) == []


def test_a_clerk_needs_a_reason_and_others_evidence_to_set_a_warning_aside() -> None:
    assert override_findings(is_clerk=True, has_evidence=False) == []
    assert override_findings(is_clerk=False, has_evidence=True) == []
    assert codes(override_findings(is_clerk=False, has_evidence=False)) == ["override_needs_evidence"]


def test_names_follow_each_other_and_nothing_is_recorded_before_it_happened() -> None:
    today, first = date(2026, 9, 1), date(2026, 8, 1)
    assert rename_findings(effective_on=today, last_named_on=first, today=today) == []
    assert codes(rename_findings(effective_on=first, last_named_on=first, today=today)) == ["name_not_later"]
    assert codes(rename_findings(effective_on=date(2026, 9, 2), last_named_on=first, today=today)) == ["date_in_future"]


def test_certificate_numbers_carry_a_check_character() -> None:
    first = certificate_number(city_code="320300", year=2026, sequence=1)
    second = certificate_number(city_code="320300", year=2026, sequence=2)
    assert first.startswith("320300-2026-00001-")
    assert first[-1] != second[-1]
    assert certificate_number(city_code="320300-0abcdefg", year=2026, sequence=1).startswith("320300-0ABCDEFG-2026")


def test_the_highest_level_is_named_first() -> None:
    @dataclass(frozen=True)
    class Held:
        level: str
        is_key: bool

    held = [Held("municipal", False), Held("national", False), Held("municipal", True), Held("provincial", True)]
    days = [OnTheDay(one, "n", None, in_cure_period=False) for one in held]  # type: ignore[arg-type]
    ordered = [(day.level.level, day.level.is_key) for day in highest_first(days)]
    assert ordered == [("national", False), ("provincial", True), ("municipal", True), ("municipal", False)]
