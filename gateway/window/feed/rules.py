"""What of a fact partners may read: an allow-list, so that a new field is private until somebody says otherwise."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from kernel.ids import encode_id

# Field → prefix of the identifier on the public wire.
PUBLIC_IDS = {
    "case_id": "case",
    "claim_id": "clm",
    "loan_id": "loan",
    "recovery_id": "rcv",
    "entitlement_id": "ent",
    "payment_order_id": "pay",
    "recognition_id": "rec",
    "carrier_id": "car",
    "determination_id": "det",
    "voucher_id": "vch",
    "tranche_id": "trn",
    "redemption_id": "rdm",
    "contract_id": "ctr",
    "settlement_id": "stm",
    "event_id": "evt",
    "event_registration_id": "ern",
    "attendance_record_id": "atr",
    "report_id": "srp",
    "round_id": "sro",
    "organisation_id": "org",
    "applicant_id": "org",
}
PUBLIC_FIELDS = frozenset({
    "client_id", "number", "item", "service", "outcome", "case_outcome", "channel", "changed", "due_on", "accepted_on",
    "accepted_at", "amount_fen", "approved_fen", "returned_fen", "principal_fen", "face_fen", "lapsed_fen",
    "reserved_fen", "released_fen", "use_by", "claim_by", "end_reason",
    "settled_on", "lodged_on", "programme", "policy_year", "carrier_kind", "level", "is_key", "recognised_on",
    "certificate_number", "published_on", "closes_on", "provisional", "objections", "reason_codes", "version", "hash",
    "pack_id", "kind", "title", "starts_at", "ends_at", "sequence",
    "period_from", "period_until", "revision", "is_late", "working_days_left", "missed_in_a_row", "consequence",
    "clauses", "root", "entries", "on", "from_on", "until_on", "lifted_on", "total_fen",
    "documents", "seats", "standing", "offer_ends_at", "ended_as", "held_on", "persons", "organisations",
})  # fmt: skip
# Facts about nobody in particular: everybody who may read the city's feed reads them.
PUBLIC_TYPES = frozenset({"journal.rooted"})
ORGANISATION_FIELDS = (
    "organisation_id", "applicant_id", "bank_id", "provider_id", "holder_id", "manager_id", "investor_id",
)  # fmt: skip
ORGANISATION_LISTS = ("organisation_ids",)

ActorKind = Literal["staff", "partner", "system"]


def public_facts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an event's data that partners may read, with identifiers as they know them."""
    facts = {name: value for name, value in data.items() if name in PUBLIC_FIELDS and value is not None}
    for name, prefix in PUBLIC_IDS.items():
        identifier = uuid_of(data.get(name))
        if identifier is not None:
            facts[name] = encode_id(prefix, identifier)
    return facts


def concerned(data: Mapping[str, Any]) -> list[UUID]:
    """The organisations an event names."""
    return list(dict.fromkeys(_organisations(data)))


def _organisations(data: Mapping[str, Any]) -> Iterator[UUID]:
    named = [data.get(name) for name in ORGANISATION_FIELDS]
    listed = [value for name in ORGANISATION_LISTS for value in data.get(name) or ()]
    for value in named + listed:
        identifier = uuid_of(value)
        if identifier is not None:
            yield identifier


def uuid_of(value: Any) -> UUID | None:
    """The identifier in a field of an event; None for anything else."""
    try:
        return UUID(str(value)) if value is not None else None
    except ValueError:
        return None


def actor_kind(actor: str | None) -> ActorKind:
    """Who acted, without saying who: a person of the administration, a partner's client, or the software."""
    head, colon, _ = (actor or "timer").partition(":")
    if head == "person":
        return "staff"
    return "system" if colon or head == "timer" else "partner"


def day_of(value: Any) -> date | None:
    """The day in a field of an event; None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
