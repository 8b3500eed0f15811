"""Recognition criteria with thresholds, judged in three values: met, not met, not known."""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt
from typing import Any, Literal

from kernel.money import in_yuan
from policy.rules.matter import Fact, Matter, Words
from policy.terms import Alternatives, Criterion, RecognitionTerms

FACTS = {
    "carrier_kind": Fact("code", "载体类型", "kind of carrier"),
    "level": Fact("code", "认定级别", "level of recognition"),
}
COMPARE: dict[str, Callable[[int, int], bool]] = {"=": eq, "≥": ge, ">": gt, "≤": le, "<": lt}
FLAGS: dict[bool, Words] = {True: ("是", "yes"), False: ("否", "no")}
NOTHING: Words = ("无", "none")
Verdict = Literal["met", "not_met", "unknown"]


def recognise(terms: RecognitionTerms, matter: Matter) -> None:
    """Every criterion must be met. The public notice it leads to and the months it is valid, or the paper of the
    level above, are among the decided terms."""
    _scope(terms, matter)
    for criterion in terms.criteria:
        judge(criterion, matter)
    if terms.decision:
        matter.terms["decision_number"] = matter.fact(terms.decision.number)
        matter.terms["decided_on"] = matter.fact(terms.decision.day)
    if terms.notice_working_days:
        matter.terms["notice_working_days"] = matter.parameter(terms.notice_working_days)
    if terms.valid_months:
        matter.terms["valid_months"] = matter.parameter(terms.valid_months)


def _scope(terms: RecognitionTerms, matter: Matter) -> None:
    kind, level = matter.fact("carrier_kind"), matter.fact("level")
    if kind is not None and kind not in terms.carrier_kinds:
        matter.refuse("carrier_kind_out_of_scope", actual=kind)
    if level is not None and level not in terms.levels:
        matter.refuse("level_out_of_scope", actual=level)


def judge(criterion: Criterion | Alternatives, matter: Matter) -> Verdict:
    """The verdict on one criterion; reasons and missing facts go to the matter."""
    if isinstance(criterion, Alternatives):
        return _alternatives(criterion, matter)
    verdict = _verdict(criterion, matter)
    _explain(criterion, verdict, matter)
    return verdict


def _alternatives(group: Alternatives, matter: Matter) -> Verdict:
    verdicts = [_verdict(part, matter) for part in group.of]
    if matter.parameter(group.combine) == "either" and "met" in verdicts:
        return "met"
    # Of alternatives only what could still decide is asked for: not every unmet part, while another is unknown.
    for part, verdict in zip(group.of, verdicts, strict=True):
        if matter.parameter(group.combine) == "both" or verdict == "unknown" or "unknown" not in verdicts:
            _explain(part, verdict, matter)
    return "met" if set(verdicts) == {"met"} else "unknown" if "unknown" in verdicts else "not_met"


def _verdict(criterion: Criterion, matter: Matter) -> Verdict:
    actual = matter.peek(criterion.fact)
    if actual is None:
        return "unknown"
    if criterion.parameter:
        required = matter.parameter(criterion.parameter)
        if required is None:
            return "unknown"
        # Of a list that was set it has to be one.
        among = isinstance(required, tuple)
        met = actual in required if among else COMPARE[matter.operator(criterion.parameter)](actual, required)
        return "met" if met else "not_met"
    if criterion.equals is not None:
        return "met" if actual == criterion.equals else "not_met"
    return "met" if not criterion.one_of or actual in criterion.one_of else "not_met"


def _explain(criterion: Criterion, verdict: Verdict, matter: Matter) -> None:
    if verdict == "unknown":
        matter.fact(criterion.fact)
    if verdict == "not_met":
        facts = _facts_of(criterion, matter)
        name, words = (criterion.zh, criterion.en), _words_of(criterion, facts, matter)
        matter.refuse("criterion_not_met", clauses=criterion.clauses, name=name, words=words, **facts)


def _words_of(criterion: Criterion, facts: Mapping[str, Any], matter: Matter) -> dict[str, Words]:
    """What is and what has to be, as people write it; a code that has no name in the pack stays a code."""

    def in_words(value: Any) -> Words:
        if isinstance(value, bool):
            return FLAGS[value]
        if isinstance(value, int) and matter.type_of(criterion.fact) == "fen":
            return f"{in_yuan(value)} 元", f"CNY {in_yuan(value)}"
        if isinstance(value, str) and criterion.parameter:
            return matter.choice(criterion.parameter, value)
        return str(value), str(value)

    def any_of(value: Any) -> Words:
        told = [in_words(one) for one in (value if isinstance(value, list | tuple) else [value])] or [NOTHING]
        return "或".join(zh for zh, _ in told), " or ".join(en for _, en in told)

    required, sign = any_of(facts["required"]), "" if facts["operator"] == "=" else f"{facts['operator']} "
    return {"actual": any_of(facts["actual"]), "required": (sign + required[0], sign + required[1])}


def _facts_of(criterion: Criterion, matter: Matter) -> dict[str, Any]:
    actual = matter.peek(criterion.fact)
    if criterion.parameter is None:
        required: Any = criterion.equals if criterion.equals is not None else list(criterion.one_of)
        return {"fact": criterion.fact, "actual": actual, "operator": "=", "required": required}
    required, operator = matter.parameter(criterion.parameter), matter.operator(criterion.parameter)
    told = {"fact": criterion.fact, "actual": actual, "operator": operator, "parameter": criterion.parameter}
    if isinstance(required, tuple):
        return told | {"required": list(required)}
    return told | {"required": required, "short_by": abs(required - actual)}
