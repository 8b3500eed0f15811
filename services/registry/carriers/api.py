"""Routes of carriers."""

from typing import Annotated, Any

from fastapi import Query, Response

from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.ids import encode_id
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from policy.store import policy_today
from services.registry.carriers import geo, queries, service, warnings
from services.registry.carriers.filters import FilterDep
from services.registry.carriers.models import Carrier, Premises
from services.registry.carriers.schemas import (
    CarrierChangeIn,
    CarrierId,
    CarrierIn,
    CarrierOut,
    KindsOut,
    OffersIn,
    PastPremisesOut,
    PremisesHistoryOut,
    ResolutionIn,
    SummaryOut,
    WarningId,
    WordOut,
)
from services.registry.carriers.vocabulary import Word, categories_of, kinds

MayRead = Annotated[Caller, may("carriers:read")]
MayWrite = Annotated[Caller, may("carriers:write")]
MayReview = Annotated[Caller, may("recognition:review")]
GEOJSON = "application/geo+json"
MAP_EXAMPLE: dict[str, Any] = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "car_01m89wxxz5ehfrqcbh0xwd5yfh",
            "geometry": {"type": "Point", "coordinates": [117, 34]},
            "properties": {"name": "云龙湖众创空间", "kind": "makerspace", "datum": "gcj_02", "levels": ["municipal"]},
        }
    ],
    "next_cursor": None,
}
MAP_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {"schema": {"type": "object"}, "example": MAP_EXAMPLE}}}
}
InBox = Annotated[
    str | None,
    Query(
        pattern=geo.BOX,
        description="West, south, east, north in degrees, six digits after the point at most",
        examples=["117.100000,34.100000,117.400000,34.300000"],
    ),
]

routes = router(prefix="/v1/registry/carriers", tags=["registry: carriers"])


@routes.post("", status_code=201)
async def register_carrier(
    caller: MayWrite, body: CarrierIn, session: SessionDep, response: Response, _key: KeyOptional = None
) -> CarrierOut:
    """Register a carrier of an organisation you act for."""
    return _answer(response, await service.register_carrier(session, given=body, caller=caller))


@routes.get("")
async def list_carriers(caller: MayRead, session: SessionDep, page: PageDep, wanted: FilterDep) -> Page[CarrierOut]:
    """Carriers of the city that hold or held a level, and your own; `level` and `is_key` filter by the present."""
    rows, cursor = await queries.list_carriers(session, page, caller=caller, wanted=wanted)
    return Page(items=[_shown(row, caller) for row in rows], next_cursor=cursor)


@routes.get("/summary")
async def summarise_carriers(caller: MayRead, session: SessionDep, wanted: FilterDep) -> SummaryOut:
    """The same carriers counted by kind, category, level held and district."""
    total, tallies = await queries.count_carriers(session, caller=caller, wanted=wanted)
    return SummaryOut.model_validate({"total": total, **tallies})


@routes.get("/kinds")
async def list_carrier_kinds(caller: MayRead, session: SessionDep) -> KindsOut:
    """The kinds of carriers with the clauses that name them, and the categories of the city's makerspaces."""
    pack = (await policy_today(session, caller.city)).pack
    return KindsOut(kinds=[_word(word) for word in kinds()], categories=[_word(word) for word in categories_of(pack)])


@routes.get("/map", response_class=Response, responses=MAP_ANSWERS)
async def map_carriers(
    caller: MayRead, session: SessionDep, page: PageDep, wanted: FilterDep, bbox: InBox = None
) -> Response:
    """Addresses of the same carriers as GeoJSON points, a page at a time. Each names the datum of its coordinates."""
    box = geo.box_of(bbox) if bbox else None
    places, cursor = await queries.list_places(session, page, caller=caller, wanted=wanted, box=box)
    return Response(geo.collection(map(_point, places), cursor), media_type=GEOJSON)


@routes.get("/{carrier_id}")
async def read_carrier(caller: MayRead, carrier_id: CarrierId, session: SessionDep, response: Response) -> CarrierOut:
    """A carrier with its premises, offers and every level it held."""
    carrier = await queries.find_carrier(session, carrier_id, caller=caller)
    mark(response, carrier.version)
    return _shown(carrier, caller)


@routes.get("/{carrier_id}/premises")
async def list_premises(caller: MayRead, carrier_id: CarrierId, session: SessionDep) -> PremisesHistoryOut:
    """Every address the carrier has and had, with area, seats and rent mode over time."""
    carrier = await queries.find_carrier(session, carrier_id, caller=caller)
    rows = await queries.premises_of(session, carrier.id)
    return PremisesHistoryOut(items=[PastPremisesOut.model_validate(row) for row in rows])


@routes.patch("/{carrier_id}")
async def change_carrier(
    caller: MayWrite,
    carrier_id: CarrierId,
    body: CarrierChangeIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
) -> CarrierOut:
    """Change name, category, host, premises or facts. A recognised carrier is renamed by request (`/changes`); area it
    loses is a warning on it.
    """
    changed = await service.change_carrier(session, carrier_id=carrier_id, given=body, if_match=if_match, caller=caller)
    return _answer(response, changed)


@routes.put("/{carrier_id}/offers")
async def change_offers(
    caller: MayWrite,
    carrier_id: CarrierId,
    body: OffersIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
) -> CarrierOut:
    """Services and shared equipment from today on, with prices and for whom."""
    changed = await service.change_offers(session, carrier_id=carrier_id, given=body, if_match=if_match, caller=caller)
    return _answer(response, changed)


@routes.post("/{carrier_id}/warnings/{warning_id}/resolution")
async def resolve_warning(
    caller: MayReview,
    carrier_id: CarrierId,
    warning_id: WarningId,
    body: ResolutionIn,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> CarrierOut:
    """An officer ends a warning with a reason; it stays on record."""
    changed = await warnings.resolve_warning(
        session, carrier_id=carrier_id, warning_id=warning_id, reason=body.reason, caller=caller
    )
    return _answer(response, changed)


def _answer(response: Response, carrier: Carrier) -> CarrierOut:
    mark(response, carrier.version)
    return CarrierOut.model_validate(carrier)


def _shown(carrier: Carrier, caller: Caller) -> CarrierOut:
    shown = CarrierOut.model_validate(carrier)
    return shown if queries.is_own(carrier, caller) else shown.model_copy(update={"facts": None, "warnings": None})


def _word(word: Word) -> WordOut:
    return WordOut(code=word.code, zh=word.zh, en=word.en, clauses=list(word.clauses))


def _point(place: Premises) -> str:
    assert place.longitude_e6 is not None  # noqa: S101 - all three or none, and only places with them are asked for
    assert place.latitude_e6 is not None  # noqa: S101
    assert place.datum is not None  # noqa: S101
    carrier = place.carrier
    properties = {
        "name": carrier.name,
        "kind": carrier.kind,
        "category": carrier.category,
        "levels": [held.level for held in carrier.levels if held.ended_on is None],
        "address": place.address,
        "district_code": place.district_code,
        "area_sqm": place.area_sqm,
        "free_seats": carrier.free_seats,
        "datum": place.datum,
    }
    return geo.feature(encode_id("car", carrier.id), place.longitude_e6, place.latitude_e6, properties)
