"""Routes of operator changes."""

from typing import Annotated

from kernel.auth import Caller, may
from kernel.idempotency import KeyOptional
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, router
from services.registry.carriers.schemas import CarrierId
from services.registry.operator_changes import queries, service
from services.registry.operator_changes.models import OperatorChange
from services.registry.operator_changes.schemas import ChangeId, OperatorChangeIn, OperatorChangeOut
from services.registry.operator_changes.states import ChangeStatus

MayRead = Annotated[Caller, may("carriers:read")]
MayWrite = Annotated[Caller, may("carriers:write")]

routes = router(prefix="/v1/registry", tags=["registry: carriers"])


@routes.post("/carriers/{carrier_id}/operator-changes", status_code=201)
async def propose_operator_change(
    caller: MayWrite,
    carrier_id: CarrierId,
    body: OperatorChangeIn,
    session: SessionDep,
    _key: KeyOptional = None,
) -> OperatorChangeOut:
    """Propose another operator from a day on, as one of the two, or order it as an officer with a reason."""
    return _shown(await service.propose_change(session, carrier_id=carrier_id, given=body, caller=caller))


@routes.get("/operator-changes")
async def list_operator_changes(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    carrier_id: CarrierId | None = None,
    status: ChangeStatus | None = None,
) -> Page[OperatorChangeOut]:
    """Changes of operators: all for the city's staff, else those one of your organisations is part of."""
    rows, cursor = await queries.list_changes(session, page, caller=caller, carrier_id=carrier_id, status=status)
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@routes.get("/operator-changes/{change_id}")
async def read_operator_change(caller: MayRead, change_id: ChangeId, session: SessionDep) -> OperatorChangeOut:
    """Who leaves, who takes over, from when, and whose consent is still missing."""
    return _shown(await queries.find_change(session, change_id, caller=caller))


@routes.post("/operator-changes/{change_id}/consent")
async def consent_to_operator_change(
    caller: MayWrite, change_id: ChangeId, session: SessionDep, _key: KeyOptional = None
) -> OperatorChangeOut:
    """Consent for the side you act for; with both, the change stands."""
    return _shown(await service.consent_to_change(session, change_id=change_id, caller=caller))


@routes.post("/operator-changes/{change_id}/withdrawal")
async def withdraw_operator_change(
    caller: MayWrite, change_id: ChangeId, session: SessionDep, _key: KeyOptional = None
) -> OperatorChangeOut:
    """Take a change back before its first day."""
    return _shown(await service.withdraw_change(session, change_id=change_id, caller=caller))


def _shown(row: OperatorChange) -> OperatorChangeOut:
    return OperatorChangeOut.model_validate(row)
