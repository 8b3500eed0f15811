"""Routes of the register of investors and projects."""

from typing import Annotated

from contracts.asking import may_own
from kernel import clock
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.paging import Page, PageDep, page_of
from kernel.routing import SessionDep, WorkDep, router
from services.funds.angel.ids import RegistrationId
from services.funds.angel.register import queries, service
from services.funds.angel.register.models import AngelRegistration
from services.funds.angel.register.schemas import AngelRegistrationIn, AngelRegistrationOut, AngelReviewIn
from services.funds.angel.register.states import Kind, Status
from services.funds.ids import OrganisationId
from services.funds.payments.payees import GatheringDep

MayFile = Annotated[Caller, may_own("angel:file")]
MayRead = Annotated[Caller, may_own("angel:read")]
MayReview = Annotated[Caller, may("angel:review")]

routes = router(prefix="/v1/funds/angel/registrations", tags=["angel compensation"])


@routes.post("", status_code=201)
async def register_for_angel(
    caller: MayFile, body: AngelRegistrationIn, gathering: GatheringDep, work: WorkDep, _key: KeyRequired
) -> AngelRegistrationOut:
    """Register an investor or a project; an officer reviews it. Only what is invested after that is compensated."""
    organisation = await gathering.registry.organisation(body.organisation_id, city_code=caller.city)
    session = await work.open()
    row = await service.register(
        session, given=body, organisation=organisation, caller=caller, at=clock.now(caller.city)
    )
    return AngelRegistrationOut.model_validate(row)


@routes.get("")
async def list_angel_registrations(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    kind: Kind | None = None,
    status: Status | None = None,
    organisation_id: OrganisationId | None = None,
) -> Page[AngelRegistrationOut]:
    """Investors and projects: a portal's own, or all for staff."""
    wanted = queries.registrations_of(caller, kind=kind, status=status, organisation_id=organisation_id)
    rows, cursor = await page_of(session, wanted, page, (AngelRegistration.recorded_at, AngelRegistration.id))
    return Page(items=[AngelRegistrationOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{registration_id}")
async def read_angel_registration(
    caller: MayRead, registration_id: RegistrationId, session: SessionDep
) -> AngelRegistrationOut:
    """One investor or project."""
    return AngelRegistrationOut.model_validate(await queries.get_registration(session, registration_id, caller))


@routes.post("/{registration_id}/review")
async def review_angel_registration(
    caller: MayReview, registration_id: RegistrationId, body: AngelReviewIn, session: SessionDep, _key: KeyRequired
) -> AngelRegistrationOut:
    """Admit or refuse, as another person than handed it in."""
    row = await service.review_registration(
        session, registration_id=registration_id, given=body, caller=caller, at=clock.now(caller.city)
    )
    return AngelRegistrationOut.model_validate(row)
