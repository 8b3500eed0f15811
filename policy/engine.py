"""Puts a question to a programme: `decide` rules on it, purely; the caller stores the ruling as a determination."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.findings import Finding
from policy.rules import (
    award,
    criteria,
    decisions,
    envelope,
    evaluation,
    investment_loss,
    loss_share,
    participation,
    recurring,
    standards,
    subsidies,
    vouchers,
)
from policy.rules.criteria import judge
from policy.rules.matter import Fact, Matter, Reading, Ruling
from policy.rules.reasons import EARLIER
from policy.schema import Pack, Programme
from policy.snapshots import Acceptance, Snapshot, inconsistent, open_findings
from policy.terms import LADDER, tested_parameters

# Part of every determination: a change that can alter an outcome or its bytes raises it.
ENGINE_VERSION = "3"
KNOWN_ENGINES = frozenset({ENGINE_VERSION, *EARLIER})  # whose determinations are made again to the same bytes
GROUNDS_KEPT = 256  # programmes and acts of a city on a handful of days


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one kind for one act, and the facts it may ask for besides those the pack declares."""

    apply: Callable[[Any, Matter], None]
    facts: Mapping[str, Fact]


RULES: dict[tuple[str, str], Rule] = {
    ("recognition_criteria", "recognise"): Rule(criteria.recognise, criteria.FACTS),
    ("once_only_award", "award"): Rule(award.award, award.FACTS),
    ("layered_loss_share", "register_loan"): Rule(loss_share.register_loan, loss_share.REGISTER_FACTS),
    ("layered_loss_share", "pay_claim"): Rule(loss_share.pay_claim, loss_share.CLAIM_FACTS),
    ("layered_loss_share", "share_recovery"): Rule(loss_share.share_recovery, loss_share.RECOVERY_FACTS),
    ("layered_loss_share", "guard"): Rule(loss_share.guard_pool, loss_share.GUARD_FACTS),
    ("investment_loss_share", "compensate"): Rule(investment_loss.compensate, investment_loss.COMPENSATE_FACTS),
    ("investment_loss_share", "share_recovery"): Rule(investment_loss.share_recovery, loss_share.RECOVERY_FACTS),
    ("voucher_quota", "issue"): Rule(vouchers.issue, vouchers.ISSUE_FACTS),
    ("voucher_quota", "reserve"): Rule(vouchers.reserve, vouchers.RESERVE_FACTS),
    ("voucher_quota", "redeem"): Rule(vouchers.redeem, vouchers.REDEEM_FACTS),
    ("envelope", "appropriate"): Rule(envelope.appropriate, envelope.FACTS),
    ("graded_award", "award"): Rule(subsidies.award_by_grade, subsidies.GRADED_FACTS),
    ("capped_share", "pay"): Rule(subsidies.pay_share, subsidies.SHARE_FACTS),
    ("recurring_subsidy", "pay"): Rule(recurring.pay_yearly, recurring.RECURRING_FACTS),
    ("match", "match"): Rule(recurring.match_upper, recurring.MATCH_FACTS),
    ("staged_subsidy", "pay"): Rule(recurring.pay_stage, recurring.STAGED_FACTS),
    ("uplift", "award"): Rule(decisions.raise_base, decisions.UPLIFT_FACTS),
    ("case_decision", "decide"): Rule(decisions.decide_case, decisions.CASE_FACTS),
    ("floor_decision", "decide"): Rule(decisions.decide_above_floor, decisions.FLOOR_FACTS),
    ("contest_result", "support"): Rule(decisions.support_winner, decisions.CONTEST_FACTS),
    ("priority", "give_priority"): Rule(decisions.give_priority, {}),
    ("tax_information", "inform"): Rule(standards.inform_of_tax, standards.TAX_FACTS),
    ("yearly_growth", "assess"): Rule(standards.assess_growth, standards.GROWTH_FACTS),
    ("standard", "check"): Rule(standards.check_standard, {}),
    ("fund_participation", "participate"): Rule(participation.participate, participation.PARTICIPATE_FACTS),
    ("fund_participation", "concede"): Rule(participation.concede, participation.CONCEDE_FACTS),
    ("carrier_evaluation", "evaluate"): Rule(evaluation.evaluate, evaluation.FACTS),
}


class ProgrammeUnknown(LookupError):
    """The city's pack has no such programme, or its kind has no such act."""


def decide(
    snapshot: Snapshot,
    *,
    programme: str,
    act: str,
    facts: Mapping[str, Any],
    accepted: Acceptance,
    engine: str = ENGINE_VERSION,
) -> Ruling:
    """Rule on the facts by the policy in force when the case was accepted, in the words of an engine still known.

    While a parameter the programme rests on is open, or a group of them does not agree, the outcome is `refused_open`
    with every such parameter. Raises ProgrammeUnknown, and ValueError for a fact the rule does not know or cannot read.
    """
    ground = _ground(snapshot.in_force(accepted), programme, act, accepted)
    _check_facts(facts, ground.known_facts)
    if ground.blocked:
        return Ruling("refused_open", ground.blocked, ())
    entry = ground.programme
    matter = Matter(programme=entry, reading=ground.reading, facts=facts, known_facts=ground.known_facts, engine=engine)
    # Everything the programme rests on is traced, read by this question or not.
    for key in ground.needed:
        matter.parameter(key)
    for condition in entry.conditions:
        judge(condition, matter)
    ground.rule.apply(entry.terms, matter)
    return matter.ruling()


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every question put to a programme for an act at one moment meets, whatever its facts are."""

    programme: Programme
    rule: Rule
    known_facts: Mapping[str, Fact]
    needed: tuple[str, ...]
    blocked: tuple[Finding, ...]
    reading: Reading


def _ground(snapshot: Snapshot, programme: str, act: str, accepted: Acceptance) -> _Ground:
    """Kept with the snapshot: a batch asks a few programmes thousands of times, and so do the scans of a day."""
    kept, asked = snapshot.kept, (programme, act, *snapshot.moment(accepted))
    if asked not in kept:
        if len(kept) >= GROUNDS_KEPT:
            kept.clear()
        kept[asked] = _new_ground(snapshot, programme, act, accepted)
    ground: _Ground = kept[asked]
    return ground


def _new_ground(snapshot: Snapshot, programme: str, act: str, accepted: Acceptance) -> _Ground:
    entry, rule = _programme_and_rule(snapshot.pack, programme, act)
    needed = tuple(dict.fromkeys(needed_parameters(snapshot.pack, entry, act)))
    blocked = open_findings(snapshot, needed, accepted=accepted) or inconsistent(snapshot, needed, accepted=accepted)
    known = known_facts(snapshot.pack, entry, act)
    return _Ground(entry, rule, known, needed, tuple(blocked), Reading(snapshot, accepted))


def needed_parameters(pack: Pack, programme: Programme, act: str) -> Iterator[str]:
    """Parameters that must have a value before the act is possible: of its terms, its needs and its fund."""
    yield from programme.terms.parameters(act)
    yield from programme.needs
    yield from tested_parameters(programme.conditions)
    if programme.paid_from:
        yield from pack.programmes[programme.paid_from].terms.parameters("appropriate")


def known_facts(pack: Pack, programme: Programme, act: str) -> dict[str, Fact]:
    """The facts a programme may be told for an act, with type and names."""
    rule = RULES[(programme.terms.kind, act)]
    declared = {key: Fact(fact.type, fact.zh, fact.en) for key, fact in pack.facts.items()}
    return {**declared, **rule.facts}


def fits(fact: Fact, value: Any) -> bool:
    """Whether a value is of the fact's type."""
    return _READERS[fact.type](value)


def _programme_and_rule(pack: Pack, programme: str, act: str) -> tuple[Programme, Rule]:
    entry = pack.programmes.get(programme)
    rule = RULES.get((entry.terms.kind, act)) if entry else None
    if entry is None or rule is None:
        raise ProgrammeUnknown(f"{pack.pack}: no programme {programme} with act {act}")
    return entry, rule


def _check_facts(facts: Mapping[str, Any], known: Mapping[str, Fact]) -> None:
    for name, value in facts.items():
        if name not in known:
            raise ValueError(f"the rule does not know the fact {name}")
        if value is not None and not fits(known[name], value):
            raise ValueError(f"the fact {name} is not of type {known[name].type}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _are_awards(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(held, Mapping) and _is_award(held) for held in value)


def _is_award(held: Mapping[str, Any]) -> bool:
    return set(held) == {"level", "amount_fen"} and held["level"] in LADDER and _is_whole(held["amount_fen"])


_READERS: dict[str, Callable[[Any], bool]] = {
    "count": _is_whole,
    "fen": _is_whole,
    "flag": lambda value: isinstance(value, bool),
    "code": lambda value: isinstance(value, str),
    "codes": lambda value: isinstance(value, list | tuple) and all(isinstance(part, str) for part in value),
    "date": _is_day,
    "awards": _are_awards,
    "shares": lambda value: isinstance(value, Mapping) and all(map(_is_whole, value.values())),
}
