"""How near a refusal is: the least change of facts that would make the same question eligible.

Only a criterion names a fact, what it is and what it must be; a programme that refuses for anything else (a kind out of
its scope, an award taken before) is not near, however small the difference. Whatever is answered was decided again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice, product
from typing import Any

from kernel.findings import Finding
from policy.checks import tests_of
from policy.engine import decide, fits, known_facts
from policy.rules.matter import Fact, Ruling
from policy.schema import Programme
from policy.snapshots import Acceptance, Snapshot
from policy.terms import Criterion

NOT_MET, MISSING = "criterion_not_met", "fact_missing"
# From the number required to the least whole number that passes.
TO_PASS = {"≥": 0, ">": 1, "≤": 0, "<": -1, "=": 0}
# A pack may join any number of criteria; a refusal that takes longer to mend than this is not near.
TRIES_MAX = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that would have to be otherwise, and the clauses that ask for it."""

    fact: str
    zh: str
    en: str
    actual: Any
    needed: Any
    clauses: tuple[str, ...]

    @property
    def size(self) -> Fraction:
        """How great it is beside what there is; what is no number changes as a whole."""
        if not _is_number(self.actual) or not _is_number(self.needed):
            return Fraction(1)
        return Fraction(abs(self.needed - self.actual), max(1, abs(self.actual)))


Changes = tuple[Change, ...]


def nearest(
    snapshot: Snapshot, ruling: Ruling, *, programme: str, act: str, facts: Mapping[str, Any], accepted: Acceptance
) -> Changes | None:
    """The fewest changes, and among as many the smallest, that turn a refusal into `eligible`; None where none would.

    `ruling` is what `decide` said to these facts. Where one of several criteria is enough, one of them is changed.
    """
    if ruling.outcome != "not_eligible" or any(found.code not in (NOT_MET, MISSING) for found in ruling.findings):
        return None
    entry = snapshot.pack.programmes[programme]
    wanted = _wanted(ruling.findings, known_facts(snapshot.pack, entry, act))
    for way in islice(_ways(wanted, _unavoidable(entry, ruling.findings)), TRIES_MAX):
        changed = {**facts, **{change.fact: change.needed for change in way}}
        if decide(snapshot, programme=programme, act=act, facts=changed, accepted=accepted).outcome == "eligible":
            return way
    return None


def _wanted(findings: Iterable[Finding], known: Mapping[str, Fact]) -> dict[str, Changes]:
    """What each fact of an unmet criterion could become, by fact; a criterion may name several values."""
    wanted: dict[str, Changes] = {}
    for finding in findings:
        if finding.code == NOT_MET:
            fact = finding.facts["fact"]
            wanted[fact] = (*wanted.get(fact, ()), *_changes(finding, known[fact]))
    return wanted


def _changes(finding: Finding, fact: Fact) -> Iterator[Change]:
    said = finding.facts
    required = said["required"] if isinstance(said["required"], list) else [said["required"]]
    for value in required:
        needed = value + TO_PASS[said["operator"]] if _is_number(value) else value
        if fits(fact, needed):
            yield Change(said["fact"], fact.zh, fact.en, said["actual"], needed, finding.clauses)


def _unavoidable(programme: Programme, findings: Iterable[Finding]) -> frozenset[str]:
    """Facts that no way leaves as they are: a criterion on them that is not one of several is unmet."""
    tests = (*programme.conditions, *tests_of(programme.terms))
    alone = {(test.fact, test.parameter) for test in tests if isinstance(test, Criterion)}
    unmet = [found.facts for found in findings if found.code == NOT_MET]
    return frozenset(said["fact"] for said in unmet if (said["fact"], said.get("parameter")) in alone)


def _ways(wanted: Mapping[str, Changes], unavoidable: frozenset[str]) -> Iterator[Changes]:
    """Sets of changes, the fewest first, and of as many the smallest first."""
    optional = [fact for fact in wanted if fact not in unavoidable]
    for more in range(len(optional) + 1):
        chosen = (sorted([*unavoidable, *extra]) for extra in combinations(optional, more))
        ways = (way for facts in chosen for way in product(*(wanted[fact] for fact in facts)))
        yield from sorted(islice(ways, TRIES_MAX), key=_by_size)


def _by_size(way: Changes) -> tuple[Fraction, list[str]]:
    """Ties go by name, so that the same question always has the same answer."""
    return sum((change.size for change in way), Fraction(0)), [change.fact for change in way]


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
