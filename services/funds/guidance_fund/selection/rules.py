"""What a proposal must be when it is handed in, examined, voted on and decided. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kernel.findings import Finding, findings
from kernel.money import WHOLE, ratio_bp_up
from policy.engine import fits
from policy.rules.matter import Fact
from policy.rules.participation import CONCEDE_FACTS, PARTICIPATE_FACTS

# Facts the terms, the votes and the books say: whoever examines does not state them.
OF_THE_TERMS = (
    "agreed_exit_years", "gain_given_up_bp", "fund_term_years", "management_fee_bp", "reinvestment_bp",
)  # fmt: skip
OWN = frozenset({*PARTICIPATE_FACTS, *CONCEDE_FACTS, *OF_THE_TERMS, "public_stake_bp"})


def call_findings(*, on: date, opens_on: date, closes_on: date, clauses: Sequence[str]) -> list[Finding]:
    """A call takes proposals from its first to its last day."""
    zh, en = "不在征集期内。", "The call is not open on this day."
    days = {"opens_on": opens_on.isoformat(), "closes_on": closes_on.isoformat()}
    return findings((not opens_on <= on <= closes_on, Finding("call_not_open", tuple(clauses), zh, en, days)))


def carry_findings(vehicle: str, terms: Mapping[str, Any]) -> list[Finding]:
    """A firm has no manager who could share in what its investors gain."""
    zh, en = (
        "企业没有管理人,不得约定业绩报酬或门槛收益率。",
        "A firm has no manager: neither a carry nor a hurdle is agreed.",
    )
    named = [name for name in ("hurdle_bp", "carry_bp") if vehicle == "firm" and terms.get(name) is not None]
    return findings((bool(named), Finding("carry_of_a_firm", (), zh, en, {"fields": named})))


def fact_findings(known: Mapping[str, Fact], facts: Mapping[str, Any], clauses: Sequence[str]) -> list[Finding]:
    """Each fact the programme does not know, or that the terms or the votes already say."""
    zh, en = "事实不属于本项目或类型不符。", "The programme does not ask for this fact, or it is of another type."
    return [
        Finding("fact_unfit", tuple(clauses), zh, en, {"fact": name})
        for name, value in facts.items()
        if name in OWN or name not in known or not fits(known[name], value)
    ]


def vote_findings(*, voted_on: date, lodged_on: date, today: date) -> list[Finding]:
    """A vote was taken between the day of the proposal and today."""
    zh, en = "表决日期须在申报之后、今日之前。", "The vote lies before the proposal or in the future."
    return findings((not lodged_on <= voted_on <= today, Finding("day_out_of_place", (), zh, en)))


def decision_findings(*, asked_fen: int, amount_fen: int, today: date, notice_until: date) -> list[Finding]:
    """Public money commits at most what was asked for, and only once the public notice is over."""
    return findings(
        (
            amount_fen > asked_fen,
            Finding(
                "above_asked", (), "超过申请出资额。", "This is more than was asked for.", {"asked_fen": asked_fen}
            ),
        ),
        (
            today <= notice_until,
            Finding(
                "notice_not_over",
                (),
                "公示期未满。",
                "The public notice is not over yet.",
                {"notice_until": notice_until.isoformat()},
            ),
        ),
    )


def agreed_facts(
    terms: Mapping[str, Any], found: Mapping[str, Any], *, public_fen: int, size_fen: int
) -> dict[str, Any]:
    """What stands of the terms and of due diligence, under the names the programme tests."""
    agreed = {name: terms[name] for name in OF_THE_TERMS if terms.get(name) is not None}
    return {**found, **agreed, "public_stake_bp": ratio_bp_up(public_fen, size_fen)}


def vote_facts(votes: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """How many votes count, and the share in favour, rounded down."""
    valid = [vote["vote"] for vote in votes if vote["vote"] != "recused"]
    share = valid.count("for") * WHOLE // len(valid) if valid else 0
    return {"experts": len(valid), "votes_for_bp": share}
