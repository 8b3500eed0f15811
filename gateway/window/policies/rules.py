"""Judging a change of parameters, and turning it into settings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from kernel.findings import Finding
from policy.indicators import as_value
from policy.proposals import Proposal, proposal_findings
from policy.schema import Value
from policy.snapshots import Acceptance, Setting, Snapshot


def plain(value: Any) -> Value:
    """A value from JSON, as a pack has it."""
    plain_value: Value = as_value(value)
    return plain_value


def proposals_of(values: Sequence[Mapping[str, Any]], *, on: date) -> list[Proposal]:
    """The proposals of a change; without a first day of validity of their own they begin `on`."""
    return [
        Proposal(
            parameter=entry["parameter"],
            value=plain(entry["value"]),
            effective_on=date.fromisoformat(entry["effective_on"]) if entry["effective_on"] else on,
            applies_to_pending=entry["applies_to_pending"],
        )
        for entry in values
    ]


def change_findings(snapshot: Snapshot, values: Sequence[Mapping[str, Any]], *, now: Acceptance) -> list[Finding]:
    """Every reason why the values may not be set together; the approval asks again, of the policy as it then stands."""
    found = list(_twice(values))
    return found + proposal_findings(snapshot, proposals_of(values, on=now.on), now=now)


def _twice(values: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    names = [entry["parameter"] for entry in values]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            zh, en = "同一参数在一次调整中出现多次。", "The same parameter stands in one change more than once."
            yield Finding("parameter_twice", (), zh, en, {"parameter": name})


def settings_of(
    values: Sequence[Mapping[str, Any]],
    *,
    on: date,
    recorded_at: datetime,
    reason: str,
    precedent: str | None,
    set_by: str,
    approved_by: str,
) -> list[Setting]:
    """What an approved change adds to the city's policy, known from `recorded_at` on."""
    precedents = [entry["precedent"] or precedent for entry in values]
    return [
        Setting(
            **proposal.model_dump(),
            recorded_at=recorded_at,
            reason=reason,
            precedent=cited,
            set_by=set_by,
            approved_by=approved_by,
        )
        for proposal, cited in zip(proposals_of(values, on=on), precedents, strict=True)
    ]
