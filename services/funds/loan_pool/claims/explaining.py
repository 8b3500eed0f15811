"""What a claim would get, or got, explained to its bank: step by step, and why less is shared than is asked."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import context
from kernel.openapi import Reason
from kernel.problems import Conflict, reason_document
from policy.engine import known_facts
from policy.rules.loss_share import ordered
from policy.rules.matter import Step
from policy.rules.results import RESULTS
from policy.schema import Pack, Programme
from policy.store import load_determination, snapshot_of
from policy.terms import LossShareTerms
from services.funds.loan_pool.claims.models import LossClaim
from services.funds.loan_pool.claims.rules import Causes, reductions
from services.funds.loan_pool.claims.schemas import (
    DryRunOut,
    ExplainedStepOut,
    ExplanationOut,
    LayerOut,
    PaymentStateOut,
    RecoveredOut,
    ReductionOut,
    StepOut,
)
from services.funds.loan_pool.claims.service import Tried
from services.funds.loan_pool.policy import pool_programme
from services.funds.loan_pool.recoveries.queries import recovered_of
from services.funds.payments.chain import clause_out
from services.funds.payments.models import PaymentOrder
from services.funds.reasons import reasons_out

ACT = "pay_claim"


class ClaimNotDecided(Conflict):
    """Until then a dry-run says what would be decided."""

    code, title_zh, title_en = "claim_not_decided", "该申请尚未决定,可先试算", "The claim is not decided; try a dry-run"


def tried_out(tried: Tried) -> DryRunOut:
    """A dry-run's answer in the reader's language."""
    # A figure beside a refusal would be read as a promise.
    amounts, terms = (tried.ruling.amounts, tried.ruling.terms) if not tried.findings else ({}, {})
    language, pack = context.current().language, tried.snapshot.pack
    programme = pool_programme(pack)
    return DryRunOut(
        outcome=tried.outcome,
        asked_fen=tried.loss.asked_fen,
        eligible_fen=amounts.get("base", 0),
        payable_fen=amounts.get("payable", 0),
        layers=_layers(programme, terms.get("split_bp", {}), amounts),
        reductions=_reductions(pack, programme, tried.facts, amounts),
        reasons=[Reason.model_validate(reason_document(finding, language)) for finding in tried.findings],
        steps=[StepOut(**_step(pack, programme, step)) for step in tried.ruling.trace],
        policy_version=tried.snapshot.version,
    )


async def explain(session: AsyncSession, claim: LossClaim) -> ExplanationOut:
    """What the determination rests on, in the reader's language. Raises ClaimNotDecided."""
    if claim.determination_id is None or claim.decided_at is None:
        raise ClaimNotDecided
    record = await load_determination(session, claim.city_code, claim.determination_id)
    snapshot = (await snapshot_of(session, claim.city_code, record.snapshot_hash)).in_force(record.accepted)
    programme = snapshot.pack.programmes[record.programme]
    cited = dict.fromkeys(clause for step in record.ruling.trace for clause in step.clauses)
    return ExplanationOut(
        claim_id=claim.id,
        determination_id=record.id,
        policy_version=record.snapshot_version,
        outcome="not_eligible" if claim.reasons else record.outcome,
        status=claim.status,
        decided_at=claim.decided_at,
        reasons=[Reason.model_validate(one.model_dump()) for one in reasons_out(claim.reasons)],
        asked_fen=claim.asked_fen,
        eligible_fen=claim.eligible_fen,
        approved_fen=claim.approved_fen,
        layers=_layers(programme, claim.split_bp or {}, claim.layers_fen or {}),
        reductions=_reductions(snapshot.pack, programme, record.inputs, {} if claim.reasons else record.amounts),
        payment=await _payment(session, claim),
        recovered=RecoveredOut.model_validate(await recovered_of(session, claim.id)),
        steps=[_explained(snapshot.pack, programme, step) for step in record.ruling.trace],
        clauses=[clause_out(snapshot, clause) for clause in cited],
    )


async def _payment(session: AsyncSession, claim: LossClaim) -> PaymentStateOut | None:
    if claim.payment_order_id is None:
        return None
    order = await session.get_one(PaymentOrder, claim.payment_order_id)
    return PaymentStateOut(
        order_id=order.id, number=order.number, status=order.status, paid_fen=claim.paid_fen, paid_on=claim.paid_on
    )


def _layers(programme: Programme, split_bp: Mapping[str, int], amounts: Mapping[str, int]) -> list[LayerOut]:
    """Each layer's share, in the order in which they bear a loss."""
    paying = _terms(programme).paying_layer
    return [
        LayerOut(layer=layer, share_bp=split_bp[layer], amount_fen=amounts[layer], pays=layer == paying)
        for layer in ordered(split_bp)
    ]


def _reductions(
    pack: Pack, programme: Programme, facts: Mapping[str, Any], amounts: Mapping[str, int]
) -> list[ReductionOut]:
    terms, known = _terms(programme), pack.parameters
    causes = Causes(programme.clauses, known[terms.principal_only].clauses, known[terms.per_loan_cap].clauses)
    return [
        ReductionOut(
            code=found.code, text=_said(found.zh, found.en), amount_fen=found.amount_fen, clauses=list(found.clauses)
        )
        for found in reductions(facts, amounts, causes)
    ]


def _explained(pack: Pack, programme: Programme, step: Step) -> ExplainedStepOut:
    origin = {"version": step.version, "source": step.source, "effective_on": step.effective_on}
    return ExplainedStepOut(**_step(pack, programme, step), **origin)


def _step(pack: Pack, programme: Programme, step: Step) -> dict[str, Any]:
    label = _said(*_name(pack, programme, step))
    return {
        "step": step.step, "name": step.name, "label": label, "value": step.value, "clauses": list(step.clauses),
    }  # fmt: skip


def _name(pack: Pack, programme: Programme, step: Step) -> tuple[str, str]:
    if step.step == "parameter":
        parameter = pack.parameters[step.name]
        return parameter.zh, parameter.en
    if step.step == "fact":
        fact = known_facts(pack, programme, ACT)[step.name]
        return fact.zh, fact.en
    return RESULTS[step.name]


def _terms(programme: Programme) -> LossShareTerms:
    terms = programme.terms
    assert isinstance(terms, LossShareTerms)  # noqa: S101 - pool_programme looked for exactly these
    return terms


def _said(zh: str, en: str) -> str:
    return en if context.current().language == "en" else zh
