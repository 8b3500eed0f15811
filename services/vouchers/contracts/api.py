"""Routes of service contracts. Codes come in bodies only: addresses are logged."""

from typing import Annotated

from fastapi import Response

from contracts.asking import may_own
from kernel.auth import Caller, may
from kernel.etags import IfMatch, mark
from kernel.idempotency import KeyOptional, KeyRequired
from kernel.neighbours import Registry
from kernel.paging import Page, PageDep
from kernel.routing import SessionDep, WorkDep, router
from services.vouchers.contracts import ending, queries, service
from services.vouchers.contracts.models import Contract
from services.vouchers.contracts.schemas import CancelIn, ContractIn, ContractOut, ReservationPreviewOut, ServiceIn
from services.vouchers.contracts.states import Fact, Status
from services.vouchers.ids import ContractId, VoucherId
from services.vouchers.settings import CodeKey

MayRead = Annotated[Caller, may_own("vouchers:read")]
MayReserve = Annotated[Caller, may_own("vouchers:reserve")]
MayRedeem = Annotated[Caller, may("vouchers:redeem")]
routes = router(prefix="/v1/vouchers/contracts", tags=["vouchers: contracts"])


@routes.post("", status_code=201)
async def register_contract(
    caller: MayReserve,
    body: ContractIn,
    key: CodeKey,
    registry: Registry,
    work: WorkDep,
    response: Response,
    _key: KeyRequired,
) -> ContractOut:
    """Reserve part of a voucher for a contract with an admitted provider. Refused with every reason."""
    contract = await service.register_contract(
        work, registry, agreement=body.to_agreement(), code_hash=body.code_hash(key), caller=caller
    )
    return _shown(contract, response)


@routes.post("/preview")
async def preview_reservation(
    caller: MayReserve, body: ContractIn, key: CodeKey, registry: Registry, work: WorkDep
) -> ReservationPreviewOut:
    """What would be reserved now, step by step, with every reason against it. Nothing is reserved."""
    amounts, found = await service.preview_reservation(
        work, registry, agreement=body.to_agreement(), code_hash=body.code_hash(key), caller=caller
    )
    return ReservationPreviewOut.of(amounts, found)


@routes.get("")
async def list_contracts(
    caller: MayRead,
    session: SessionDep,
    page: PageDep,
    status: Status | None = None,
    voucher_id: VoucherId | None = None,
) -> Page[ContractOut]:
    """Contracts of the city for its staff; for a holder or a provider those it is a party to."""
    rows, cursor = await queries.list_contracts(session, page, caller=caller, status=status, voucher_id=voucher_id)
    return Page(items=[ContractOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.get("/{contract_id}")
async def get_contract(
    caller: MayRead, contract_id: ContractId, session: SessionDep, response: Response
) -> ContractOut:
    """One contract and what it still holds."""
    return _shown(await queries.contract_for(session, contract_id, caller=caller), response)


@routes.post("/{contract_id}/service")
async def report_service(
    caller: MayRedeem,
    contract_id: ContractId,
    body: ServiceIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> ContractOut:
    """The provider has done the service: the holder cannot withdraw any more."""
    contract = await ending.report_service(
        session, contract_id=contract_id, served_on=body.served_on, caller=caller, if_match=if_match
    )
    return _shown(contract, response)


@routes.post("/{contract_id}/cancel")
async def cancel_contract(
    caller: MayReserve,
    contract_id: ContractId,
    body: CancelIn,
    if_match: IfMatch,
    session: SessionDep,
    response: Response,
    _key: KeyOptional = None,
) -> ContractOut:
    """End a reservation; what it held is free at once, and after the voucher's last day back in the tranche."""
    contract = await ending.cancel_contract(
        session, contract_id=contract_id, fact=Fact(body.reason), caller=caller, if_match=if_match
    )
    return _shown(contract, response)


def _shown(contract: Contract, response: Response) -> ContractOut:
    mark(response, contract.version)
    return ContractOut.model_validate(contract)
