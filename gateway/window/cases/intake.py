"""What an application meets at the window: the same checks before handing in, at handing in and at acceptance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.registry import OrganisationReply
from gateway.window.cases.rules import FormError, documents_missing, form_errors
from gateway.window.catalogue.queries import door_of
from gateway.window.catalogue.rules import documents_of, fields_of, is_taken_here, parameters_of
from gateway.window.consents.rules import ACTIVE, organisation_ended
from gateway.window.feed.rules import actor_kind
from kernel import context
from kernel.auth import Caller
from kernel.findings import Finding, findings
from kernel.messages import message_of
from kernel.problems import Invalid
from policy.schema import Item, Pack
from policy.snapshots import Acceptance, Snapshot, open_findings


class ApplicationInvalid(Invalid):
    code, title_zh, title_en = "application_invalid", "申请未通过校验", "The application is not valid"


@dataclass(frozen=True, slots=True)
class Application:
    """An application as it is handed in. `documents` are {kind, reference, sha256}."""

    item: str
    applicant_id: UUID
    form: Mapping[str, Any]
    documents: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Assessment:
    """`errors` and `reasons` keep it out; `missing` is for the correction notice, `open` for the operator."""

    errors: list[FormError]
    reasons: list[Finding]
    missing: list[Finding]
    open: list[Finding]

    @property
    def may_be_handed_in(self) -> bool:
        return not self.errors and not self.reasons


def assess(
    snapshot: Snapshot,
    application: Application,
    *,
    applicant: OrganisationReply | None,
    caller: Caller,
    at: Acceptance,
) -> Assessment:
    """Everything that can be said about an application, at once."""
    reasons = applicant_findings(applicant, caller)
    item = snapshot.pack.items.get(application.item)
    if item is None:
        return Assessment([_no_such_item(snapshot.pack)], reasons, [], [])
    if not is_taken_here(snapshot.pack, item):
        reasons.append(_elsewhere(snapshot.pack, item))
    return Assessment(
        errors=form_errors(application.form, fields_of(snapshot.pack, item)),
        reasons=reasons,
        missing=missing_documents(snapshot, item, application.documents, at=at),
        open=open_findings(snapshot, parameters_of(snapshot.pack, item), accepted=at),
    )


def must_be_takeable(assessment: Assessment) -> None:
    """Raise ApplicationInvalid with every error and reason."""
    if not assessment.may_be_handed_in:
        raise ApplicationInvalid(errors=told(assessment.errors), reasons=assessment.reasons)


def check_form(snapshot: Snapshot, item: Item, form: Mapping[str, Any]) -> None:
    """Raise ApplicationInvalid with every error of the form."""
    errors = form_errors(form, fields_of(snapshot.pack, item))
    if errors:
        raise ApplicationInvalid(errors=told(errors))


def told(errors: Iterable[FormError]) -> list[dict[str, str]]:
    """Form errors as members of a problem document, in the caller's language."""
    language = context.current().language
    return [
        {
            "pointer": error.pointer,
            "code": error.code,
            "message": message_of(error.code, language, error.bounds),
        }
        for error in errors
    ]


def missing_documents(
    snapshot: Snapshot, item: Item, documents: Sequence[Mapping[str, Any]], *, at: Acceptance
) -> list[Finding]:
    """One reason per document the item asks for and the application lacks; none while the list is open."""
    asked = documents_of(snapshot, item, accepted=at)
    clauses = snapshot.pack.parameters[item.documents].clauses
    return documents_missing(asked, [entry["kind"] for entry in documents], clauses)


def _no_such_item(pack: Pack) -> FormError:
    """The choices are the items that are handed in here."""
    taken = (item.id for item in pack.items.values() if is_taken_here(pack, item))
    return FormError("/item", "literal_error", {"expected": ", ".join(taken)})


def applicant_findings(applicant: OrganisationReply | None, caller: Caller) -> list[Finding]:
    """Why nothing can be handed in for it: another city's, another portal's, or no longer there in law."""
    if applicant is not None and applicant.city_code == caller.city and _may_act_for(caller, applicant):
        return findings((applicant.status != ACTIVE, organisation_ended()))
    zh = "本市未登记该申请单位,或该单位不由您代办。"
    en = "The applicant is not registered in this city, or not one you act for."
    return [Finding("applicant_unknown", (), zh, en, {})]


def _may_act_for(caller: Caller, applicant: OrganisationReply) -> bool:
    """Staff at the counter for anyone; a client for its own organisation and for those it registered."""
    own = caller.organisation_id == str(applicant.id)
    return own or "officer" in caller.roles or applicant.registered_by == caller.subject


def entrusted_to(applicant: OrganisationReply, caller: Caller) -> str | None:
    """The client that acts for the applicant in a case an officer enters; None where who enters it acts itself."""
    client = applicant.registered_by
    return client if client and "officer" in caller.roles and actor_kind(client) == "partner" else None


def _elsewhere(pack: Pack, item: Item) -> Finding:
    door = door_of(pack, item)
    zh = f"“{item.zh}”不由窗口收件," + (f"请向 {door} 提出。" if door else "目前没有网上申请入口。")
    en = f"“{item.en}” is not handed in here, " + (f"but at {door}." if door else "and has no door of its own yet.")
    return Finding("item_taken_elsewhere", item.clauses, zh, en, {"service": item.service, "apply_at": door})
