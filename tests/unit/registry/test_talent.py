"""Years of a kept status and shares of returns: pure and exact."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import codes
from policy.loader import load_pack, pack_ids
from services.registry.talent.rules import (
    SUPPORTS,
    TalentKind,
    application_findings,
    begun_with,
    returns_of,
    started_years,
    support_of,
)

TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("ends", "years"),
    [(date(2027, 9, 1), 1), (date(2027, 9, 2), 2), (date(2029, 9, 1), 3), (date(2029, 9, 2), 4), (date(2026, 9, 2), 1)],
)
def test_three_years_and_a_day_are_four(ends: date, years: int) -> None:
    """JX-14: three years, the last day included."""
    assert started_years(TODAY, ends) == years


def test_a_leap_day_does_not_lengthen_a_year() -> None:
    assert started_years(date(2024, 2, 29), date(2027, 3, 1)) == 3
    assert started_years(date(2024, 2, 29), date(2027, 3, 2)) == 4


@pytest.mark.parametrize(
    ("earlier", "starts", "ends", "years"),
    [
        # A year with a leap day is one year, and two more are three; a day more is one too many.
        ([("2023-03-01", "2024-03-01")], "2026-01-01", "2028-01-01", 3),
        ([("2022-01-01", "2023-01-02")], "2025-01-01", "2027-01-01", 4),
        ([("2024-02-29", "2025-03-01")], "2026-01-01", "2028-01-01", 3),
        ([("2023-01-01", "2023-07-01"), ("2024-07-01", "2025-01-01")], "2026-01-01", "2028-01-01", 3),
        ([], "2026-01-01", "2029-01-01", 3),
        ([("0001-01-01", "2024-01-01")], "0003-01-01", "0004-01-01", 3),
    ],
)
def test_years_used_before_count_as_they_were(
    earlier: list[tuple[str, str]], starts: str, ends: str, years: int
) -> None:
    """JX-14: three years in all, in whatever parts; the calendar's years, not 365 days each."""
    terms = [(date.fromisoformat(begins), date.fromisoformat(until)) for begins, until in earlier]
    assert started_years(begun_with(date.fromisoformat(starts), terms), date.fromisoformat(ends)) == years


@given(first=st.dates(date(2016, 1, 1), date(2090, 1, 1)), days=st.integers(1, 4000))
def test_more_days_are_never_fewer_years(first: date, days: int) -> None:
    shorter, longer = (started_years(first, first + timedelta(days=count)) for count in (days, days + 1))
    assert 1 <= shorter <= longer <= shorter + 1


@given(income=st.integers(0, 10**13), given_fen=st.integers(0, 10**13), contract=st.booleans())
def test_the_least_is_never_under_the_share_and_never_a_fen_too_much(
    income: int, given_fen: int, contract: bool,
) -> None:  # fmt: skip
    """JX-15: not less than 70 %, in whole fen."""
    found = returns_of(income_fen=income, given_fen=given_fen, share_bp=7000, contract=contract, either=True)
    assert found.least_fen * 10 >= income * 7
    assert (found.least_fen - 1) * 10 < income * 7
    assert found.reached is (given_fen * 10 >= income * 7)
    assert found.short_fen == max(found.least_fen - given_fen, 0)
    assert found.permitted is (found.reached or contract)


@pytest.mark.parametrize(
    ("given_fen", "contract", "expected"),
    [
        (69_999_999, False, (1, False, False)),
        (70_000_000, False, (0, True, True)),
        (50_000_000, True, (20_000_000, False, True)),
    ],
)
def test_seventy_percent_is_enough_and_a_contract_prevails(
    given_fen: int, contract: bool, expected: tuple[int, bool, bool],
) -> None:  # fmt: skip
    """JX-15."""
    found = returns_of(income_fen=100_000_000, given_fen=given_fen, share_bp=7000, contract=contract, either=True)
    assert (found.short_fen, found.reached, found.permitted) == expected


def test_a_city_may_ask_for_share_and_contract() -> None:
    """JX-15: how the two are joined is a parameter of the pack."""
    whole = {"income_fen": 100, "given_fen": 70, "share_bp": 7000, "either": False}
    assert returns_of(**whole, contract=True).permitted is True
    assert returns_of(**whole, contract=False).permitted is False


def test_every_support_names_a_clause_and_a_programme_of_one_pack() -> None:
    """ZZ-14 to ZZ-18, LZ-28, LZ-29, LZ-31, WH-13, WH-15, WH-16, JX-11 to JX-14: each stands in its pack."""
    packs = [load_pack(pack) for pack in pack_ids()]
    for kind in TalentKind:
        for support in SUPPORTS[kind]:
            (pack,) = [one for one in packs if support.clause in one.clauses]
            assert support.programme is None or support.clause in pack.programmes[support.programme].clauses


def test_a_city_supports_what_its_text_names() -> None:
    assert support_of(TalentKind.OFF_POST, load_pack("jiaxing").clauses).clause == "JX-14"  # type: ignore[union-attr]
    assert support_of(TalentKind.OFF_POST, load_pack("xuzhou").clauses) is None


def test_every_reason_against_an_application_is_told_at_once() -> None:
    support = support_of(TalentKind.OFF_POST, {"JX-14"})

    def found(ends_on: date | None, consented_on: date) -> list[str]:
        return codes(
            application_findings(
                support=support, starts_on=TODAY, ends_on=ends_on, consented_on=consented_on, today=TODAY
            )
        )

    assert found(None, TODAY + timedelta(days=1)) == ["consent_in_future", "term_needed"]
    assert found(TODAY, TODAY) == ["ends_before_beginning"]
    assert found(date(2029, 9, 1), TODAY) == []
