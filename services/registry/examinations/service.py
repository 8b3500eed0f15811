"""Formal checks and site visits are recorded while a case is under review."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.problems import refuse_if
from policy.snapshots import Acceptance
from policy.store import policy_for
from services.registry.examinations.models import Examination
from services.registry.examinations.rules import examination_findings
from services.registry.examinations.schemas import ExaminationIn
from services.registry.recognition.forms import subject_of
from services.registry.recognition.judging import must_fit
from services.registry.recognition.queries import find_to_decide
from services.registry.recognition.states import Status


async def record_examination(
    session: AsyncSession, *, recognition_id: UUID, given: ExaminationIn, caller: Caller
) -> Examination:
    """What an officer looked at; facts the programme does not ask for are refused."""
    row = await find_to_decide(session, recognition_id, caller=caller)
    found = examination_findings(
        is_under_review=row.status is Status.UNDER_REVIEW,
        examined_on=given.examined_on,
        accepted_on=row.accepted_on,
        today=clock.today(row.city_code),
    )
    refuse_if(found)
    snapshot = await policy_for(session, row.city_code, Acceptance(on=row.accepted_on, at=row.accepted_at))
    subject = subject_of(snapshot.pack, row.item)
    assert subject is not None  # noqa: S101 - a pack keeps the items it had
    must_fit(given.found, subject)
    examination = Examination(
        id=new_id(),
        city_code=row.city_code,
        recognition_id=row.id,
        kind=given.kind,
        examined_on=given.examined_on,
        is_in_order=given.is_in_order,
        found=given.found,
        papers=[paper.model_dump() for paper in given.papers],
        opinion=given.opinion,
        examined_by=caller.acting_for,
        examined_at=clock.now(row.city_code),
    )
    session.add(examination)
    return examination
