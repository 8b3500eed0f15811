"""Where a bank or the whole pool stands, for those who watch it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import context
from kernel.auth import Caller
from kernel.findings import Finding
from kernel.openapi import Reason
from kernel.problems import reason_document
from policy.rules.criteria import COMPARE
from policy.snapshots import Acceptance, Snapshot, open_findings
from policy.store import accepted_now, policy_today
from policy.terms import LossShareTerms
from services.funds.loan_pool.arrears.queries import Arrear, arrears_now, outstanding_fen
from services.funds.loan_pool.arrears.rules import Forecast, forecast
from services.funds.loan_pool.claims.queries import paid_fen
from services.funds.loan_pool.guard.queries import standing_suspensions
from services.funds.loan_pool.guard.schemas import StandingOut, SuspensionOut, VerdictOut
from services.funds.loan_pool.guard.service import Verdict
from services.funds.loan_pool.lending.queries import exposure_fen, registered_fen
from services.funds.loan_pool.policy import pool_programme


async def pool_standing(session: AsyncSession, *, bank_id: UUID | None, caller: Caller) -> StandingOut:
    """Of one bank, or of all. Raises NoLoanPool, PolicyNotYetKnown."""
    city_code = caller.city
    snapshot = await policy_today(session, city_code)
    accepted = accepted_now(city_code)
    arrears = await arrears_now(session, city_code, bank_id)
    expected, reasons = expected_cost(snapshot, accepted, arrears)
    rows = await standing_suspensions(session, city_code, bank_id)
    return StandingOut(
        bank_id=bank_id,
        registered_fen=await registered_fen(session, city_code, bank_id),
        under_cover_fen=await exposure_fen(session, city_code, bank_id),
        outstanding_fen=await outstanding_fen(session, city_code, bank_id),
        overdue_fen=sum(one.balance_fen for one in arrears),
        paid_fen=await paid_fen(session, city_code, bank_id),
        claimable_fen=expected.claimable_fen if expected else None,
        watched_fen=expected.watched_fen if expected else None,
        reasons=told(reasons),
        suspensions=[SuspensionOut.model_validate(row) for row in rows],
    )


def expected_cost(
    snapshot: Snapshot, accepted: Acceptance, arrears: Sequence[Arrear]
) -> tuple[Forecast | None, list[Finding]]:
    """What overdue loans still to be claimed for may cost the pool, or each open parameter that keeps it unsaid."""
    terms = pool_programme(snapshot.pack).terms
    assert isinstance(terms, LossShareTerms)  # noqa: S101 - pool_programme looked for exactly these
    share = next(layer.share for layer in terms.layers if layer.layer == terms.paying_layer)
    keys = (share, terms.per_loan_cap, terms.overdue_days)
    reasons = open_findings(snapshot, keys, accepted=accepted)
    share_bp, cap_fen, days = [snapshot.whole(key, accepted=accepted) for key in keys]
    if share_bp is None or cap_fen is None or days is None:
        return None, reasons
    is_ripe = COMPARE[snapshot.pack.parameters[terms.overdue_days].operator]
    waiting = ((one.balance_fen, is_ripe(one.days_overdue, days)) for one in arrears if one.may_cost)
    return forecast(waiting, cap_fen=cap_fen, share_bp=share_bp), []


def verdict_out(verdict: Verdict) -> VerdictOut:
    """In the reader's language."""
    return VerdictOut(
        bank_id=verdict.bank_id,
        suspended=verdict.suspended,
        automatic=verdict.automatic,
        ratio_bp=verdict.ratio_bp,
        reasons=told(verdict.reasons),
    )


def told(found: Sequence[Finding]) -> list[Reason]:
    """Findings as reasons."""
    return [Reason.model_validate(reason_document(one, context.current().language)) for one in found]
