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
    "sub_fund_id": "sbf",
    "proposal_id": "gfp",
    "drawdown_id": "drw",
    "return_id": "gfr",
    "investment_id": "ivt",
    "duty_day_id": "duty",
}
# Where a field is of another kind: (first word of the type, field) → prefix.
PUBLIC_IDS_OF = {
    ("angel_claim", "claim_id"): "acl",
    ("angel_claim", "investment_id"): "ainv",
    ("angel_investment", "investment_id"): "ainv",
    ("angel_recovery", "claim_id"): "acl",
    ("angel_recovery", "recovery_id"): "arc",
    ("spending_report", "report_id"): "spr",
    ("progress_report", "report_id"): "rpt",
    ("sub_fund", "report_id"): "sfr",
    ("carrier", "round_id"): "evr",
    ("evaluation", "round_id"): "evr",
    ("competition", "round_id"): "jrd",
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


def public_facts(event_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an event's data that partners may read, with identifiers as they know them."""
    facts = {name: value for name, value in data.items() if name in PUBLIC_FIELDS and value is not None}
    for name in PUBLIC_IDS:
        identifier = uuid_of(data.get(name))
        if identifier is not None:
            facts[name] = encode_id(prefix_of(event_type, name), identifier)
    return facts


def prefix_of(event_type: str, field: str) -> str:
    """The prefix of a public identifier, which the routes for this kind of thing take."""
    return PUBLIC_IDS_OF.get((event_type.partition(".")[0], field)) or PUBLIC_IDS[field]


def facts_kept(event_type: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an entry. One that was kept while prefixes went by field alone is put right: its letters stand."""
    return {
        name: f"{prefix_of(event_type, name)}_{value.split('_')[-1]}" if name in PUBLIC_IDS else value
        for name, value in facts.items()
    }


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
