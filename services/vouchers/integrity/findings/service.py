"""Use cases of findings: propose, confirm or drop, and hear that funds has booked the reversal.

A confirmed finding takes the amount out of what was redeemed here and tells funds, which takes it out of what the
provider is owed and puts it back under the tranche's control. Then, and not before, it may be issued again.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import RedemptionReversalBooked
from contracts.vouchers import RedemptionReversed
from kernel import clock
from kernel.auth import Caller
from kernel.etags import must_match
from kernel.findings import Finding
from kernel.ids import new_id
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import NotFound, refuse_if
from ledger.chart import open_accounts
from ledger.posting import post
from services.vouchers.chart import BOOK, returning_account
from services.vouchers.integrity.findings.models import RedemptionFinding
from services.vouchers.integrity.findings.postings import redemption_reversed, reversal_booked
from services.vouchers.integrity.findings.queries import confirmed_settlement_of, finding_for
from services.vouchers.integrity.findings.rules import reversal_findings
from services.vouchers.integrity.findings.schemas import FindingIn
from services.vouchers.integrity.findings.states import MOVES, Fact, Status
from services.vouchers.integrity.rules import second_person_findings
from services.vouchers.programmes.queries import tranche_of
from services.vouchers.redemption.models import Redemption
from services.vouchers.redemption.states import Status as RedemptionStatus


async def propose_finding(session: AsyncSession, *, given: FindingIn, caller: Caller) -> RedemptionFinding:
    """An officer says what is wrong with how much of a redemption. Nothing is reversed yet."""
    redemption = await _redemption(session, given.redemption_id, caller)
    refuse_if(await _against(session, redemption, given.amount_fen))
    finding = RedemptionFinding(
        id=new_id(),
        city_code=redemption.city_code,
        redemption_id=redemption.id,
        tranche_id=redemption.tranche_id,
        kind=given.kind,
        amount_fen=given.amount_fen,
        reason=given.reason,
        evidence=list(given.evidence),
        status=Status.PROPOSED,
        found_by=caller.acting_for,
        found_at=clock.now(redemption.city_code),
    )
    session.add(finding)
    await session.flush()
    return finding


async def confirm_finding(
    session: AsyncSession, *, finding_id: UUID, if_match: str, caller: Caller
) -> RedemptionFinding:
    """Another officer agrees: the redemption is reversed by so much, and funds is told."""
    finding = await finding_for(session, finding_id, caller=caller, lock=True)
    must_match(if_match, finding.version, as_read=True)
    finding.status = status_after(Fact.CONFIRMED, finding.status, MOVES)
    redemption = await _redemption(session, finding.redemption_id, caller, lock=True)
    found = second_person_findings(confirmer=caller.acting_for, proposed_by=finding.found_by)
    refuse_if([*found, *await _against(session, redemption, finding.amount_fen)])
    redemption.reversed_fen += finding.amount_fen
    finding.confirmed_by, finding.confirmed_at = caller.acting_for, clock.now(finding.city_code)
    await session.flush()
    await _announce(session, finding, redemption, caller)
    return finding


async def drop_finding(session: AsyncSession, *, finding_id: UUID, if_match: str, caller: Caller) -> RedemptionFinding:
    """Nothing is wrong with it after all: another officer says so, or who found it takes it back."""
    finding = await finding_for(session, finding_id, caller=caller, lock=True)
    must_match(if_match, finding.version, as_read=True)
    finding.status = status_after(Fact.DROPPED, finding.status, MOVES)
    await session.flush()
    return finding


async def on_reversal_booked(session: AsyncSession, event: Received[RedemptionReversalBooked]) -> None:
    """Funds has it back under the tranche's control: it may be issued again from now on."""
    finding = await session.get_one(RedemptionFinding, event.data.finding_id, with_for_update=True)
    told = (event.data.redemption_id, event.data.amount_fen, event.city_code)
    if told != (finding.redemption_id, finding.amount_fen, finding.city_code):
        raise ReversedDifferently
    finding.status = status_after(Fact.BOOKED, finding.status, MOVES)
    finding.booked_at = event.envelope.occurred_at
    await session.flush()
    on = clock.on_date(finding.booked_at)
    entry = reversal_booked(finding.tranche_id, finding.amount_fen, finding_id=finding.id, on=on)
    await post(session, entry, city_code=finding.city_code, book=BOOK, key=f"reversal_booked:{finding.id}")


class ReversedDifferently(ValueError):
    """Funds booked another amount, redemption or city than was reversed: parked with an alert, never adjusted."""


async def _redemption(session: AsyncSession, redemption_id: UUID, caller: Caller, *, lock: bool = False) -> Redemption:
    redemption = await session.get(Redemption, redemption_id, with_for_update=lock or None, populate_existing=lock)
    if redemption is None:
        raise NotFound
    caller.must_act_in(redemption.city_code)
    return redemption


async def _against(session: AsyncSession, redemption: Redemption, amount_fen: int) -> list[Finding]:
    return reversal_findings(
        amount_fen=amount_fen,
        redeemed_fen=redemption.amount_fen,
        reversed_before_fen=redemption.reversed_fen,
        is_booked=redemption.status is RedemptionStatus.SETTLED,
        settlement_id=await confirmed_settlement_of(session, redemption.id),
    )


async def _announce(session: AsyncSession, finding: RedemptionFinding, redemption: Redemption, caller: Caller) -> None:
    told = RedemptionReversed(
        finding_id=finding.id,
        redemption_id=redemption.id,
        voucher_id=redemption.voucher_id,
        tranche_id=redemption.tranche_id,
        provider_id=redemption.organisation_id,
        amount_fen=finding.amount_fen,
        cause=finding.kind.value,
    )
    city_code = finding.city_code
    await record(session, told, city_code=city_code, subject=finding.id)
    tranche = await tranche_of(session, finding.tranche_id, caller=caller)
    account = returning_account(tranche.id, programme=tranche.programme, policy_year=tranche.policy_year)
    await open_accounts(session, [account], city_code=city_code)
    entry = redemption_reversed(tranche.id, finding.amount_fen, finding_id=finding.id, on=clock.today(city_code))
    await post(session, entry, city_code=city_code, book=BOOK, key=f"reversed:{finding.id}")
