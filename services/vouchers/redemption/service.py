"""Use cases of redemption: preview, redeem, and hear that funds has booked it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.funds import RedemptionBooked
from contracts.vouchers import VoucherRedeemed
from kernel import clock
from kernel.auth import Caller
from kernel.client import ServiceClient
from kernel.findings import Finding
from kernel.ids import encode_id, new_id
from kernel.inbox import Received
from kernel.moves import status_after
from kernel.outbox import record
from kernel.problems import Conflict, Forbidden, NotFound, named_constraint
from kernel.routing import Work
from ledger.entries import Entry
from ledger.posting import post, post_keyed
from policy.determinations import Determination, determine
from policy.snapshots import Acceptance
from policy.store import policy_for, save_determination
from services.vouchers.chart import BOOK
from services.vouchers.contracts.ending import capture
from services.vouchers.contracts.models import Contract
from services.vouchers.contracts.queries import contract_of_voucher
from services.vouchers.contracts.rules import NOBODY, Named, capture_findings, parties_findings
from services.vouchers.contracts.states import OPEN
from services.vouchers.integrity.hindrances import hindrances
from services.vouchers.issuance import states as voucher_states
from services.vouchers.issuance.models import Voucher
from services.vouchers.organisations import parties_of
from services.vouchers.policy_answers import refuse_together, voucher_clauses
from services.vouchers.providers.models import Provider
from services.vouchers.providers.queries import admissions_of, admitted_on
from services.vouchers.redemption import queries
from services.vouchers.redemption.invoices import ask_register, reference_of
from services.vouchers.redemption.models import Redemption
from services.vouchers.redemption.postings import redemption_booked, voucher_redeemed
from services.vouchers.redemption.rules import Claim, Standing, redemption_findings
from services.vouchers.redemption.states import MOVES, Fact, Status

REDEEM = "redeem"


class CodeUnknown(NotFound):
    code, title_zh, title_en = "voucher_code_unknown", "没有使用该密码的创新券", "No voucher has this code"


class InvoiceUsed(Conflict):
    code, title_zh, title_en = "invoice_used", "该发票已用于兑付", "The invoice was used for a redemption before"


class ProviderUnbound(Forbidden):
    code, title_zh, title_en = "provider_unbound", "该凭证未绑定服务机构", "This client is not bound to an organisation"


named_constraint("uq_redemption_city_code_invoice_fingerprint", InvoiceUsed)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A claim on a voucher as it stands now: the policy's determination and every reason of ours against it."""

    redemption_id: UUID
    voucher: Voucher
    contract: Contract | None
    provider: Provider | None
    provider_is_known: bool
    determination: Determination
    own_findings: list[Finding]
    clauses: tuple[str, ...]


async def preview_redemption(
    work: Work, registry: ServiceClient, funds: ServiceClient, *, claim: Claim, code_hash: bytes, caller: Caller
) -> tuple[Voucher, int, list[Finding]]:
    """What a redemption would pay now, in fen, or every reason against it. Nothing is kept."""
    found, elsewhere = await _gathered(work, registry, funds, claim, code_hash, caller, hold=False)
    reasons = [*found.determination.findings, *found.own_findings, *elsewhere]
    return found.voucher, 0 if reasons else found.determination.amounts["redeemed"], reasons


async def redeem_voucher(
    work: Work, registry: ServiceClient, funds: ServiceClient, *, claim: Claim, code_hash: bytes, caller: Caller
) -> Redemption:
    """The provider's claim leaves the voucher's value and is on its way to the control account of funds."""
    first, elsewhere = await _gathered(work, registry, funds, claim, code_hash, caller, hold=True)
    refuse_together(first.determination, [*first.own_findings, *elsewhere])
    session = await work.open()
    found = await _assess(session, claim, code_hash, caller, lock=True)
    voucher, provider = found.voucher, found.provider
    refuse_together(found.determination, found.own_findings)
    if provider is None:  # the rule has refused; this tells the type checker
        raise NotFound
    await save_determination(session, found.determination, case_id=None)
    redemption = _new_redemption(claim, found, provider, caller)
    released = await _spend(session, found, claim, redemption.amount_fen)
    session.add(redemption)
    await _announce(session, redemption, voucher, reference_of(voucher, claim, redemption.organisation_id), released)
    return redemption


async def _spend(session: AsyncSession, found: Assessment, claim: Claim, amount_fen: int) -> list[tuple[str, Entry]]:
    """Out of the contract it names, and out of the voucher; answers what is to be posted beside the redemption."""
    voucher, contract, released = found.voucher, found.contract, []
    if contract is not None:
        released = await capture(session, voucher, contract, amount_fen, is_last=claim.is_last)
    voucher.remaining_fen -= amount_fen
    fact = voucher_states.fact_of_use(voucher.remaining_fen, voucher.lapsed_fen)
    voucher.status = status_after(fact, voucher.status, voucher_states.MOVES)
    return released


async def _gathered(
    work: Work,
    registry: ServiceClient,
    funds: ServiceClient,
    claim: Claim,
    code_hash: bytes,
    caller: Caller,
    *,
    hold: bool,
) -> tuple[Assessment, list[Finding]]:
    """How the claim stands here and, with no transaction open, how the parties are related, and at the register of
    invoices.

    Nothing is held for a claim that is refused here: the register only says what else stands against it.
    """
    found = await _assess(await work.open(), claim, code_hash, caller, lock=False)
    await work.close()
    related = await _related(work, registry, found, claim, caller)
    hold = hold and not (found.determination.findings or found.own_findings or related)
    used = await ask_register(funds, found.voucher, claim, organisation_id=_organisation(caller), hold=hold)
    return found, [*related, *used]


async def _related(
    work: Work, registry: ServiceClient, found: Assessment, claim: Claim, caller: Caller
) -> list[Finding]:
    """Whether both existed on the day of service, each by itself, how they are related on the day signed and today, and
    the bars of those they are one with.

    Of a contract how they are related was asked when it was registered.
    """
    pair = (found.voucher.holder_id, _organisation(caller))
    if not found.provider_is_known or pair[0] == pair[1]:
        return []  # refused for a reason of its own
    on, signed_on = clock.today(caller.city), claim.contract_on if claim.contract_id is None else None
    served_on, clauses = claim.service_on, found.clauses
    parties = await parties_of(registry, pair, day=served_on, on=on, signed_on=signed_on, city_code=caller.city)
    against = parties_findings(parties, clauses)
    if parties.kin == NOBODY:
        return against
    session = await work.open()
    bars = await hindrances(
        session, found.voucher, pair[1], on=on, served_on=served_on, clauses=clauses, kin=parties.kin
    )
    await work.close()
    return [*against, *(one for one in bars if one not in found.own_findings)]


async def on_redemption_booked(session: AsyncSession, event: Received[RedemptionBooked]) -> None:
    """Funds has it in its books: it leaves transit."""
    redemption = await session.get_one(Redemption, event.data.redemption_id, with_for_update=True)
    told = (event.data.tranche_id, event.data.amount_fen, event.city_code)
    if told != (redemption.tranche_id, redemption.amount_fen, redemption.city_code):
        raise BookedDifferently
    redemption.status = status_after(Fact.BOOKED, redemption.status, MOVES)
    redemption.booked_at = event.envelope.occurred_at
    entry = redemption_booked(
        redemption.tranche_id,
        redemption.amount_fen,
        redemption_id=redemption.id,
        on=clock.on_date(redemption.booked_at),
    )
    await post(session, entry, city_code=redemption.city_code, book=BOOK, key=f"booked:{redemption.id}")


class BookedDifferently(ValueError):
    """Funds booked another amount, tranche or city than was redeemed: parked with an alert, never adjusted."""


async def _assess(session: AsyncSession, claim: Claim, code_hash: bytes, caller: Caller, *, lock: bool) -> Assessment:
    city_code, organisation_id = caller.city, _organisation(caller)
    # The voucher's row is locked first and the ledger's accounts last, by everybody: no deadlock, no stale balance.
    voucher = await queries.voucher_by_code(session, code_hash, city_code=city_code, lock=lock)
    if voucher is None:
        raise CodeUnknown
    accepted, on = Acceptance(on=voucher.accepted_on, at=voucher.accepted_at), clock.today(city_code)
    snapshot = await policy_for(session, city_code, accepted)
    clauses = voucher_clauses(snapshot, voucher.programme)
    contract = await _contract(session, claim, voucher, lock=lock)
    admissions = await admissions_of(session, organisation_id, city_code=city_code)
    provider = admitted_on(admissions, claim.service_on)
    standing = Standing(
        admitted_kinds=frozenset(provider.service_kinds) if provider else None,
        provider_is_holder=organisation_id == voucher.holder_id,
        invoice_used=await queries.is_invoice_used(session, claim.invoice.fingerprint, city_code=city_code),
        issued_on=voucher.issued_on,
    )
    # Where a provider is does not depend on whether it is admitted: name the area as a reason of its own.
    last_known = provider or next(iter(admissions), None)
    redemption_id = new_id()
    determination = determine(
        snapshot,
        id=new_id(),
        programme=voucher.programme,
        act=REDEEM,
        facts=_facts(claim, voucher, contract, last_known) | {"redeemed_on": on.isoformat()},
        accepted=accepted,
        references={
            "redemption": encode_id("rdm", redemption_id),
            "voucher": encode_id("vch", voucher.id),
            "provider": encode_id("org", organisation_id),
        },
    )
    own = await hindrances(session, voucher, organisation_id, on=on, served_on=claim.service_on, clauses=clauses)
    own += redemption_findings(claim, standing, on=on, clauses=clauses)
    own += _against_contract(claim, contract, organisation_id, clauses)
    return Assessment(redemption_id, voucher, contract, provider, last_known is not None, determination, own, clauses)


async def _contract(session: AsyncSession, claim: Claim, voucher: Voucher, *, lock: bool) -> Contract | None:
    if claim.contract_id is None:
        return None
    return await contract_of_voucher(session, claim.contract_id, voucher_id=voucher.id, lock=lock)


def _against_contract(
    claim: Claim, contract: Contract | None, organisation_id: UUID, clauses: tuple[str, ...]
) -> list[Finding]:
    if claim.contract_id is None:
        return []
    return capture_findings(
        Named(contract.organisation_id, contract.service_kind, contract.signed_on) if contract else None,
        Named(organisation_id, claim.service_kind, claim.contract_on),
        is_open=contract is not None and contract.status in OPEN,
        served_on=claim.service_on,
        clauses=clauses,
        reported_on=contract.served_on if contract else None,
    )


def _organisation(caller: Caller) -> UUID:
    if caller.organisation_id is None:
        raise ProviderUnbound
    return UUID(caller.organisation_id)


def _facts(
    claim: Claim, voucher: Voucher, contract: Contract | None, provider: Provider | None
) -> dict[str, str | int | None]:
    """A contract's own value and last day for claims, else what no contract holds and the voucher's last day."""
    return {
        "service_kind": claim.service_kind,
        "provider_division": provider.division_code if provider else None,
        "contract_net_fen": claim.contract_net_fen,
        "contract_on": claim.contract_on.isoformat(),
        "issued_on": voucher.issued_on.isoformat(),
        "expires_on": (contract.claim_by if contract else voucher.expires_on).isoformat(),
        "remaining_fen": contract.open_fen if contract else voucher.unreserved_fen,
    }


def _new_redemption(claim: Claim, found: Assessment, provider: Provider, caller: Caller) -> Redemption:
    voucher, determination = found.voucher, found.determination
    return Redemption(
        id=found.redemption_id,
        city_code=voucher.city_code,
        status=Status.IN_TRANSIT,
        voucher_id=voucher.id,
        tranche_id=voucher.tranche_id,
        contract_id=claim.contract_id,
        provider_id=provider.id,
        organisation_id=provider.organisation_id,
        amount_fen=determination.amounts["redeemed"],
        service_kind=claim.service_kind,
        service_on=claim.service_on,
        contract_on=claim.contract_on,
        contract_net_fen=claim.contract_net_fen,
        invoice_code=claim.invoice.code,
        invoice_number=claim.invoice.number,
        invoice_fingerprint=claim.invoice.fingerprint,
        redeemed_at=clock.now(voucher.city_code),
        redeemed_by=caller.acting_for,
        determination_id=determination.id,
    )


async def _announce(
    session: AsyncSession,
    redemption: Redemption,
    voucher: Voucher,
    invoice_reference: UUID,
    released: list[tuple[str, Entry]],
) -> None:
    fact = VoucherRedeemed(
        redemption_id=redemption.id,
        voucher_id=voucher.id,
        tranche_id=redemption.tranche_id,
        provider_id=redemption.organisation_id,
        amount_fen=redemption.amount_fen,
        invoice_reference=invoice_reference,
        determination_id=redemption.determination_id,
    )
    await record(session, fact, city_code=redemption.city_code, subject=redemption.id)
    entry = voucher_redeemed(
        redemption.tranche_id,
        redemption.amount_fen,
        redemption_id=redemption.id,
        determination_id=redemption.determination_id,
        case_id=voucher.case_id,
        on=clock.on_date(redemption.redeemed_at),
    )
    keyed = [(f"redeemed:{redemption.id}", entry), *released]
    await post_keyed(session, keyed, city_code=redemption.city_code, book=BOOK)
