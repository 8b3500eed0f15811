"""A decided claim explained to its bank: the stored ruling step by step, and why less is shared than was asked."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import context
from kernel.problems import Conflict
from policy.determinations import Determination
from policy.engine import known_facts
from policy.rules.matter import Step
from policy.rules.results import RESULTS
from policy.schema import Pack
from policy.store import load_determination, snapshot_of
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.rules import Reduction, reductions
from services.funds.loan_pool.claims.schemas import ExplainedStepOut, ExplanationOut, ReductionOut
from services.funds.payments.chain import clause_out


class ClaimNotDecided(Conflict):
    """Until then a dry-run says what would be decided."""

    code, title_zh, title_en = "claim_not_decided", "该申请尚未决定,可先试算", "The claim is not decided; try a dry-run"


async def explain(session: AsyncSession, claim: LossClaim) -> ExplanationOut:
    """What the determination rests on, in the reader's language. Raises ClaimNotDecided."""
    if claim.determination_id is None:
        raise ClaimNotDecided
    record = await load_determination(session, claim.city_code, claim.determination_id)
    snapshot = (await snapshot_of(session, claim.city_code, record.snapshot_hash)).in_force(record.accepted)
    steps = [_step(snapshot.pack, record, step) for step in record.ruling.trace]
    cited = dict.fromkeys(clause for step in record.ruling.trace for clause in step.clauses)
    return ExplanationOut(
        claim_id=claim.id,
        determination_id=record.id,
        policy_version=record.snapshot_version,
        outcome=record.outcome,
        asked_fen=claim.asked_fen,
        eligible_fen=claim.eligible_fen,
        approved_fen=claim.approved_fen,
        paid_fen=claim.paid_fen,
        paid_on=claim.paid_on,
        reductions=[_reduction(found) for found in reductions(record.inputs, record.amounts)],
        steps=steps,
        clauses=[clause_out(snapshot, clause) for clause in cited],
    )


def _step(pack: Pack, record: Determination, step: Step) -> ExplainedStepOut:
    zh, en = _name(pack, record, step)
    return ExplainedStepOut(
        step=step.step,
        name=step.name,
        label=_said(zh, en),
        value=step.value,
        clauses=list(step.clauses),
        version=step.version,
        source=step.source,
        effective_on=step.effective_on,
    )


def _name(pack: Pack, record: Determination, step: Step) -> tuple[str, str]:
    if step.step == "parameter":
        parameter = pack.parameters[step.name]
        return parameter.zh, parameter.en
    if step.step == "fact":
        fact = known_facts(pack, pack.programmes[record.programme], record.act)[step.name]
        return fact.zh, fact.en
    return RESULTS[step.name]


def _reduction(found: Reduction) -> ReductionOut:
    return ReductionOut(code=found.code, text=_said(found.zh, found.en), amount_fen=found.amount_fen)


def _said(zh: str, en: str) -> str:
    return en if context.current().language == "en" else zh
