"""Equity a carrier holds in what it incubates (XZ-16), and milestones: both dated, both with evidence."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.problems import Conflict, Forbidden, named_constraint, refuse_if
from services.registry.carriers.queries import find_own_carrier
from services.registry.chain.models import EquityHolding, Milestone, Project
from services.registry.chain.queries import find_project, takes_part
from services.registry.chain.rules import dated_findings, equity_findings
from services.registry.chain.schemas import EquityIn, MilestoneIn
from services.registry.terms import terms_today

CAP = "chain.equity_cap"


class EquityHeld(Conflict):
    code, title_zh, title_en = (
        "equity_held",
        "该载体的持股刚被他人登记",
        "The share was entered by somebody else just now",
    )


class NoEquityToEnd(Conflict):
    code, title_zh, title_en = (
        "no_equity_to_end",
        "该载体未持有该项目股权",
        "The carrier holds no equity in the project",
    )


named_constraint("uq_chain_equity_held", EquityHeld)


async def hold_equity(session: AsyncSession, *, project_id: UUID, given: EquityIn, caller: Caller) -> Project:
    """From a day on, in place of the share before. The cap counts where the city has set one."""
    project = await find_project(session, project_id, caller=caller, for_update=True)
    carrier = await find_own_carrier(session, given.carrier_id, caller=caller)
    held = next((row for row in project.equity if row.carrier_id == carrier.id and row.held_until is None), None)
    terms = await terms_today(session, project.city_code)
    others = sum(row.share_bp for row in project.equity if row.held_until is None and row is not held)
    refuse_if(
        [
            *equity_findings(
                share_bp=given.share_bp,
                held_by_others_bp=others,
                cap_bp=terms.value(CAP),
                clauses=terms.clauses(CAP),
                has_stayed=any(stay.carrier_id == carrier.id for stay in project.stays),
            ),
            *dated_findings(on=given.held_from, today=clock.today(project.city_code), not_before=None),
            *_overlap(held, given),
        ]
    )
    if held is None and not given.share_bp:
        raise NoEquityToEnd
    if held is not None:
        held.held_until = given.held_from
        # One share is held at any moment, the unique index says: the old one ends before the new one begins.
        await session.flush()
    if given.share_bp:
        session.add(_holding(project, given, caller))
    await session.flush()
    return await find_project(session, project.id, caller=caller)


async def reach_milestone(session: AsyncSession, *, project_id: UUID, given: MilestoneIn, caller: Caller) -> Project:
    """By the holder of the project or a carrier it has been in."""
    project = await find_project(session, project_id, caller=caller, for_update=True)
    if not await takes_part(session, project.id, caller):
        raise Forbidden
    refuse_if(dated_findings(on=given.reached_on, today=clock.today(project.city_code), not_before=None))
    session.add(
        Milestone(
            id=new_id(),
            city_code=project.city_code,
            project_id=project.id,
            recorded_by=caller.acting_for,
            **given.model_dump(),
        )
    )
    await session.flush()
    return await find_project(session, project.id, caller=caller)


def _overlap(held: EquityHolding | None, given: EquityIn) -> list[Finding]:
    if held is None or given.held_from > held.held_from:
        return []
    facts = {"held_from": held.held_from.isoformat()}
    return [
        Finding(
            "equity_not_later",
            (),
            "新的持股日期须晚于现持股。",
            "The new share has to begin after the present one.",
            facts,
        )
    ]


def _holding(project: Project, given: EquityIn, caller: Caller) -> EquityHolding:
    return EquityHolding(
        id=new_id(),
        city_code=project.city_code,
        project_id=project.id,
        recorded_by=caller.acting_for,
        **given.model_dump(),
    )
