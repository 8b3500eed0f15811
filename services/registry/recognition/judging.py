"""Puts a recognition's facts to its programme: at the review, and again when it is renewed or its premises change."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.messages import errors_of
from kernel.problems import Invalid
from policy.determinations import Determination
from policy.engine import known_facts
from policy.snapshots import Acceptance, Snapshot
from policy.store import decide_and_keep
from services.registry.carriers.models import Carrier
from services.registry.carriers.rules import unfit_facts
from services.registry.recognition.forms import Subject
from services.registry.recognition.models import Recognition
from services.registry.recognition.rules import evidence_facts, premises_facts


def facts_of(row: Recognition, carrier: Carrier, verified: Mapping[str, Any], subject: Subject) -> list[dict[str, Any]]:
    """Each fact the criteria ask for, with its source."""
    return evidence_facts(
        registered={**carrier.facts, **premises_facts(carrier.premises), "carrier_kind": carrier.kind.value},
        stated={name: value for name, value in row.form.items() if value is not None and name in subject.asked},
        verified=verified,
        asked=subject.asked | {"carrier_kind"},
    )


def space_lost(evidence: Mapping[str, Any], carrier: Carrier) -> dict[str, int]:
    """Area and seats of which the register has less today than at the review; what it has no longer counts as gone."""
    decided = {fact["fact"]: fact["value"] for fact in evidence.get("facts", [])}
    registered: dict[str, int] = evidence.get("registered", {})
    now = dict.fromkeys(registered, 0) | premises_facts(carrier.premises)
    before = decided | registered
    return {name: now[name] for name in now.keys() & decided.keys() if now[name] < before[name]}


def with_space(facts: Sequence[Mapping[str, Any]], space: Mapping[str, int]) -> list[dict[str, Any]]:
    """The facts decided on, with area and seats as the register has them now."""
    newer = {name: {"fact": name, "value": value, "source": "registry"} for name, value in space.items()}
    return [newer.get(fact["fact"], dict(fact)) for fact in facts]


def must_fit(facts: Mapping[str, Any], subject: Subject) -> None:
    """Raises Invalid for a fact the programme does not ask for or reads otherwise."""
    known = known_facts(subject.pack, subject.programme, subject.act)
    asked = {name: known[name] for name in subject.asked}
    unfit = {f"/facts/{name}": f"fact_{wanted}" for name, wanted in unfit_facts(facts, asked)}
    if unfit:
        raise Invalid(errors=errors_of(unfit))


async def judge(
    session: AsyncSession,
    snapshot: Snapshot,
    row: Recognition,
    subject: Subject,
    facts: list[dict[str, Any]],
    *,
    accepted: Acceptance,
    case_id: UUID | None = None,
) -> Determination:
    """The stored determination, whatever its outcome."""
    assert row.level is not None  # noqa: S101 - what was refused at intake is not reviewed
    return await decide_and_keep(
        session,
        snapshot,
        programme=subject.programme.id,
        act=subject.act,
        facts={fact["fact"]: fact["value"] for fact in facts} | {"level": row.level.value},
        accepted=accepted,
        references={"case": str(row.case_id), "recognition": str(row.id), "carrier": str(row.carrier_id)},
        case_id=case_id,
    )
