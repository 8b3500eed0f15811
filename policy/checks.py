"""What a pack must satisfy beyond its shape. Every check yields all its faults as (path, what)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from policy.kinds import Terms
from policy.schema import Constraint, DatedValue, Item, Pack, Parameter
from policy.terms import CITYS_OWN, Alternatives, Criterion, LossShareTerms, RecognitionTerms, Test
from policy.terms_of_support import PriorityTerms, StandardTerms, TaxInformationTerms
from policy.values import misfit

Where = tuple[str | int, ...]
Wrong = tuple[Where, str]
BINDINGS = {
    "target": "targets", "programme": "programmes", "parameter": "parameters",
    "item": "items", "bundle": "bundles", "duty": "duties", "role": "roles",
}  # fmt: skip
# By which operators a fact is held against a parameter, and where terms do so.
COMPARABLE = frozenset({"=", "≥", ">", "≤", "<"})
COMPARED = frozenset({
    "parameter", "overdue_days", "bank_line", "bank_resume", "pool_line", "pool_resume", "income_over", "income_up_to",
})  # fmt: skip
# The unit each reference of a programme's terms must have.
TERM_UNITS = {
    "amount": {"fen"}, "share": {"bp"}, "per_loan_cap": {"fen"}, "fund": {"fen"}, "overdue_days": {"calendar_days"},
    "principal_only": {"flag"}, "bank_leverage": {"multiple_bp"}, "recovery_sharing": {"choice"},
    "review_working_days": {"working_days"}, "claim_documents": {"choices"}, "face_value": {"fen"},
    "holder_yearly_quota": {"fen"}, "validity_months": {"months"}, "period": {"choice"}, "about": {"fen"},
    "yearly_cap": {"fen"}, "cap": {"fen"}, "upgrade_treatment": {"choice"}, "notice_working_days": {"working_days"},
    "valid_months": {"months"}, "cure_working_days": {"working_days"},
    "rate": {"bp", "multiple_bp"}, "base": {"fen"}, "uplift_cap": {"bp"}, "uplift": {"bp"}, "floor": {"fen"},
    "years_max": {"years"}, "stages": {"bp"}, "principal_cap": {"fen"}, "top_grades": {"count"}, "treasury": {"choice"},
    "from_on": {"date"}, "until_on": {"date"}, "income_over": {"fen"}, "income_up_to": {"fen"}, "taxable_share": {"bp"},
    "minimum_growth": {"bp"}, "per_borrower_cap": {"fen"}, "per_bank_yearly_cap": {"fen"}, "public_cap": {"bp"},
    "numerator": {"choice"}, "denominator": {"choice"}, "bad_after_days": {"calendar_days"}, "bank_line": {"bp"},
    "bank_resume": {"bp"}, "pool_line": {"bp"}, "pool_resume": {"bp"}, "pool_leverage": {"multiple_bp"},
    "confirm_within_days": {"calendar_days"}, "covers_moved_out": {"flag"},
    "controller_yearly_quota": {"fen"}, "claim_months": {"months"}, "combine": {"choice"}, "service_scope": {"choices"},
    "holder_kinds": {"choices"},
    "indicators": {"indicator_system"}, "appeal_working_days": {"working_days"}, "failures_to_exit": {"count"},
    "dimension_weight": {"bp"}, "documents": {"choices"}, "experts_min": {"count"}, "approval_share": {"bp"},
    "gain_given_up": {"bp"}, "concession_years": {"years"}, "quarterly_report_working_days": {"working_days"},
    "annual_report_working_days": {"working_days"},
    "parameter": {
        "count", "square_metres", "months", "years", "fen", "bp", "multiple_bp", "calendar_days", "working_days",
        "choices",
    },
}  # fmt: skip


def faults(pack: Pack) -> list[Wrong]:
    """All faults of a pack, in the order of its sections."""
    return [
        *_documents_and_clauses(pack),
        *_citations(pack),
        *_parameters(pack),
        *_constraints(pack),
        *_programmes(pack),
        *_items_targets_and_duties(pack),
        *_bundles(pack),
        *_around_payments(pack),
    ]


def _documents_and_clauses(pack: Pack) -> Iterator[Wrong]:
    for key, clause in pack.clauses.items():
        here: Where = ("clauses", key)
        if clause.document not in pack.documents:
            yield (*here, "document"), f"no document {clause.document}"
        if clause.lines.last < clause.lines.first:
            yield (*here, "lines"), "the last line is before the first"
        if bool(clause.bound_to) == bool(clause.no_software):
            yield here, "name what implements it (bound_to) or say why nothing does (no_software): one of the two"
        yield from _missing((*here, "roles"), clause.roles, pack.roles, "role")
        yield from _bindings(here, clause.bound_to, pack)


def _bindings(here: Where, bound_to: Iterable[str], pack: Pack) -> Iterator[Wrong]:
    for place, binding in enumerate(bound_to):
        kind, _, key = binding.partition(":")
        if kind not in BINDINGS:
            yield (*here, "bound_to", place), f"unknown kind of binding {kind!r}"
        elif key not in getattr(pack, BINDINGS[kind]):
            yield (*here, "bound_to", place), f"no {kind} {key}"


def _citations(pack: Pack) -> Iterator[Wrong]:
    for section in ("roles", "parameters", "constraints", "targets", "programmes", "items", "bundles", "duties"):
        for key, entry in getattr(pack, section).items():
            yield from _missing((section, key, "clauses"), entry.clauses, pack.clauses, "clause")


def _missing(here: Where, keys: Iterable[str], known: Iterable[str], noun: str) -> Iterator[Wrong]:
    for key in keys:
        if key not in known:
            yield here, f"no {noun} {key}"


def _parameters(pack: Pack) -> Iterator[Wrong]:
    for key, parameter in pack.parameters.items():
        here: Where = ("parameters", key)
        yield from _status(here, parameter, pack)
        yield from _validity(here, parameter.values)
        for place, dated in enumerate(parameter.values):
            wrong = misfit(parameter, dated.value)
            if wrong:
                yield (*here, "values", place, "value"), wrong
        yield from _precedents(here, parameter)
        if parameter.minimum is not None and parameter.maximum is not None and parameter.maximum < parameter.minimum:
            yield (*here, "maximum"), f"the cap {parameter.maximum} is below its floor {parameter.minimum}"
        if (parameter.unit in ("choice", "choices")) != bool(parameter.choices):
            yield (*here, "choices"), "choices belong to the units choice and choices, and only there"


def _precedents(here: Where, parameter: Parameter) -> Iterator[Wrong]:
    for place, precedent in enumerate(parameter.precedents):
        wrong = precedent.value is not None and misfit(parameter, precedent.value)
        if wrong:
            yield (*here, "precedents", place, "value"), wrong


def _status(here: Where, parameter: Parameter, pack: Pack) -> Iterator[Wrong]:
    if (parameter.status == "open") == bool(parameter.values):
        yield here, "an open parameter has no value, and only an open one has none"
    if parameter.status == "set_by_operator" and not parameter.reason:
        yield here, "a value set by an operator needs its reason"
    if parameter.status in ("open", "doubtful"):
        if parameter.left_open_by not in parameter.clauses:
            yield (*here, "left_open_by"), "name the clause that leaves it open, among its clauses"
        if parameter.owner_role not in pack.roles:
            yield (*here, "owner_role"), f"no role {parameter.owner_role}"


def _validity(here: Where, values: tuple[DatedValue, ...]) -> Iterator[Wrong]:
    for place, dated in enumerate(values):
        at = (*here, "values", place)
        if dated.until is not None and dated.until < dated.effective_on:
            yield (*at, "until"), "ends before it begins"
        if place == 0:
            continue
        before = values[place - 1]
        if dated.effective_on <= (before.until or before.effective_on):
            yield (*at, "effective_on"), f"overlaps the value before it, in force on {dated.effective_on}"
        elif before.until is not None and dated.effective_on > before.until + timedelta(days=1):
            yield (*at, "effective_on"), f"leaves a gap after {before.until}"


def _constraints(pack: Pack) -> Iterator[Wrong]:
    for key, constraint in pack.constraints.items():
        here: Where = ("constraints", key)
        yield from _missing((*here, "parameters"), constraint.parameters, pack.parameters, "parameter")
        if (constraint.kind == "sum") != (constraint.equals is not None):
            yield here, "a sum says what it equals; nothing else does"
        members = [pack.parameters[name] for name in constraint.parameters if name in pack.parameters]
        # Values change only on first days, so those are the only days to look at.
        for day in sorted({dated.effective_on for member in members for dated in member.values}):
            broken = breach(constraint, [_in_force(member, day) for member in members])
            if broken:
                yield here, f"{broken} on {day}"


def _in_force(parameter: Parameter, on: date) -> int | None:
    held = [
        dated.value
        for dated in parameter.values
        if dated.effective_on <= on and (dated.until is None or on <= dated.until)
    ]
    return held[-1] if held and isinstance(held[-1], int) else None


def breach(constraint: Constraint, values: list[int | None]) -> str | None:
    """How integer values break the constraint; a value that is not set yet breaks only what it can no longer mend."""
    known = [value for value in values if value is not None]
    if constraint.kind == "ascending":
        pairs = pairwise(known)
        return next((f"the cap {high} is below its floor {low}" for low, high in pairs if high < low), None)
    total, equals = sum(known), constraint.equals or 0
    if total > equals or (len(known) == len(values) and total != equals):
        return f"they sum to {total}, not {equals}"
    return None


def _programmes(pack: Pack) -> Iterator[Wrong]:
    for key, programme in pack.programmes.items():
        here: Where = ("programmes", key)
        yield from _missing((*here, "role"), (programme.role,), pack.roles, "role")
        yield from _missing((*here, "needs"), programme.needs, pack.parameters, "parameter")
        fund = pack.programmes.get(programme.paid_from or "")
        if programme.paid_from and (fund is None or fund.terms.kind != "envelope"):
            yield (*here, "paid_from"), f"no envelope {programme.paid_from}"
        tests = [test.model_dump(mode="json") for test in programme.conditions]
        for name, reference in _references([programme.terms.model_dump(mode="json"), tests]):
            at = (*here, "terms", name)
            if reference not in pack.parameters:
                yield at, f"no parameter {reference}"
            elif pack.parameters[reference].unit not in TERM_UNITS[name]:
                yield at, f"{reference} has unit {pack.parameters[reference].unit}"
            elif name in COMPARED and pack.parameters[reference].operator not in COMPARABLE:
                yield at, f"nothing is compared by the operator {pack.parameters[reference].operator} of {reference}"
        if isinstance(programme.terms, RecognitionTerms):
            yield from _decision((*here, "terms", "decision"), programme.terms, pack)
        for part in parts_of((*programme.conditions, *tests_of(programme.terms))):
            yield from _criterion((*here, "terms"), part, pack)


def _decision(here: Where, terms: RecognitionTerms, pack: Pack) -> Iterator[Wrong]:
    if bool(CITYS_OWN & set(terms.levels)) == (terms.decision is not None):
        yield here, "levels above the city's own name the facts of their decision; the city's own have none"
    if terms.decision is None:
        return
    for name, wanted in ((terms.decision.number, "code"), (terms.decision.day, "date")):
        if name not in pack.facts or pack.facts[name].type != wanted:
            yield here, f"{name} is no fact of type {wanted}"
        elif name not in set(tested_facts(tests_of(terms))):
            yield here, f"no criterion asks for {name}"


def tests_of(terms: Terms) -> tuple[Test, ...]:
    """The criteria on facts among a programme's terms."""
    match terms:
        case RecognitionTerms() | StandardTerms():
            return terms.criteria
        case TaxInformationTerms():
            return terms.conditions
        case PriorityTerms():
            return (terms.condition,)
        case _:
            return ()


def tested_facts(tests: Iterable[Test]) -> Iterator[str]:
    """The facts that criteria test."""
    return (part.fact for part in parts_of(tests))


def parts_of(tests: Iterable[Test]) -> Iterator[Criterion]:
    """Every criterion, those that are joined one by one."""
    for test in tests:
        yield from test.of if isinstance(test, Alternatives) else (test,)


def _criterion(here: Where, part: Criterion, pack: Pack) -> Iterator[Wrong]:
    """Whether the fact can be judged so: in one way, which its type allows."""
    fact = pack.facts.get(part.fact)
    if fact is None:
        yield here, f"no fact {part.fact}"
        return
    ways = list(_ways_tested(part, pack))
    if len(ways) > 1:
        yield here, f"{part.fact} is tested in more than one way"
    elif ways and fact.type not in ways[0]:
        yield here, f"{part.fact} is of type {fact.type}, and is tested as {' or '.join(ways[0])}"


def _ways_tested(part: Criterion, pack: Pack) -> Iterator[tuple[str, ...]]:
    """The types of fact that fit each way in which a criterion tests."""
    if part.parameter is not None:
        parameter = pack.parameters.get(part.parameter)
        yield ("code",) if parameter is not None and parameter.unit == "choices" else ("count", "fen")
    if part.equals is not None:
        yield ("flag",) if isinstance(part.equals, bool) else ("code", "date")
    if part.one_of:
        yield ("code",)


def _references(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in TERM_UNITS and isinstance(value, str):
                yield name, value
            elif name in TERM_UNITS and isinstance(value, list) and all(isinstance(part, str) for part in value):
                yield from ((name, part) for part in value)
            else:
                yield from _references(value)


def _items_targets_and_duties(pack: Pack) -> Iterator[Wrong]:
    for key, item in pack.items.items():
        here: Where = ("items", key)
        yield from _missing((*here, "role"), (item.role,), pack.roles, "role")
        if item.programme is not None:
            yield from _missing((*here, "programme"), (item.programme,), pack.programmes, "programme")
        wanted = [item.documents, item.correction_working_days, item.promised_working_days]
        wanted += [key for key in (item.minor_documents, item.rating_days) if key]
        yield from _missing(here, wanted, pack.parameters, "parameter")
        yield from _minor_documents(here, item, pack)
    recognitions = {one for one, found in pack.programmes.items() if isinstance(found.terms, RecognitionTerms)}
    for key, target in pack.targets.items():
        yield from _missing(("targets", key, "parameters"), target.parameters, pack.parameters, "parameter")
        under = (target.recognised_under,) if target.recognised_under else ()
        yield from _missing(("targets", key, "recognised_under"), under, recognitions, "recognition")
    for key, duty in pack.duties.items():
        named = [name for name in (duty.period, duty.deadline, *duty.parameters) if name]
        yield from _missing(("duties", key), named, pack.parameters, "parameter")
        yield from _missing(("duties", key, "role"), (duty.role,), pack.roles, "role")


def _minor_documents(here: Where, item: Item, pack: Pack) -> Iterator[Wrong]:
    """What may follow later is among what is asked for."""
    asked, minor = (pack.parameters.get(key or "") for key in (item.documents, item.minor_documents))
    if asked is None or minor is None:
        return
    strange = {choice.id for choice in minor.choices} - {choice.id for choice in asked.choices}
    if minor.unit != "choices" or strange:
        yield (*here, "minor_documents"), f"a list of documents of {asked.id} is expected"


def _bundles(pack: Pack) -> Iterator[Wrong]:
    for key, bundle in pack.bundles.items():
        here: Where = ("bundles", key, "items")
        yield from _missing(here, bundle.items, pack.items, "item")
        if len(set(bundle.items)) < len(bundle.items):
            yield here, "an item stands in it twice"
        audiences = [set(pack.items[name].audience) for name in bundle.items if name in pack.items]
        if audiences and not set.intersection(*audiences):
            yield here, "no applicant may apply for all of its items"


def _around_payments(pack: Pack) -> Iterator[Wrong]:
    for section, terms in (("paying", pack.paying), ("spending", pack.spending)):
        for key, unit in terms.parameters() if terms else ():
            parameter = pack.parameters.get(key)
            if parameter is None or parameter.unit != unit:
                yield (section,), f"no parameter {key} in {unit}"
    if pack.spending:
        named = (*pack.spending.programmes, pack.spending.check)
        yield from _missing(("spending", "programmes"), named, pack.programmes, "programme")
        yield from _missing(("spending", "fact"), (pack.spending.fact,), pack.facts, "fact")
        yield from _missing(("spending", "clauses"), pack.spending.clauses, pack.clauses, "clause")
    for key, programme in pack.programmes.items():
        library = programme.terms.library if isinstance(programme.terms, LossShareTerms) else None
        if library:
            standards = {one for one, found in pack.programmes.items() if isinstance(found.terms, StandardTerms)}
            yield from _missing(("programmes", key, "library"), (library.standard,), standards, "standard")
            yield from _missing(("programmes", key, "library"), (library.outside,), pack.parameters, "parameter")
