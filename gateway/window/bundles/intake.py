"""What a joint application meets at the window: each of its parts what a single application does, all told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.registry import OrganisationReply
from gateway.window.bundles.rules import (
    Questions,
    by_items,
    documents_of,
    form_of,
    in_bundle,
    merged,
    strays,
    told_once,
)
from gateway.window.cases.intake import Application, Assessment, applicant_findings, assess
from gateway.window.cases.rules import FormError
from gateway.window.catalogue.rules import documents_of as documents_asked
from gateway.window.catalogue.rules import fields_of
from kernel.auth import Caller
from policy.schema import Bundle, Item
from policy.snapshots import Acceptance, Snapshot


@dataclass(frozen=True, slots=True)
class JointApplication:
    """A bundle as it is handed in: `form` has the shared answers, `forms` by item those of each alone."""

    bundle: str
    applicant_id: UUID
    form: Mapping[str, Any]
    forms: Mapping[str, Mapping[str, Any]]
    documents: Sequence[Mapping[str, Any]]


def items_in(snapshot: Snapshot, bundle: Bundle) -> list[Item]:
    """The items of a bundle."""
    return [snapshot.pack.items[item] for item in bundle.items]


def questions_of(snapshot: Snapshot, bundle: Bundle) -> Questions:
    """What a bundle asks for, once and by item."""
    return merged({item.id: fields_of(snapshot.pack, item) for item in items_in(snapshot, bundle)})


def assess_parts(
    snapshot: Snapshot,
    joint: JointApplication,
    *,
    applicant: OrganisationReply | None,
    caller: Caller,
    at: Acceptance,
) -> tuple[list[Application], Assessment]:
    """One application for each item, and everything that can be said about any of them, each thing once."""
    bundle = snapshot.pack.bundles.get(joint.bundle)
    if bundle is None:
        strange = FormError("/bundle", "literal_error", {"expected": ", ".join(snapshot.pack.bundles)})
        return [], Assessment([strange], applicant_findings(applicant, caller), [], [])
    questions = questions_of(snapshot, bundle)
    parts = _parts(snapshot, bundle, questions, joint, at)
    found = {part.item: assess(snapshot, part, applicant=applicant, caller=caller, at=at) for part in parts}
    return parts, Assessment(
        errors=_errors(questions, joint, found),
        reasons=by_items({item: one.reasons for item, one in found.items()}),
        missing=by_items({item: one.missing for item, one in found.items()}),
        open=by_items({item: one.open for item, one in found.items()}),
    )


def _parts(
    snapshot: Snapshot, bundle: Bundle, questions: Questions, joint: JointApplication, at: Acceptance
) -> list[Application]:
    items = items_in(snapshot, bundle)
    asked = {item.id: documents_asked(snapshot, item, accepted=at).known for item in items}
    known = {item: {kind for kind, _, _ in kinds} for item, kinds in asked.items()}
    return [
        Application(
            item=item.id,
            applicant_id=joint.applicant_id,
            form=form_of(fields_of(snapshot.pack, item), questions, joint.form, joint.forms.get(item.id, {})),
            documents=documents_of(item.id, known, joint.documents),
        )
        for item in items
    ]


def _errors(questions: Questions, joint: JointApplication, found: Mapping[str, Assessment]) -> list[FormError]:
    of_parts = [in_bundle(item, error, questions) for item, one in found.items() for error in one.errors]
    return told_once([*of_parts, *strays(questions, joint.form, joint.forms)])
