"""A scan: every live programme of a city asked about an organisation, and what is to be said of each. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from contracts.registry import CarrierFacts, LevelFact
from gateway.window.eligibility.held import (
    LEVEL_FACTS,
    Facts,
    Held,
    Known,
    Source,
    Subject,
    designation_of,
    facts_of,
    owner_of,
)
from kernel.findings import Finding, findings
from policy.checks import tested_facts, tests_of
from policy.engine import decide, fits, known_facts
from policy.kinds import APPLIED_FOR
from policy.nearness import MISSING, Changes, nearest
from policy.rules.matter import Fact, Ruling
from policy.schema import Pack, Programme
from policy.snapshots import Acceptance, Snapshot
from policy.terms import AwardTerms, RecognitionTerms

Status = Literal["eligible", "nearly", "undetermined", "not_eligible", "not_open"]
# What an organisation can meet, by rule kind. Not among them: claims of banks and investors, each about one loan or one
# investment; what is done with a voucher once it is issued; funds and budgets, which are the administration's own.
ACTS: Mapping[str, str] = {
    "recognition_criteria": "recognise",
    "once_only_award": "award",
    **APPLIED_FOR,
    "contest_result": "support",
    "priority": "give_priority",
    "tax_information": "inform",
    "standard": "check",
    "voucher_quota": "issue",
}
ACTIVE = "active"
NO_CARRIER: tuple[CarrierFacts | None, ...] = (None,)
NO_LEVEL: tuple[LevelFact | None, ...] = (None,)
BY_OUTCOME: Mapping[str, Status] = {
    "eligible": "eligible",
    "not_eligible": "not_eligible",
    "undetermined": "undetermined",
    "refused_open": "not_open",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact nobody has said. `owner` is the service that alone may say it and does not answer."""

    name: str
    fact: Fact
    choices: tuple[str, ...]
    owner: Source | None


@dataclass(frozen=True, slots=True)
class Result:
    """What one programme says of one subject. `facts` are those it was told, with who said each."""

    programme: Programme
    act: str
    subject: Subject
    status: Status
    ruling: Ruling
    reasons: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    facts: Facts
    changes: Changes = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A programme and what every question about it has in common."""

    snapshot: Snapshot
    programme: Programme
    act: str
    known: Mapping[str, Fact]
    held: Held
    at: Acceptance

    def nearest(self, ruling: Ruling, facts: Mapping[str, Any]) -> Changes:
        """The least changes that would do; none where it is no refusal, or no change of facts would help."""
        programme, act = self.programme.id, self.act
        return nearest(self.snapshot, ruling, programme=programme, act=act, facts=facts, accepted=self.at) or ()


def scanned(pack: Pack) -> Iterator[tuple[Programme, str]]:
    """The programmes an organisation can meet, each with its act."""
    return ((entry, ACTS[entry.terms.kind]) for entry in pack.programmes.values() if entry.terms.kind in ACTS)


def unfit_facts(pack: Pack, stated: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each stated fact no programme asks for, or none reads so: (name, `unknown` or the type it should have)."""
    known: dict[str, list[Fact]] = {}
    for programme, act in scanned(pack):
        for name, fact in known_facts(pack, programme, act).items():
            known.setdefault(name, []).append(fact)
    for name, value in stated.items():
        if name not in known:
            yield name, "unknown"
        elif not any(fits(fact, value) for fact in known[name]):
            yield name, known[name][0].type


def scan(
    snapshot: Snapshot, held: Held, stated: Mapping[str, Any], *, carriers: Sequence[CarrierFacts], at: Acceptance
) -> Iterator[Result]:
    """Ask every programme about the organisation and, where it is about carriers, about each of these."""
    of_carriers = carrier_facts(snapshot.pack)
    for programme, act in scanned(snapshot.pack):
        asked = Asked(snapshot, programme, act, known_facts(snapshot.pack, programme, act), held, at)
        for subject in subjects_of(programme, carriers, of_carriers):
            yield _result(asked, subject, _told(asked, subject, stated))


def carrier_facts(pack: Pack) -> frozenset[str]:
    """The pack's facts that are about carriers: those its recognitions test, and what one is and is recognised as."""
    recognitions = (entry.terms for entry in pack.programmes.values() if isinstance(entry.terms, RecognitionTerms))
    tested = (fact for terms in recognitions for fact in tested_facts(terms.criteria))
    return frozenset((*tested, "carrier_kind", *LEVEL_FACTS))


def subjects_of(
    programme: Programme, carriers: Sequence[CarrierFacts], of_carriers: frozenset[str]
) -> Iterator[Subject]:
    """Whom a programme is asked about. Where there is no carrier yet, the applicant may state what it would be."""
    terms = programme.terms
    if isinstance(terms, RecognitionTerms):
        levels = [LevelFact(level=level, is_key=terms.designation == "key") for level in terms.levels]
        yield from (Subject(carrier, level) for carrier in carriers or NO_CARRIER for level in levels)
    elif isinstance(terms, AwardTerms):
        yield from (Subject(carrier, level) for carrier in carriers for level in carrier.levels or NO_LEVEL)
        if not carriers:
            yield Subject()
    elif carriers and is_about_carriers(programme, of_carriers):
        yield from (Subject(carrier) for carrier in carriers)
    else:
        yield Subject()


def is_about_carriers(programme: Programme, of_carriers: frozenset[str]) -> bool:
    """Whether its criteria test what a carrier is, or the operator of a carrier is paid."""
    tested = frozenset(tested_facts((*programme.conditions, *tests_of(programme.terms))))
    return bool(tested & of_carriers) or getattr(programme.terms, "payee", None) == "carrier_operator"


def _told(asked: Asked, subject: Subject, stated: Mapping[str, Any]) -> Facts:
    """What the services hold and then, never in the place of a service that does not answer, what is stated."""
    known = asked.known
    found = facts_of(asked.programme, subject, asked.held, on=asked.at.on)
    told = {name: fact for name, fact in found.items() if name in known and fits(known[name], fact.value)}
    for name, value in stated.items():
        if name in told:
            if told[name].value != value and not _is_asked_for(asked.programme, name):
                told[name] = replace(told[name], overruled=value)
        elif name in known and fits(known[name], value) and owner_of(asked.programme, name) not in asked.held.away:
            told[name] = Known(value, "stated")
    return told


def _is_asked_for(programme: Programme, fact: str) -> bool:
    """A recognition is asked for at each of its levels in turn: none of them contradicts the applicant."""
    return fact == "level" and isinstance(programme.terms, RecognitionTerms)


def _result(asked: Asked, subject: Subject, told: Facts) -> Result:
    facts = {name: fact.value for name, fact in told.items()}
    ruling = decide(asked.snapshot, programme=asked.programme.id, act=asked.act, facts=facts, accepted=asked.at)
    own = standing_findings(asked.programme, subject, organisation_status=asked.held.organisation.status)
    status, changes = BY_OUTCOME[ruling.outcome], asked.nearest(ruling, facts)
    if own and status != "not_open":
        status, changes = "not_eligible", ()
    elif changes:
        status = "nearly"
    against = (finding for finding in ruling.findings if finding.code != MISSING)
    # Beside an end, or a level held already, no further fact would help.
    missing = () if own else tuple(_missing(asked, ruling))
    reasons = (*own, *against)
    return Result(asked.programme, asked.act, subject, status, ruling, reasons, missing, told, changes)


def _missing(asked: Asked, ruling: Ruling) -> Iterator[Missing]:
    for name in (finding.facts["fact"] for finding in ruling.findings if finding.code == MISSING):
        owner = owner_of(asked.programme, name)
        away = owner if owner in asked.held.away else None
        yield Missing(name, asked.known[name], values_of(asked.snapshot.pack, asked.programme, name), away)


def choices_of(programme: Programme, fact: str) -> tuple[str, ...]:
    """The values of a code fact that the programme has something for; none where it names none."""
    listed, part = CHOICES.get(fact, ("", ""))
    found = getattr(programme.terms, listed, ()) if listed else ()
    entries = (found,) if isinstance(found, str) else found
    return tuple(str(getattr(entry, part, entry)) for entry in entries)


def values_of(pack: Pack, programme: Programme, fact: str) -> tuple[str, ...]:
    """Those, or where the terms leave them to a list, all that can stand on it."""
    key = getattr(programme.terms, LISTS.get(fact, ""), None)
    listed = tuple(choice.id for choice in pack.parameters[key].choices) if key else ()
    return choices_of(programme, fact) or listed


# Where terms name the parameter that lists the values of a fact.
LISTS: Mapping[str, str] = {"holder_kind": "holder_kinds"}
# Where terms name the values of a fact: the member that lists them, and the part of each entry that is the value.
CHOICES: Mapping[str, tuple[str, str]] = {
    "head": ("heads", "head"),
    "grade": ("grades", "grade"),
    "carrier_kind": ("carrier_kinds", ""),
    "level": ("levels", "level"),
    "contest_level": ("levels", "level"),
    "upper_level": ("levels", "level"),
    "designation": ("designation", ""),
}


def standing_findings(programme: Programme, subject: Subject, *, organisation_status: str) -> list[Finding]:
    """What the registry has against it that no rule asks for: an end, a level held already, a case under way."""
    clauses, level, carrier = programme.clauses, subject.level, subject.carrier
    is_recognition, is_award = (isinstance(programme.terms, kind) for kind in (RecognitionTerms, AwardTerms))
    facts = {"level": level.level, "designation": designation_of(level)} if level else {}
    asks_again = is_recognition and carrier is not None and level in carrier.levels
    under_way = is_recognition and carrier is not None and level in carrier.pending
    return findings(
        (organisation_status != ACTIVE, Finding("organisation_ended", clauses, *STANDING["organisation_ended"])),
        (asks_again, Finding("already_recognised", clauses, *STANDING["already_recognised"], facts)),
        (under_way, Finding("recognition_pending", clauses, *STANDING["recognition_pending"], facts)),
        (
            is_award and carrier is not None and level is None,
            Finding("not_recognised", clauses, *STANDING["not_recognised"]),
        ),
    )


STANDING: Mapping[str, tuple[str, str]] = {
    "organisation_ended": ("该单位已注销。", "The organisation no longer exists in law."),
    "already_recognised": ("该载体已获该级别认定。", "The carrier holds this level already."),
    "recognition_pending": ("该载体的同级认定正在办理。", "Another case asks for the same level."),
    "not_recognised": ("该载体尚未获得认定。", "The carrier holds no level yet."),
}
