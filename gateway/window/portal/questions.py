"""A programme's questions as a form people fill in, and what the policy answers. Pure: nothing is looked up or kept."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.window.eligibility.rules import ACTS, values_of
from gateway.window.portal.words import OTHER
from kernel.money import FEN_MAX, FEN_PER_YUAN
from policy.checks import parts_of, tests_of
from policy.engine import decide, fits, known_facts
from policy.nearness import MISSING, Changes, nearest
from policy.rules.matter import Fact, Ruling
from policy.rules.recurring import NOBODY
from policy.schema import Item, Pack, Programme
from policy.snapshots import Acceptance, Snapshot

# What a person can say in one field; awards taken before and shares of a loss are told by the services that know them.
ASKED = frozenset({"count", "fen", "flag", "code", "date"})
_YUAN = re.compile(r"[0-9]{1,14}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Question:
    """One field. `given` is what was typed, so that the form comes back as it was; `unfit`: it is no answer."""

    name: str
    fact: Fact
    choices: tuple[str, ...]
    given: str
    unfit: bool


@dataclass(frozen=True, slots=True)
class Check:
    """The questions so far and the ruling on the answers. `untold`: facts that only a service can say."""

    programme: Programme
    questions: tuple[Question, ...]
    ruling: Ruling
    changes: Changes
    untold: tuple[Fact, ...]

    @property
    def answered(self) -> bool:
        """Whether anything has been said yet."""
        return any(question.given for question in self.questions)


def check(snapshot: Snapshot, item: Item, typed: Mapping[str, str], *, at: Acceptance) -> Check | None:
    """What the item's programme says to what was typed; None for an item without one people can ask about.

    Every further answer may raise a further question: those are asked that the rule has read or still misses.
    """
    found = programme_of(snapshot.pack, item)
    if found is None:
        return None
    programme, act = found
    known = known_facts(snapshot.pack, programme, act)
    facts = dict(_facts(known, typed))
    try:
        ruling = decide(snapshot, programme=programme.id, act=act, facts=facts, accepted=at)
    except ValueError:  # well formed and past reckoning: a day beyond the last year
        facts = {}
        ruling = decide(snapshot, programme=programme.id, act=act, facts=facts, accepted=at)
    changes = nearest(snapshot, ruling, programme=programme.id, act=act, facts=facts, accepted=at) or ()
    wanted = {name: known[name] for name in (*_asked(ruling), *(name for name in typed if name in known))}
    codes = codes_of(snapshot.pack, programme, known)
    questions = tuple(
        Question(name, fact, codes.get(name, ()), typed.get(name, ""), bool(typed.get(name)) and name not in facts)
        for name, fact in wanted.items()
        if fact.type in ASKED
    )
    untold = tuple(fact for fact in wanted.values() if fact.type not in ASKED)
    return Check(programme, questions, ruling, changes, untold)


def programme_of(pack: Pack, item: Item) -> tuple[Programme, str] | None:
    """The programme an item leads to and the act an applicant asks for; None where people cannot ask."""
    programme = pack.programmes.get(item.programme or "")
    act = ACTS.get(programme.terms.kind) if programme else None
    return (programme, act) if programme and act and item.act in (None, act) else None


def codes_of(pack: Pack, programme: Programme, known: Mapping[str, Fact]) -> dict[str, tuple[str, ...]]:
    """What a code may be: what the programme's terms name, else all that any criterion of the city tells apart."""
    told_apart: dict[str, dict[str, None]] = {}
    for entry in pack.programmes.values():
        for part in parts_of((*entry.conditions, *tests_of(entry.terms))):
            named = (part.equals,) if isinstance(part.equals, str) else part.one_of
            named += tuple(choice.id for choice in pack.parameters[part.parameter].choices) if part.parameter else ()
            told_apart.setdefault(part.fact, {}).update(dict.fromkeys(named))
    payee = getattr(programme.terms, "payee", None)
    if payee:
        told_apart["cost_subsidised_to"] = dict.fromkeys((NOBODY, payee))
    found = {
        name: values_of(pack, programme, name) or tuple(told_apart.get(name, ()))
        for name, fact in known.items()
        if fact.type == "code"
    }
    return {name: (*(code for code in codes if code != OTHER), OTHER) for name, codes in found.items() if codes}


def _asked(ruling: Ruling) -> Iterator[str]:
    yield from (step.name for step in ruling.trace if step.step == "fact")
    yield from (finding.facts["fact"] for finding in ruling.findings if finding.code == MISSING)


def _facts(known: Mapping[str, Fact], typed: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """What was typed, where it is an answer."""
    for name, text in typed.items():
        if name in known and text.strip():
            read = _READERS.get(known[name].type)
            value = read(text.strip()) if read else None
            if value is not None and fits(known[name], value):
                yield name, value


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(FEN_MAX)) else None


def _fen(text: str) -> int | None:
    """Yuan as people write them, with or without grouping: `300,000.50`."""
    plain = text.replace(",", "").replace("，", "")
    return int(Decimal(plain) * FEN_PER_YUAN) if _YUAN.fullmatch(plain) else None


_READERS: Mapping[str, Callable[[str], Any]] = {
    "count": _whole,
    "fen": _fen,
    "flag": {"yes": True, "no": False}.get,
    "code": str,
    "date": str,
}
