"""Who may stand at an address, sentence by sentence."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import codes
from kernel.moves import IllegalMove, status_after
from services.registry.premises.rules import (
    ADDRESS_KEY_MAX,
    HOST_PARAMETERS,
    CityTerms,
    Firm,
    Host,
    Place,
    address_key,
    area_findings,
    division_findings,
    registration_findings,
    report_findings,
    years_owed,
)
from services.registry.premises.states import (
    HOST_MOVES,
    HOSTED,
    REGISTRATION_MOVES,
    HostFact,
    HostStatus,
    Mode,
    RegistrationFact,
    RegistrationStatus,
)

PLACE = Place(area_sqm=100, taken_sqm=0, firms=0, holder_active=True)
FIRM = Firm(is_firm=True, is_active=True, principal=None, stands_here=False, inside_makerspace=True)
HOST = Host(mode=Mode.CLUSTER, takes_firms=True, is_active=True, has_address=True, hosted=0)
OPEN = CityTerms(
    allowed=("shared", "further", "secretary", "cluster"),
    inside_only=("further", "cluster"),
    excluded_trades=("catering",),
    host_limit=2,
    clauses={},
)


def found(mode: Mode, **more: Any) -> list[str]:
    facts: dict[str, Any] = {"area_sqm": 10, "trades": ["software"], "place": PLACE, "firm": FIRM, "terms": OPEN}
    host = replace(HOST, mode=mode) if mode in HOSTED else None
    return codes(registration_findings(mode=mode, **facts | {"host": host} | more))


@pytest.mark.parametrize("mode", Mode)
def test_a_city_that_allows_a_way_takes_a_firm_that_fits(mode: Mode) -> None:
    firm = replace(FIRM, principal=Mode.SINGLE) if mode is Mode.FURTHER else FIRM
    assert found(mode, firm=firm) == []


@pytest.mark.parametrize("mode", Mode)
def test_a_city_that_names_no_way_takes_one_firm_at_one_address_only(mode: Mode) -> None:
    closed = replace(OPEN, allowed=(), inside_only=())
    firm = replace(FIRM, principal=Mode.SINGLE) if mode is Mode.FURTHER else FIRM
    assert found(mode, terms=closed, firm=firm) == ([] if mode is Mode.SINGLE else ["mode_not_allowed"])


@pytest.mark.parametrize(
    ("mode", "reasons"),
    [(Mode.SINGLE, ["address_in_use"]), (Mode.SHARED, []), (Mode.CLUSTER, []), (Mode.SECRETARY, [])],
)
def test_an_address_in_use_is_shared_by_the_ways_that_share(mode: Mode, reasons: list[str]) -> None:
    assert found(mode, place=replace(PLACE, firms=1)) == reasons


def test_a_further_address_is_shared_only_where_addresses_are() -> None:
    """ZZ-20 names 一照多址 and not 一址多照."""
    firm = replace(FIRM, principal=Mode.SINGLE)
    used, zhuzhou = replace(PLACE, firms=1), replace(OPEN, allowed=("further", "cluster"))
    assert found(Mode.FURTHER, firm=firm, place=used) == []
    assert found(Mode.FURTHER, firm=firm, place=used, terms=zhuzhou) == ["address_in_use"]


@pytest.mark.parametrize(("asked", "reasons"), [(39, []), (40, []), (41, ["area_too_small"])])
def test_what_is_left_of_the_area_must_do(asked: int, reasons: list[str]) -> None:
    assert found(Mode.SHARED, area_sqm=asked, place=replace(PLACE, taken_sqm=60, firms=2)) == reasons


@pytest.mark.parametrize(("hosted", "reasons"), [(1, []), (2, ["host_full"]), (3, ["host_full"])])
def test_a_host_holds_up_to_its_limit(hosted: int, reasons: list[str]) -> None:
    """ZZ-20."""
    assert found(Mode.CLUSTER, host=replace(HOST, hosted=hosted)) == reasons
    assert found(Mode.CLUSTER, host=replace(HOST, hosted=hosted), terms=replace(OPEN, host_limit=None)) == []


@pytest.mark.parametrize(
    ("principal", "mode", "reasons"),
    [
        (Mode.CLUSTER, Mode.CLUSTER, ["firm_hosted_twice"]),
        (Mode.SECRETARY, Mode.CLUSTER, ["firm_hosted_twice"]),
        (Mode.SINGLE, Mode.CLUSTER, ["principal_address_stands"]),
        (Mode.CLUSTER, Mode.SINGLE, ["principal_address_stands"]),
        (Mode.CLUSTER, Mode.FURTHER, []),
    ],
)
def test_a_firm_has_one_principal_address(principal: Mode, mode: Mode, reasons: list[str]) -> None:
    assert found(mode, firm=replace(FIRM, principal=principal)) == reasons


def test_every_reason_is_told_in_one_go() -> None:
    reasons = found(
        Mode.CLUSTER,
        area_sqm=101,
        trades=["catering", "software"],
        place=replace(PLACE, holder_active=False),
        firm=Firm(False, False, Mode.SECRETARY, stands_here=True, inside_makerspace=False),
        host=Host(Mode.SECRETARY, takes_firms=False, is_active=False, has_address=False, hosted=2),
        terms=replace(OPEN, allowed=()),
    )
    assert reasons == [
        "mode_not_allowed", "not_a_firm", "firm_deregistered", "firm_hosted_twice", "firm_here_already",
        "not_inside_makerspace", "holder_deregistered", "area_too_small", "host_deregistered", "host_takes_none",
        "host_of_another_way", "address_not_of_host", "host_full", "trade_excluded",
    ]  # fmt: skip


def test_trades_are_excluded_from_hosting_only_and_a_hosted_way_needs_a_host() -> None:
    assert found(Mode.SHARED, trades=["catering"]) == []
    assert found(Mode.CLUSTER, host=None) == ["host_missing"]


@given(st.text(max_size=60))
def test_an_address_is_the_same_however_it_was_typed(address: str) -> None:
    key = address_key(address)
    assert address_key(unicodedata.normalize("NFKC", f" {address}\u3000")) == key
    assert not any(sign.isspace() for sign in key)


def test_an_address_fits_its_column_however_it_is_written() -> None:
    assert len(address_key("ΐ" * 200)) == ADDRESS_KEY_MAX


def test_full_width_signs_and_spaces_make_no_other_address() -> None:
    assert address_key("和平路 ５７号Ａ座") == address_key("和平路57号a座")


@dataclass
class ADivision:
    code: str | None
    former_codes: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        ("430212", []),
        (None, []),
        ("430221", ["division_code_former"]),
        ("432123", ["division_code_former"]),
        ("430299", ["division_unknown"]),
        ("320303", ["division_elsewhere"]),
    ],
)
def test_a_code_is_one_of_todays_list(code: str | None, reasons: list[str]) -> None:
    divisions = [ADivision("430212", ("430221",)), ADivision("430281", ("432123",)), ADivision(None)]
    assert codes(division_findings(code=code, city_code="430200", divisions=divisions)) == reasons


@pytest.mark.parametrize(("area", "reasons"), [(59, ["area_below_need"]), (60, []), (61, [])])
def test_an_area_shrinks_down_to_what_is_needed(area: int, reasons: list[str]) -> None:
    assert codes(area_findings(area_sqm=area, needed_sqm=60, firms=2)) == reasons


@pytest.mark.parametrize(("year", "reasons"), [(2025, ["before_admission"]), (2026, []), (2027, ["year_not_over"])])
def test_a_year_is_reported_when_it_is_over(year: int, reasons: list[str]) -> None:
    facts: dict[str, Any] = {
        "year": year, "today": date(2027, 1, 1), "admitted_on": date(2026, 9, 1), "left_on": None,
    }  # fmt: skip
    assert codes(report_findings(**facts, owes_reports=True)) == reasons
    assert codes(report_findings(**facts, owes_reports=False)) == ["no_report_owed", *reasons]


def test_years_owed_are_those_over_and_not_reported() -> None:
    facts: dict[str, Any] = {
        "admitted_on": date(2024, 9, 1), "left_on": None, "today": date(2027, 1, 1), "reported": [2025],
    }  # fmt: skip
    assert years_owed(**facts, owes_reports=True) == [2024, 2026]
    assert years_owed(**facts, owes_reports=False) == []


@pytest.mark.parametrize(
    ("left_on", "owed"),
    [(date(2024, 12, 31), [2024]), (date(2025, 1, 1), [2024, 2025]), (date(2027, 3, 1), [2024, 2025, 2026])],
)
def test_who_has_left_owes_up_to_the_year_it_left(left_on: date, owed: list[int]) -> None:
    admitted_on, today = date(2024, 9, 1), date(2027, 4, 1)
    facts: dict[str, Any] = {"admitted_on": admitted_on, "left_on": left_on, "today": today, "owes_reports": True}
    assert years_owed(**facts, reported=[]) == owed
    judged = {year: codes(report_findings(**facts, year=year)) for year in (2024, 2025, 2026)}
    assert judged == {year: [] if year in owed else ["after_leaving"] for year in judged}


def test_only_hosted_ways_have_parameters_of_hosts() -> None:
    assert set(HOST_PARAMETERS) == set(HOSTED)
    assert HOST_PARAMETERS[Mode.CLUSTER].limit == "registration.cluster.host_limit"


R, RF = RegistrationStatus, RegistrationFact
REGISTRATION_ARROWS = {
    (RF.FOUND_UNREACHABLE, R.STANDING): R.ABNORMAL,
    (RF.REACHED, R.ABNORMAL): R.STANDING,
    (RF.HOST_LEFT, R.STANDING): R.WITHOUT_HOST,
    (RF.HOST_LEFT, R.ABNORMAL): R.WITHOUT_HOST,
    (RF.ENDED, R.STANDING): R.ENDED,
    (RF.ENDED, R.ABNORMAL): R.ENDED,
    (RF.ENDED, R.WITHOUT_HOST): R.ENDED,
}
H, HF = HostStatus, HostFact
HOST_ARROWS = {
    (HF.SUSPENDED, H.ACTIVE): H.SUSPENDED,
    (HF.RESUMED, H.SUSPENDED): H.ACTIVE,
    (HF.LEAVING, H.ACTIVE): H.LEAVING,
    (HF.LEAVING, H.SUSPENDED): H.LEAVING,
    (HF.LEFT, H.LEAVING): H.LEFT,
}


@pytest.mark.parametrize(
    ("fact", "status", "moves", "target"),
    [
        *((fact, status, REGISTRATION_MOVES, REGISTRATION_ARROWS.get((fact, status))) for fact in RF for status in R),
        *((fact, status, HOST_MOVES, HOST_ARROWS.get((fact, status))) for fact in HF for status in H),
    ],
)
def test_a_fact_happens_where_the_table_says_and_nowhere_else(fact: Any, status: Any, moves: Any, target: Any) -> None:
    if target is None:
        with pytest.raises(IllegalMove):
            status_after(fact, status, moves)
    else:
        assert status_after(fact, status, moves) is target
