"""What the pack decides along the chain: precedence in accelerators (LZ-41), and a whole chain (LZ-13)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.ids import new_id
from kernel.problems import Conflict
from policy.determinations import Determination, determine
from policy.store import save_determination
from services.registry.chain.models import Offer, Stay
from services.registry.chain.queries import kinds_run_by
from services.registry.chain.rules import chain_facts, kinds_of
from services.registry.chain.states import Stage
from services.registry.organisations.queries import find_organisation
from services.registry.terms import Terms, terms_today

ENTRY, COMPLETE = "accelerator.entry", "chain.complete"


class ChainNotRuled(Conflict):
    code, title_zh, title_en = (
        "chain_not_ruled",
        "本市政策未规定孵化链的构成",
        "The city's policy does not say what a whole chain is",
    )


async def ask_precedence(session: AsyncSession, terms: Terms, offer: Offer, stay: Stay | None, growth_bp: int) -> None:
    """Determined and kept with the offer; where the city's pack has no such precedence, nothing is."""
    if offer.stage is not Stage.ACCELERATOR or ENTRY not in terms.snapshot.pack.programmes:
        return
    determination = determine(
        terms.snapshot,
        id=new_id(),
        programme=ENTRY,
        act="give_priority",
        facts={
            "is_incubated": stay is not None and stay.stage is Stage.INCUBATOR,
            "revenue_growth_bp": growth_bp,
        },
        accepted=terms.accepted,
        references={"project": str(offer.project_id), "carrier": str(offer.to_carrier_id)},
    )
    await save_determination(session, determination, case_id=None)
    offer.precedence, offer.determination_id = determination.outcome, determination.id


async def complete_chain(session: AsyncSession, *, organisation_id: UUID, caller: Caller) -> Determination:
    """LZ-13: whether the carriers of an operator are seed selection, incubator and accelerator. Nothing is kept."""
    operator = await find_organisation(session, organisation_id, caller=caller)
    terms = await terms_today(session, caller.city)
    if COMPLETE not in terms.snapshot.pack.programmes:
        raise ChainNotRuled
    fitting = {stage.value: terms.names(kinds_of(stage)) for stage in Stage}
    return determine(
        terms.snapshot,
        id=new_id(),
        programme=COMPLETE,
        act="check",
        facts=chain_facts(run=await kinds_run_by(session, operator.id), fitting=fitting),
        accepted=terms.accepted,
        references={"organisation": str(operator.id)},
    )
