"""Bodies and reporters are entered; posts and duties to report end by day and are never erased."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.problems import Conflict, NotFound, named_constraint, refuse_if
from policy.schema import Pack
from policy.store import policy_today
from services.registry.organisations.queries import find_organisation
from services.registry.progress.bodies.models import Body, Reporter, Seat
from services.registry.progress.bodies.queries import find_body, find_reporter
from services.registry.progress.bodies.rules import end_findings, reporter_findings, role_findings
from services.registry.progress.bodies.schemas import BodyIn, ReporterIn, SeatIn


class BodyExists(Conflict):
    code, title_zh, title_en = "body_exists", "该组织机构已登记", "The body is registered already"


class PostHeld(Conflict):
    """A chair and a director of the office are one at a time."""

    code, title_zh, title_en = "post_held", "该职务尚有人担任", "Somebody else still holds the post"


class ReporterExists(Conflict):
    code, title_zh, title_en = "reporter_exists", "该报送单位已登记", "Who reports is registered already"


named_constraint("uq_progress_body_city_code_name", BodyExists)
named_constraint("uq_progress_seat_alone", PostHeld)
named_constraint("uq_progress_reporter_city_code_role_name", ReporterExists)


async def register_body(session: AsyncSession, *, given: BodyIn, caller: Caller) -> Body:
    """A leading group or joint meeting (JX-35, WH-33, ZZ-35)."""
    pack = (await policy_today(session, caller.city)).pack
    refuse_if(role_findings(role=given.office_role, known=pack.roles))
    body_id = new_id()
    session.add(
        Body(
            id=body_id,
            city_code=caller.city,
            recorded_by=caller.acting_for,
            registered_at=clock.now(caller.city),
            **given.model_dump(),
        )
    )
    await session.flush()
    return await find_body(session, body_id, caller=caller)


async def seat(session: AsyncSession, *, body_id: UUID, given: SeatIn, caller: Caller) -> Seat:
    """Give a post; a chair or director of the office before must have ended."""
    body = await find_body(session, body_id, caller=caller, for_update=True)
    if given.role is not None:
        pack = (await policy_today(session, caller.city)).pack
        refuse_if(role_findings(role=given.role, known=pack.roles))
    row = Seat(id=new_id(), city_code=caller.city, body_id=body.id, recorded_by=caller.acting_for, **given.model_dump())
    session.add(row)
    await session.flush()
    return row


async def end_seat(session: AsyncSession, *, body_id: UUID, seat_id: UUID, ended_on: date, caller: Caller) -> Body:
    """The post is free from `ended_on`."""
    body = await find_body(session, body_id, caller=caller, for_update=True)
    row = next((one for one in body.seats if one.id == seat_id), None)
    if row is None:
        raise NotFound
    refuse_if(end_findings(since_on=row.since_on, ended_on=ended_on, has_ended=row.ended_on is not None))
    row.ended_on = ended_on
    return body


async def register_reporter(session: AsyncSession, *, given: ReporterIn, caller: Caller) -> Reporter:
    """Who owes reports, under a role of the pack."""
    pack = (await policy_today(session, caller.city)).pack
    refuse_if(reporter_findings(role=given.role, known=pack.roles, division=given.division, parts=parts_of(pack)))
    if given.organisation_id is not None:
        await find_organisation(session, given.organisation_id, caller=caller)
    row = Reporter(id=new_id(), city_code=caller.city, recorded_by=caller.acting_for, **given.model_dump())
    session.add(row)
    await session.flush()
    return row


async def end_reporter(session: AsyncSession, *, reporter_id: UUID, ended_on: date, caller: Caller) -> Reporter:
    """It owes nothing from `ended_on`; what it reported stays."""
    row = await find_reporter(session, reporter_id, caller=caller)
    refuse_if(end_findings(since_on=row.since_on, ended_on=ended_on, has_ended=row.ended_on is not None))
    row.ended_on = ended_on
    return row


def parts_of(pack: Pack) -> set[str]:
    """Codes of counties and districts, former ones too, and the names of functional zones, which have none."""
    coded = {code for part in pack.divisions if part.code for code in (part.code, *part.former_codes)}
    return coded | {part.zh for part in pack.divisions if part.is_zone}
