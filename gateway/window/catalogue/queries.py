"""The catalogue of a city, read off its policy."""

from collections.abc import Sequence
from datetime import date

from gateway.window.catalogue.rules import (
    Asked,
    Field,
    department,
    documents_of,
    fields_of,
    is_taken_here,
    parameters_of,
)
from gateway.window.catalogue.schemas import (
    CatalogueOut,
    ChoiceOut,
    DocumentsOut,
    FieldOut,
    ItemLine,
    ItemOut,
    LimitOut,
)
from kernel.problems import NotFound
from policy.schema import Item, Pack
from policy.snapshots import Acceptance, Snapshot

CASES_PATH = "/v1/window/cases"
# What a partner hands in at the owning service itself, by the act it asks for.
DOORS = {
    "register_loan": "/v1/funds/loan-pool/loans",
    "pay_claim": "/v1/funds/loan-pool/claims",
    "compensate": "/v1/funds/angel/claims",
    "participate": "/v1/funds/guidance-fund/proposals",
    "redeem": "/v1/vouchers/redemptions",
}


def item_of(snapshot: Snapshot, item_id: str) -> Item:
    """A service item of the city. Raises NotFound."""
    item = snapshot.pack.items.get(item_id)
    if item is None:
        raise NotFound
    return item


def door_of(pack: Pack, item: Item) -> str | None:
    """Where an application is handed in; None where nobody applies: an event or the city's staff begins it."""
    return CASES_PATH if is_taken_here(pack, item) else DOORS.get(item.act or "")


def catalogue(snapshot: Snapshot, *, on: date) -> CatalogueOut:
    """Every item, in the pack's order."""
    items = [ItemLine(**_line(snapshot, item, on)) for item in snapshot.pack.items.values()]
    return CatalogueOut(city_code=snapshot.city_code, policy_version=snapshot.version, items=items)


def described(
    snapshot: Snapshot, item: Item, *, accepted: Acceptance, fields: Sequence[Field] | None = None
) -> ItemOut:
    """One item with fields, documents and limits as an application handed in now would meet them.

    `fields` are those it asks for where others of its form are asked elsewhere.
    """
    asked = documents_of(snapshot, item, accepted=accepted)
    fields = fields_of(snapshot.pack, item) if fields is None else fields
    wanted = parameters_of(snapshot.pack, item)
    return ItemOut(
        **_line(snapshot, item, accepted.on),
        fields=[field_shown(field) for field in fields],
        documents=_documents(item, asked),
        correction=_limit(snapshot, item.correction_working_days, accepted),
        promised=_limit(snapshot, item.promised_working_days, accepted),
        open_parameters=[key for key in wanted if snapshot.value(key, accepted=accepted) is None],
        policy_version=snapshot.version,
        as_of=accepted.on,
    )


def _line(snapshot: Snapshot, item: Item, on: date) -> dict[str, object]:
    zh, en = department(snapshot.pack.roles[item.role], on)
    return {
        "id": item.id,
        "zh": item.zh,
        "en": item.en,
        "service": item.service,
        "apply_at": door_of(snapshot.pack, item),
        "department_zh": zh,
        "department_en": en,
        "audience": list(item.audience),
        "clauses": list(item.clauses),
        "programme": item.programme,
    }


def field_shown(field: Field) -> FieldOut:
    """A field of a form."""
    choices = [ChoiceOut(id=key, zh=zh, en=en) for key, zh, en in field.choices]
    return FieldOut(id=field.id, type=field.type, zh=field.zh, en=field.en, required=field.required, choices=choices)


def _documents(item: Item, asked: Asked) -> DocumentsOut:
    return DocumentsOut(
        parameter=item.documents,
        status="open" if asked.required is None else "set",
        required=None if asked.required is None else list(asked.required),
        known=[ChoiceOut(id=key, zh=zh, en=en) for key, zh, en in asked.known],
        minor_parameter=item.minor_documents,
        minor=[key for key, _, _ in asked.known if key in asked.minor],
    )


def _limit(snapshot: Snapshot, parameter: str, accepted: Acceptance) -> LimitOut:
    days = snapshot.whole(parameter, accepted=accepted)
    return LimitOut(parameter=parameter, status="open" if days is None else "set", working_days=days)
