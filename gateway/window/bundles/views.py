"""A bundle as it is offered, and as it stands once it was handed in."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.bundles.intake import items_in, questions_of
from gateway.window.bundles.models import BundleFile
from gateway.window.bundles.queries import parts_of
from gateway.window.bundles.rules import status_of
from gateway.window.bundles.schemas import BundleOut, BundleTimelineLine, MaterialOut, OfferOut, OffersOut, PartOut
from gateway.window.cases.models import CaseFile
from gateway.window.cases.schemas import CaseLine
from gateway.window.cases.views import line_shown
from gateway.window.catalogue.queries import described, field_shown
from gateway.window.catalogue.schemas import ItemOut
from gateway.window.feed.models import FeedEntry
from gateway.window.policies.queries import policy_for
from policy.schema import Bundle, Named, Pack
from policy.snapshots import Acceptance, Snapshot
from policy.store import accepted_now


def offers(snapshot: Snapshot, *, accepted: Acceptance) -> OffersOut:
    """Every bundle of the city, in the pack's order."""
    found = [_offer(snapshot, bundle, accepted) for bundle in snapshot.pack.bundles.values()]
    return OffersOut(city_code=snapshot.city_code, policy_version=snapshot.version, bundles=found)


def _offer(snapshot: Snapshot, bundle: Bundle, accepted: Acceptance) -> OfferOut:
    questions = questions_of(snapshot, bundle)
    items = [
        described(snapshot, item, accepted=accepted, fields=questions.own[item.id])
        for item in items_in(snapshot, bundle)
    ]
    return OfferOut(
        id=bundle.id,
        zh=bundle.zh,
        en=bundle.en,
        clauses=list(bundle.clauses),
        fields=[field_shown(field) for field in questions.shared.values()],
        documents=_materials(items),
        items=items,
    )


def _materials(items: Sequence[ItemOut]) -> list[MaterialOut]:
    """Every kind of document once."""
    known = {item.id: {kind.id: kind for kind in item.documents.known} for item in items}
    named = {key: kind for kinds in known.values() for key, kind in kinds.items()}
    return [
        MaterialOut(
            id=kind.id,
            zh=kind.zh,
            en=kind.en,
            known_to=[item for item, kinds in known.items() if kind.id in kinds],
            required_by=[item.id for item in items if kind.id in (item.documents.required or ())],
        )
        for kind in named.values()
    ]


async def bundles_shown(session: AsyncSession, city_code: str, bundles: Sequence[BundleFile]) -> list[BundleOut]:
    """Bundles with their cases as these stand now."""
    pack = (await policy_for(session, city_code, accepted_now(city_code))).pack
    parts = await parts_of(session, [bundle.id for bundle in bundles])
    return [_shown(pack, bundle, parts[bundle.id]) for bundle in bundles]


def _shown(pack: Pack, bundle: BundleFile, parts: Sequence[CaseFile]) -> BundleOut:
    zh, en = _names(pack.bundles.get(bundle.bundle), bundle.bundle)
    return BundleOut(
        id=bundle.id,
        number=bundle.number,
        bundle=bundle.bundle,
        zh=zh,
        en=en,
        applicant_id=bundle.applicant_id,
        submitted_at=bundle.submitted_at,
        status=status_of(case.status for case in parts),
        parts=[_part(pack, case) for case in parts],
    )


def _part(pack: Pack, case: CaseFile) -> PartOut:
    zh, en = _names(pack.items.get(case.item), case.item)
    return PartOut(**CaseLine.model_validate(case).model_dump(), item_zh=zh, item_en=en)


def _names(entry: Named | None, key: str) -> tuple[str, str]:
    """What a later edition of the pack has dropped goes by its key."""
    return (entry.zh, entry.en) if entry else (key, key)


def bundle_line_shown(line: FeedEntry, parts: Sequence[CaseFile]) -> BundleTimelineLine:
    """One line of the timeline, and whose it is."""
    case = next(case for case in parts if case.id == line.case_id)
    return BundleTimelineLine(**line_shown(line).model_dump(), case_id=case.id, number=case.number, item=case.item)
