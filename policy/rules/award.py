"""A one-time award by level of recognition, with the treatment of a later rise as a parameter."""

from collections.abc import Mapping, Sequence
from typing import Any

from policy.rules.matter import Fact, Matter
from policy.terms import LADDER, AwardTerms

FACTS = {
    "carrier_kind": Fact("code", "载体类型", "kind of carrier"),
    "level": Fact("code", "认定级别", "level of recognition"),
    "designation": Fact("code", "认定类别(重点/备案)", "designation (key or filed)"),
    "earlier_awards": Fact("awards", "此前已获奖补(级别、金额)", "earlier awards of this carrier (level, amount)"),
}


def award(terms: AwardTerms, matter: Matter) -> None:
    """The amount of the level reached, once; after a lower award, what the upgrade treatment leaves."""
    level = _level_in_scope(terms, matter)
    earlier: Sequence[Mapping[str, Any]] | None = matter.fact("earlier_awards")
    if level is None:
        return
    full = matter.parameter(next(rung.amount for rung in terms.levels if rung.level == level))
    if earlier is None or full is None:
        return
    # A rung at or below one already paid earns nothing, in whatever order the recognitions came.
    reached = max((LADDER.index(held["level"]) for held in earlier), default=-1)
    if reached >= LADDER.index(level):
        matter.refuse("already_awarded", level=level, awarded_level=LADDER[reached])
    elif earlier:
        _upgrade(terms, matter, full, sum(held["amount_fen"] for held in earlier))
    else:
        matter.pay("award", full)


def _level_in_scope(terms: AwardTerms, matter: Matter) -> str | None:
    kind, level, designation = matter.fact("carrier_kind"), matter.fact("level"), matter.fact("designation")
    if kind is not None and kind not in terms.carrier_kinds:
        matter.refuse("carrier_kind_out_of_scope", actual=kind)
    if designation is not None and designation != terms.designation:
        matter.refuse("designation_out_of_scope", actual=designation)
    if level is not None and all(rung.level != level for rung in terms.levels):
        matter.refuse("level_out_of_scope", actual=level)
        return None
    return str(level) if level is not None else None


def _upgrade(terms: AwardTerms, matter: Matter, full: int, paid: int) -> None:
    treatment = matter.parameter(terms.upgrade_treatment)
    if treatment == "full":
        matter.pay("award", full)
    elif treatment == "higher_only":
        matter.refuse("lower_award_taken", paid_fen=paid)
    elif treatment == "difference":
        matter.result("already_paid_fen", paid)
        if paid >= full:
            matter.refuse("nothing_left_to_pay", paid_fen=paid, full_fen=full)
        else:
            matter.pay("award", full - paid)
