"""Routes of expert panels."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.routing import SessionDep, router
from services.registry.panels import queries, service
from services.registry.panels.models import Panel
from services.registry.panels.schemas import ExcludedOut, PanelId, PanelIn, PanelOut, PanelsOut, ScoreSheetIn, SeatOut
from services.registry.panels.states import Status
from services.registry.recognition.queries import find_recognition
from services.registry.recognition.schemas import RecognitionId

MayReview = Annotated[Caller, may("recognition:review")]

routes = router(prefix="/v1/registry", tags=["registry: recognition"])


@routes.post("/recognitions/{recognition_id}/panels", status_code=201)
async def convene_panel(
    caller: MayReview, recognition_id: RecognitionId, body: PanelIn, session: SessionDep, _key: KeyOptional = None
) -> PanelOut:
    """Draw an odd number of experts by lot, without those of the same unit or with a declared or flagged relation."""
    return _shown(await service.convene_panel(session, recognition_id=recognition_id, given=body, caller=caller))


@routes.get("/recognitions/{recognition_id}/panels")
async def list_panels(caller: MayReview, recognition_id: RecognitionId, session: SessionDep) -> PanelsOut:
    """The panels of a recognition."""
    row = await find_recognition(session, recognition_id, caller=caller)
    return PanelsOut(items=[_shown(panel) for panel in await queries.panels_of(session, row.id)])


@routes.post("/panels/{panel_id}/sheets")
async def enter_score_sheet(
    caller: MayReview, panel_id: PanelId, body: ScoreSheetIn, session: SessionDep, _key: KeyOptional = None
) -> PanelOut:
    """Enter an expert's points, once; or a recusal, and the next by lot takes the seat. The last sheet closes it."""
    return _shown(await service.enter_sheet(session, panel_id=panel_id, given=body, caller=caller))


def _shown(panel: Panel) -> PanelOut:
    plain = {name: getattr(panel, name) for name in PanelOut.model_fields if name not in {"seats", "excluded"}}
    seats = [SeatOut.model_validate(seat) for seat in panel.seats]
    if panel.status is not Status.CLOSED:
        seats = [seat.model_copy(update={"points": None}) for seat in seats]
    return PanelOut(seats=seats, excluded=[ExcludedOut.model_validate(one) for one in panel.excluded], **plain)
