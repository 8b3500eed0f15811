"""Routes of persons: those named as a party of an organisation."""

from typing import Annotated

from fastapi import Response

from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional
from kernel.routing import SessionDep, router
from services.registry.organisations.schemas import OverrideIn
from services.registry.people import queries, service
from services.registry.people.models import NaturalPerson
from services.registry.people.schemas import PersonId, PersonOut

MayRead = Annotated[Caller, may("parties:read")]
MayOverride = Annotated[Caller, may("people:override")]
routes = router(prefix="/v1/registry/people", tags=["registry: parties"])


@routes.get("/{person_id}")
async def read_person(caller: MayRead, person_id: PersonId, session: SessionDep, response: Response) -> PersonOut:
    """A person with the last four characters of the number."""
    return _answer(response, await queries.find_person(session, person_id, caller=caller))


@routes.post("/{person_id}/identifier-override")
async def override_number_warnings(
    caller: MayOverride,
    person_id: PersonId,
    body: OverrideIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> PersonOut:
    """Set the warnings about the number aside, with the reason."""
    changed = await service.override_number_warnings(
        session, person_id=person_id, given=body, if_match=if_match, caller=caller
    )
    return _answer(response, changed)


def _answer(response: Response, row: NaturalPerson) -> PersonOut:
    mark(response, row.version)
    return PersonOut.model_validate(row)
