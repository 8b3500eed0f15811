"""Sharing what is called and what comes back, exact to the fen; the wordings nobody may promise; periods of reports."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.national import promised_by
from services.funds.guidance_fund.investing.rules import deal_findings, fee_findings
from services.funds.guidance_fund.reports.rules import following, period_of, valuation_findings
from services.funds.guidance_fund.reports.states import Kind
from services.funds.guidance_fund.returns.rules import (
    Flow,
    Holder,
    concede,
    hurdle_fen,
    reinvestment_met,
    split,
    waterfall,
    year_of_holding,
)
from services.funds.guidance_fund.selection.rules import agreed_facts, vote_facts
from services.funds.guidance_fund.sub_funds.rules import shares

FEN = st.integers(min_value=1, max_value=10**13)


@given(st.lists(FEN, min_size=1, max_size=8), st.lists(st.integers(0, 100), min_size=1, max_size=6))
def test_drawdowns_end_at_the_commitments_whatever_was_called_before(commitments: list[int], parts: list[int]) -> None:
    """ZZ-29: pro rata, never above a commitment, and the last call takes what is left of each to the fen."""
    uncalled = list(commitments)
    for part in parts:
        amount = sum(uncalled) * part // 100
        if not amount:
            continue
        called = shares(amount, uncalled)
        assert sum(called) == amount
        assert all(0 <= share <= left for share, left in zip(called, uncalled, strict=True))
        uncalled = [left - share for share, left in zip(called, uncalled, strict=True)]
    if sum(uncalled):
        assert shares(sum(uncalled), uncalled) == uncalled


@given(
    st.lists(st.tuples(FEN, st.integers(0, 100)), min_size=2, max_size=6),
    st.integers(min_value=1, max_value=10**14),
    st.integers(0, 10_000),
)
def test_what_comes_back_is_shared_to_the_fen_and_only_the_citys_gain_is_given_up(
    paid: list[tuple[int, int]], amount: int, given_up_bp: int
) -> None:
    """ZZ-23: principal first; 让利 never touches principal, and never exceeds the city's own gain."""
    holders = [
        Holder(number, fen, fen * back // 100, is_citys=number == 1) for number, (fen, back) in enumerate(paid, start=1)
    ]
    parts = split(amount, holders)
    assert sum(part.capital_fen + part.gain_fen for part in parts) == amount
    assert all(part.capital_fen <= holder.outstanding_fen for part, holder in zip(parts, holders, strict=True))
    if sum(part.gain_fen for part in parts):
        assert [part.capital_fen for part in parts] == [holder.outstanding_fen for holder in holders]
    conceded = parts[0].gain_fen * given_up_bp // 10_000
    shared = concede(parts, holders, conceded)
    assert [part.capital_fen for part in shared] == [part.capital_fen for part in parts]
    assert sum(part.gain_fen for part in shared) == sum(part.gain_fen for part in parts)
    assert shared[0].gain_fen == parts[0].gain_fen - conceded
    assert sum(part.conceded_fen for part in shared) == conceded


PAID = [Flow(date(2026, 1, 1), 100_000), Flow(date(2027, 1, 1), 50_000)]


@pytest.mark.parametrize(
    ("returned", "on", "fen"),
    [
        ([], date(2026, 1, 1), 0),
        ([], date(2027, 1, 1), 8_000),  # 100,000 for 365 days at 8 %
        ([], date(2028, 1, 1), 20_000),  # two years of the first, one of the second
        ([Flow(date(2027, 1, 1), 150_000)], date(2030, 1, 1), 8_000),  # what is back earns nothing more
        ([], date(2026, 1, 2), 22),  # 100,000 * 800 / 3,650,000 = 21.9, rounded up
        ([], date(2025, 1, 1), 0),
    ],
)
def test_the_hurdle_is_simple_interest_on_what_is_out(returned: list[Flow], on: date, fen: int) -> None:
    assert hurdle_fen(PAID, returned, yearly_bp=800, on=on) == fen


@pytest.mark.parametrize(
    ("amount", "capital", "preferred", "carry"),
    [
        (99_999, 99_999, 0, 0),
        (100_000, 100_000, 0, 0),
        (108_000, 100_000, 8_000, 0),  # at the hurdle: nothing for the manager, and no catch-up beyond it
        (108_004, 100_000, 8_000, 0),  # a fifth of four fen rounds down
        (108_005, 100_000, 8_000, 1),
        (208_000, 100_000, 8_000, 20_000),
    ],
)
def test_contributions_then_the_hurdle_then_the_carry(amount: int, capital: int, preferred: int, carry: int) -> None:
    """ZZ-23, practice.md c.2: return of capital → hurdle → carry → 让利."""
    holders = [Holder(1, 40_000, 40_000, is_citys=True), Holder(2, 60_000, 60_000, is_citys=False)]
    found = waterfall(amount, holders, hurdle_left_fen=8_000, carry_bp=2_000)
    assert sum(part.capital_fen for part in found.parts) == capital
    assert (found.preferred_fen, found.carry_fen) == (preferred, carry)
    assert sum(part.capital_fen + part.gain_fen for part in found.parts) == amount - carry


@given(
    st.lists(st.tuples(FEN, st.integers(0, 100)), min_size=1, max_size=6),
    st.integers(min_value=1, max_value=10**14),
    st.integers(min_value=0, max_value=10**14),
    st.integers(0, 10_000),
)
def test_a_carry_never_touches_principal_nor_what_lies_below_the_hurdle(
    paid: list[tuple[int, int]], amount: int, hurdle: int, carry_bp: int
) -> None:
    holders = [Holder(number, fen, fen * back // 100, is_citys=number == 1) for number, (fen, back) in enumerate(paid)]
    found = waterfall(amount, holders, hurdle_left_fen=hurdle, carry_bp=carry_bp)
    whole = split(amount, holders)
    assert [part.capital_fen for part in found.parts] == [part.capital_fen for part in whole]
    gained, gain = sum(part.gain_fen for part in found.parts), sum(part.gain_fen for part in whole)
    assert gained + found.carry_fen == gain
    assert gained >= found.preferred_fen == (min(gain, hurdle) if carry_bp else 0)
    assert found.carry_fen * 10_000 <= (gain - found.preferred_fen) * carry_bp


def test_with_nobody_else_there_is_nobody_to_give_a_gain_to() -> None:
    alone = [Holder(1, 100, 0, is_citys=True)]
    assert concede(split(50, alone), alone, 25) == split(50, alone)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("按股权比例共担损益。", []),
        ("本基金不保本,不承诺最低收益。", []),
        ("管理人承诺 保 本", ["保本"]),
        ("不仅保本,而且兜底", ["保本", "兜底"]),
        ("本基金不保本;社会资本由财政保本。", ["保本"]),
        ("GUARANTEED  Return of 8 %", ["guaranteed return"]),
        ("no minimum return is promised", []),
        ("实控人到期回购承诺并差额补足", ["回购承诺", "差额补足"]),
    ],
)
def test_a_promise_is_found_however_it_is_written(text: str, words: list[str]) -> None:
    """ZZ-23: 财预〔2015〕210号."""
    assert promised_by(text) == words


@pytest.mark.parametrize(
    ("asset_class", "on", "codes"),
    [
        ("equity", date(2026, 1, 1), []),
        ("real_estate", date(2026, 1, 1), ["deal_forbidden"]),
        ("real_estate", date(2015, 11, 11), []),
        ("gold", date(2026, 1, 1), ["deal_unlisted"]),
    ],
)
def test_the_states_list_stops_a_deal_from_its_day_on(asset_class: str, on: date, codes: list[str]) -> None:
    assert [one.code for one in deal_findings(asset_class=asset_class, on=on)] == codes


@pytest.mark.parametrize(("amount", "codes"), [(200, []), (201, ["above_fee"])])
def test_fees_of_a_year_stay_within_the_agreed_share(amount: int, codes: list[str]) -> None:
    found = fee_findings(amount_fen=amount - 50, taken_fen=50, paid_in_fen=10_000, fee_bp=200)
    assert [one.code for one in found] == codes
    assert [one.code for one in fee_findings(amount_fen=1, taken_fen=0, paid_in_fen=10_000, fee_bp=None)] == [
        "above_fee"
    ]


def test_the_public_share_is_rounded_up_and_votes_down() -> None:
    facts = agreed_facts(
        {"agreed_exit_years": 5, "fund_term_years": None}, {"x": 1}, public_fen=40_001, size_fen=100_000
    )
    assert facts == {"x": 1, "agreed_exit_years": 5, "public_stake_bp": 4_001}
    assert agreed_facts({}, {}, public_fen=4_000_001, size_fen=10_000_000)["public_stake_bp"] == 4_001
    votes = [{"vote": "for"}, {"vote": "for"}, {"vote": "against"}, {"vote": "recused"}]
    assert vote_facts(votes) == {"experts": 3, "votes_for_bp": 6_666}
    assert vote_facts([{"vote": "recused"}]) == {"experts": 0, "votes_for_bp": 0}


@pytest.mark.parametrize(
    ("on", "year"), [(date(2027, 1, 12), 1), (date(2028, 1, 12), 1), (date(2028, 1, 13), 2), (date(2030, 1, 12), 3)]
)
def test_years_of_concession_count_by_anniversaries(on: date, year: int) -> None:
    assert year_of_holding(date(2027, 1, 12), on) == year


def test_reinvestment_is_met_at_the_agreed_multiple_and_not_a_fen_below() -> None:
    assert reinvestment_met(local_fen=150, public_paid_fen=100, reinvestment_bp=15_000)
    assert not reinvestment_met(local_fen=149, public_paid_fen=100, reinvestment_bp=15_000)
    assert reinvestment_met(local_fen=0, public_paid_fen=100, reinvestment_bp=None)


def test_periods_follow_each_other_over_the_turn_of_a_year() -> None:
    fourth = period_of(Kind.QUARTER, date(2026, 11, 26))
    assert (fourth.name, fourth.last_on) == ("2026-Q4", date(2026, 12, 31))
    assert following(fourth).name == "2027-Q1"
    assert following(following(fourth)).last_on == date(2027, 6, 30)
    assert following(period_of(Kind.YEAR, date(2026, 11, 26))).name == "2027"


def test_every_investment_that_is_held_is_valued_and_no_other() -> None:
    held = {"a": 1, "b": 1, "sold": 0}
    assert valuation_findings({"a": 5, "b": 0}, held) == []
    (found,) = valuation_findings({"a": 5, "sold": 1}, held)
    assert found.facts == {"investments": ["b", "sold"]}
