"""What an edition changes, which settings it drops, and what stands against proposing or approving it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.window.catalogue.rules import is_taken_here
from kernel.findings import Finding, findings
from policy.determinations import finding_document
from policy.schema import Pack
from policy.snapshots import Acceptance, Edition, Snapshot, inconsistent, no_longer_counts

SECTIONS = (
    "documents", "clauses", "roles", "facts", "parameters", "constraints", "targets", "programmes", "items", "bundles",
    "duties",
)  # fmt: skip


def first_day(effective_on: date, now: Acceptance) -> Acceptance:
    """A case accepted on the edition's first day, under what is known now."""
    return Acceptance(effective_on, now.at)


def draft_findings(snapshot: Snapshot, pack: Pack, effective_on: date, now: Acceptance) -> list[Finding]:
    """Why a pack that loads may not be proposed for this city and day."""
    before = snapshot.in_force(first_day(effective_on, now)).pack
    facts = {"expected": before.pack, "found": pack.pack}
    codes = {"expected": before.city.code, "found": pack.city.code}
    return findings(
        (
            pack.pack != before.pack,
            _finding("pack_differs", "政策包标识与本市现行的不同。", "It is another pack.", facts),
        ),
        (
            pack.city.code != before.city.code,
            _finding("pack_of_another_city", "政策包属于其他城市。", "The pack is another city's.", codes),
        ),
        (pack.hash == before.hash, _finding("edition_unchanged", "与当日有效的版本相同。", "Nothing is changed.", {})),
        *_bundles_not_taken(pack),
        *_backdated(effective_on, now),
    )


def _bundles_not_taken(pack: Pack) -> list[tuple[bool, Finding]]:
    """A bundle is handed in at the window, so each of its items has to be taken there."""
    zh, en = "一件事中有窗口不收件的事项。", "A bundle has items the window does not take."
    elsewhere = {
        key: [item for item in bundle.items if not is_taken_here(pack, pack.items[item])]
        for key, bundle in pack.bundles.items()
    }
    return [
        (bool(items), _finding("bundle_not_taken", zh, en, {"bundle": key, "items": items}))
        for key, items in elsewhere.items()
    ]


def approval_findings(
    *,
    effective_on: date,
    now: Acceptance,
    failing_cases: int,
    cases: int,
    is_assessed: bool,
    is_stale: bool,
) -> list[Finding]:
    """Everything that stands against an approval, at once."""
    stale = "影响报告已过时,须重新测算。", "The impact report is stale; weigh the edition again."
    failing_facts = {"failing": failing_cases}
    failing_texts = f"有 {failing_cases} 个用例未通过。", f"{failing_cases} of its cases fail."
    return findings(
        (not cases, _finding("edition_without_cases", "未附用例。", "It has no cases.", {})),
        (failing_cases > 0, _finding("cases_fail", *failing_texts, failing_facts)),
        (not is_assessed, _finding("report_missing", "影响报告尚未完成。", "The impact report is not complete.", {})),
        (is_assessed and is_stale, _finding("report_stale", *stale, {})),
        *_backdated(effective_on, now),
    )


def _backdated(effective_on: date, now: Acceptance) -> list[tuple[bool, Finding]]:
    zh, en = "首日不得早于今日。", "The first day cannot lie in the past."
    return [(effective_on < now.on, _finding("edition_backdated", zh, en, {"effective_on": effective_on.isoformat()}))]


def _finding(code: str, zh: str, en: str, facts: dict[str, Any]) -> Finding:
    return Finding(code, (), zh, en, facts)


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a pack that is `added`, `removed` or `changed`, and which of its members differ."""

    section: str
    id: str
    change: str
    members: tuple[str, ...] = ()


def changes_between(before: Pack, after: Pack) -> list[Change]:
    """Everything that differs, by section and id; what is not keyed by id stands under its section's own name."""
    found = [change for section in SECTIONS for change in _section_changes(section, before, after)]
    whole = [name for name in ("city", "coverage", "divisions") if getattr(before, name) != getattr(after, name)]
    return [*found, *(Change(name, name, "changed") for name in whole)]


def _section_changes(section: str, before: Pack, after: Pack) -> Iterator[Change]:
    old, new = getattr(before, section), getattr(after, section)
    for key in dict.fromkeys([*old, *new]):
        if key not in new:
            yield Change(section, key, "removed")
        elif key not in old:
            yield Change(section, key, "added")
        elif old[key] != new[key]:
            members = [
                name for name in type(old[key]).model_fields if getattr(old[key], name) != getattr(new[key], name)
            ]
            yield Change(section, key, "changed", tuple(members))


def lost_settings(snapshot: Snapshot, edition: Edition) -> list[dict[str, Any]]:
    """Values operators set that will not count from the first day on, each with why."""
    before = snapshot.in_force(Acceptance(edition.effective_on, edition.recorded_at)).pack
    return [
        {"parameter": entry.parameter, "value": entry.value, "effective_on": entry.effective_on.isoformat(), "why": why}
        for entry in snapshot.settings
        if no_longer_counts(before.parameters.get(entry.parameter), entry.value) is None
        for why in [no_longer_counts(edition.pack.parameters.get(entry.parameter), entry.value)]
        if why
    ]


def comparison(snapshot: Snapshot, edition: Edition) -> dict[str, Any]:
    """What the edition does to the policy it is read against, as plain JSON values."""
    accepted = Acceptance(edition.effective_on, edition.recorded_at)
    before, after = snapshot.in_force(accepted), snapshot.with_edition(edition).in_force(accepted)
    open_before = _open(before, accepted)
    broken = inconsistent(after, list(after.pack.parameters), accepted=accepted)
    return {
        "changes": [
            {"section": entry.section, "id": entry.id, "change": entry.change, "members": list(entry.members)}
            for entry in changes_between(before.pack, after.pack)
        ],
        "lost_settings": lost_settings(snapshot, edition),
        "newly_open": [key for key in _open(after, accepted) if key not in open_before],
        "conflicts": [finding_document(finding) for finding in broken],
    }


def _open(policy: Snapshot, accepted: Acceptance) -> list[str]:
    return [key for key in policy.pack.parameters if policy.value(key, accepted=accepted) is None]


def failing(case_results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cases that did not come out as expected."""
    return [result for result in case_results if result["failures"]]
