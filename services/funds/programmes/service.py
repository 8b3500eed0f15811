"""Putting money behind a policy: appropriate within the envelope the clause states, then allot."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.auth import Caller
from kernel.ids import new_id
from kernel.kept_answers import Kept, Keyed
from kernel.problems import NotFound, refuse_if
from ledger.chart import open_accounts
from policy.snapshots import Acceptance, Snapshot
from policy.store import decide_and_keep, must_be_eligible, policy_for
from services.funds.chart import Line, line_accounts
from services.funds.journal import command, post_entry
from services.funds.programmes.allotting import Allotments, Allotting
from services.funds.programmes.models import Appropriation
from services.funds.programmes.postings import budget_allotted, budget_appropriated
from services.funds.programmes.queries import appropriated, lock_fund
from services.funds.programmes.rules import envelope_facts, is_fund, policy_year_findings
from services.funds.programmes.schemas import AllotmentOut


async def appropriate_budget(
    session: AsyncSession, *, line: Line, amount_fen: int, document: str, caller: Caller, now: datetime
) -> Appropriation:
    """Grant authority to a line. Refused while the envelope has an open parameter, and beyond its size."""
    city_code, on = caller.city, clock.on_date(now)
    snapshot = await policy_for(session, city_code, Acceptance(on, now))
    refuse_if(policy_year_findings(line.policy_year, on=on, issued_on=_issued_on(snapshot, line.fund)))
    # XZ-21 may be one-off: then even appropriations of different years compete for the same envelope.
    await lock_fund(session, city_code, line.fund)
    made = Appropriation(
        id=new_id(),
        city_code=city_code,
        fund=line.fund,
        policy_year=line.policy_year,
        payer_level=line.payer_level,
        amount_fen=amount_fen,
        document=document,
        entry_id=new_id(),
        made_by=caller.acting_for,
        made_at=now,
    )
    if snapshot.pack.programmes[line.fund].terms.kind == "envelope":
        made.determination_id = await _within_envelope(session, snapshot, made, Acceptance(on, now))
    session.add(made)
    await open_accounts(session, line_accounts(line), city_code=city_code)
    entry = budget_appropriated(
        line, amount_fen, appropriation_id=made.id, determination_id=made.determination_id, on=on
    )
    key = f"budget.appropriated:{made.id}"
    await post_entry(session, entry, city_code=city_code, key=key, entry_id=made.entry_id, actor=made.made_by)
    return made


async def _within_envelope(
    session: AsyncSession, snapshot: Snapshot, made: Appropriation, accepted: Acceptance
) -> UUID:
    this_year, ever = await appropriated(session, made.city_code, made.fund, made.policy_year)
    determination = await decide_and_keep(
        session,
        snapshot,
        programme=made.fund,
        act="appropriate",
        facts=envelope_facts(made.amount_fen, this_year_fen=this_year, ever_fen=ever),
        accepted=accepted,
        references={"appropriation": str(made.id)},
    )
    must_be_eligible(determination)
    return determination.id


async def allot_budget(
    allotments: Allotments, *, line: Line, amount_fen: int, document: str, caller: Caller, keyed: Keyed, now: datetime
) -> Kept:
    """Make appropriated authority usable. Raises Insufficient beyond it, UnknownAccount without any."""
    made = AllotmentOut(
        id=new_id(),
        fund=line.fund,
        policy_year=line.policy_year,
        payer_level=line.payer_level,
        amount_fen=amount_fen,
        document=document,
        entry_id=new_id(),
        made_by=caller.acting_for,
        made_at=now,
    )
    entry = budget_allotted(line, amount_fen, allotment_id=made.id, on=clock.on_date(now))
    key = f"budget.allotted:{made.id}"
    intent = Allotting(keyed, made, command(entry, key=key, entry_id=made.entry_id, actor=made.made_by))
    return await allotments.allot(intent, city_code=caller.city)


def _issued_on(snapshot: Snapshot, fund: str) -> date:
    pack = snapshot.pack
    programme = pack.programmes.get(fund)
    if programme is None or not is_fund(programme):
        raise NotFound
    return min(pack.documents[pack.clauses[clause].document].issued_on for clause in programme.clauses)
