"""Use cases of contracts: preview, register."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.vouchers import VoucherReserved
from kernel import clock
from kernel.auth import Caller
from kernel.client import ServiceClient
from kernel.findings import Finding
from kernel.ids import encode_id, new_id
from kernel.outbox import record
from kernel.owning import is_own
from kernel.problems import Conflict, NotFound, named_constraint
from kernel.routing import Work
from kernel.timers import schedule_after
from policy.determinations import Determination, determine
from policy.snapshots import Acceptance, Snapshot
from policy.store import policy_for, save_determination
from policy.terms import VoucherTerms
from services.vouchers.contracts.ending import LAPSES
from services.vouchers.contracts.models import Contract
from services.vouchers.contracts.queries import is_registered
from services.vouchers.contracts.rules import Agreement, Parties, Standing, reservation_findings
from services.vouchers.contracts.states import Status
from services.vouchers.integrity.hindrances import hindrances
from services.vouchers.issuance.models import Voucher
from services.vouchers.organisations import parties_of
from services.vouchers.policy_answers import refuse_together, voucher_clauses
from services.vouchers.providers.models import Provider
from services.vouchers.providers.queries import admissions_of, admitted_on
from services.vouchers.redemption.queries import voucher_by_code
from services.vouchers.redemption.service import CodeUnknown

RESERVE = "reserve"


class ContractRegistered(Conflict):
    code, title_zh, title_en = "contract_registered", "该合同已登记", "The contract is registered already"


named_constraint("uq_contract_registered", ContractRegistered)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A contract as it would stand now: the policy's determination and every reason of ours against it."""

    contract_id: UUID
    voucher: Voucher
    provider: Provider | None
    snapshot: Snapshot
    determination: Determination
    own_findings: list[Finding]


async def preview_reservation(
    work: Work, registry: ServiceClient, *, agreement: Agreement, code_hash: bytes, caller: Caller
) -> tuple[dict[str, Any], list[Finding]]:
    """The amounts step by step and every reason against it. Nothing is kept."""
    parties = await _parties(work, registry, agreement, code_hash, caller)
    found = await _assess(await work.open(), agreement, code_hash, parties, caller, lock=False)
    reasons = [*found.determination.findings, *found.own_findings]
    return _amounts(found, agreement, refused=bool(reasons)), reasons


async def register_contract(
    work: Work, registry: ServiceClient, *, agreement: Agreement, code_hash: bytes, caller: Caller
) -> Contract:
    """Part of the voucher's value is the contract's until it is claimed, given up, or its last day has passed."""
    parties = await _parties(work, registry, agreement, code_hash, caller)
    session = await work.open()
    found = await _assess(session, agreement, code_hash, parties, caller, lock=True)
    refuse_together(found.determination, found.own_findings)
    if found.provider is None:  # the rule has refused; this tells the type checker
        raise NotFound
    await save_determination(session, found.determination, case_id=None)
    contract = _new_contract(agreement, found, found.provider, caller)
    session.add(contract)
    await session.flush()
    await _announce(session, contract)
    return contract


async def _parties(
    work: Work, registry: ServiceClient, agreement: Agreement, code_hash: bytes, caller: Caller
) -> Parties:
    """Whether holder and provider existed on the day signed, and how they are related on it and today.

    Asked with no transaction open.
    """
    session, on = await work.open(), clock.today(caller.city)
    voucher = await _voucher(session, code_hash, caller, lock=False)
    is_known = bool(await admissions_of(session, agreement.organisation_id, city_code=caller.city))
    await work.close()
    if not is_known or agreement.organisation_id == voucher.holder_id:
        return Parties()  # refused for a reason of its own
    pair, signed_on = (voucher.holder_id, agreement.organisation_id), agreement.signed_on
    return await parties_of(registry, pair, day=signed_on, on=on, signed_on=signed_on, city_code=caller.city)


async def _voucher(session: AsyncSession, code_hash: bytes, caller: Caller, *, lock: bool) -> Voucher:
    """The voucher the code opens; for whoever is neither its holder nor staff there is none."""
    voucher = await voucher_by_code(session, code_hash, city_code=caller.city, lock=lock)
    if voucher is None or not is_own(caller, voucher.holder_id):
        raise CodeUnknown
    return voucher


async def _assess(
    session: AsyncSession,
    agreement: Agreement,
    code_hash: bytes,
    parties: Parties,
    caller: Caller,
    *,
    lock: bool,
) -> Assessment:
    # The voucher's row is locked first, as by everybody who spends of it: two contracts cannot both see the last of it.
    voucher = await _voucher(session, code_hash, caller, lock=lock)
    accepted, on = Acceptance(on=voucher.accepted_on, at=voucher.accepted_at), clock.today(caller.city)
    snapshot = await policy_for(session, caller.city, accepted)
    admissions = await admissions_of(session, agreement.organisation_id, city_code=caller.city)
    provider, contract_id = admitted_on(admissions, agreement.signed_on), new_id()
    standing = Standing(
        admitted_kinds=frozenset(provider.service_kinds) if provider else None,
        provider_is_holder=agreement.organisation_id == voucher.holder_id,
        number_registered=await is_registered(
            session, voucher, organisation_id=agreement.organisation_id, number=agreement.number
        ),
        parties=parties,
    )
    clauses = voucher_clauses(snapshot, voucher.programme)
    # Where a provider is does not depend on whether it is admitted: name the area as a reason of its own.
    facts = _facts(agreement, voucher, provider or next(iter(admissions), None), on)
    determination = determine(
        snapshot,
        id=new_id(),
        programme=voucher.programme,
        act=RESERVE,
        facts=facts,
        accepted=accepted,
        references=_references(contract_id, voucher, agreement),
    )
    provider_id, signed_on = agreement.organisation_id, agreement.signed_on
    own = await hindrances(session, voucher, provider_id, on=on, served_on=signed_on, clauses=clauses, kin=parties.kin)
    own += reservation_findings(agreement, standing, on=on, clauses=clauses)
    return Assessment(contract_id, voucher, provider, snapshot, determination, own)


def _facts(agreement: Agreement, voucher: Voucher, provider: Provider | None, on: date) -> dict[str, Any]:
    return {
        "service_kind": agreement.service_kind,
        "provider_division": provider.division_code if provider else None,
        "contract_net_fen": agreement.contract_net_fen,
        "contract_on": agreement.signed_on.isoformat(),
        "issued_on": voucher.issued_on.isoformat(),
        "expires_on": voucher.expires_on.isoformat(),
        "reserved_on": on.isoformat(),
        "asked_fen": agreement.asked_fen,
        "unreserved_fen": voucher.unreserved_fen,
    }


def _references(contract_id: UUID, voucher: Voucher, agreement: Agreement) -> dict[str, str]:
    return {
        "contract": encode_id("ctr", contract_id),
        "voucher": encode_id("vch", voucher.id),
        "provider": encode_id("org", agreement.organisation_id),
    }


def _amounts(found: Assessment, agreement: Agreement, *, refused: bool) -> dict[str, Any]:
    voucher, determination = found.voucher, found.determination
    terms = found.snapshot.pack.programmes[voucher.programme].terms
    traced = {step.name: step.value for step in determination.ruling.trace}
    return {
        "voucher_id": voucher.id,
        "face_fen": voucher.face_fen,
        "remaining_fen": voucher.remaining_fen,
        "reserved_fen": voucher.reserved_fen,
        "unreserved_fen": voucher.unreserved_fen,
        "share_bp": traced.get(terms.share) if isinstance(terms, VoucherTerms) else None,
        "share_fen": traced.get("share_fen"),
        "asked_fen": agreement.asked_fen,
        "would_reserve_fen": 0 if refused else determination.amounts["reserved"],
        "use_by": voucher.expires_on,
        "claim_by": determination.terms.get("claim_by"),
    }


def _new_contract(agreement: Agreement, found: Assessment, provider: Provider, caller: Caller) -> Contract:
    voucher, reserved_fen = found.voucher, found.determination.amounts["reserved"]
    return Contract(
        id=found.contract_id,
        city_code=voucher.city_code,
        status=Status.RESERVED,
        voucher_id=voucher.id,
        holder_id=voucher.holder_id,
        provider_id=provider.id,
        organisation_id=provider.organisation_id,
        service_kind=agreement.service_kind,
        number=agreement.number,
        signed_on=agreement.signed_on,
        contract_net_fen=agreement.contract_net_fen,
        reserved_fen=reserved_fen,
        redeemed_fen=0,
        open_fen=reserved_fen,
        use_by=voucher.expires_on,
        claim_by=date.fromisoformat(found.determination.terms["claim_by"]),
        determination_id=found.determination.id,
        registered_by=caller.acting_for,
    )


async def _announce(session: AsyncSession, contract: Contract) -> None:
    fact = VoucherReserved(
        contract_id=contract.id,
        voucher_id=contract.voucher_id,
        holder_id=contract.holder_id,
        provider_id=contract.organisation_id,
        reserved_fen=contract.reserved_fen,
        use_by=contract.use_by,
        claim_by=contract.claim_by,
    )
    await record(session, fact, city_code=contract.city_code, subject=contract.id)
    await schedule_after(session, contract.claim_by, kind=LAPSES, object_id=contract.id, city_code=contract.city_code)
