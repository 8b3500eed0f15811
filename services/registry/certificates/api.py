"""Routes of certificates and proofs."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query

from kernel.auth import Caller, may
from kernel.routing import SessionDep, router
from services.registry.carriers.queries import find_carrier
from services.registry.carriers.schemas import CarrierId
from services.registry.certificates import queries, service
from services.registry.certificates.schemas import CertificateOut, CertificatesOut, KeySetOut, ProofOut
from services.registry.certificates.signing import CertifierDep

MayRead = Annotated[Caller, may("carriers:read")]
Number = Annotated[
    str, Path(pattern=r"^[0-9]{6}(-[0-9A-Z]{8})?-[0-9]{4}-[0-9]{5,}-[0-9A-Z]$", examples=["320300-2026-00001-7"])
]

routes = router(prefix="/v1/registry", tags=["registry: certificates"])


@routes.get("/keys")
async def read_certificate_keys(_caller: MayRead, certifier: CertifierDep) -> KeySetOut:
    """The public keys: who keeps them verifies certificates and proofs without asking us again."""
    return KeySetOut.model_validate(certifier.public_keys())


@routes.get("/certificates/{number}")
async def read_certificate(caller: MayRead, number: Number, session: SessionDep) -> CertificateOut:
    """A certificate as it was signed."""
    return CertificateOut.model_validate(await queries.find_certificate(session, number, caller=caller))


@routes.get("/carriers/{carrier_id}/certificates")
async def list_certificates(caller: MayRead, carrier_id: CarrierId, session: SessionDep) -> CertificatesOut:
    """Every certificate of a carrier."""
    carrier = await find_carrier(session, carrier_id, caller=caller)
    rows = await queries.certificates_of(session, carrier.id)
    return CertificatesOut(items=[CertificateOut.model_validate(row) for row in rows])


@routes.get("/carriers/{carrier_id}/proof")
async def prove_recognition(
    caller: MayRead,
    carrier_id: CarrierId,
    on: Annotated[date, Query(examples=["2026-11-22"], description="A day in Asia/Shanghai, today at the latest")],
    session: SessionDep,
    certifier: CertifierDep,
) -> ProofOut:
    """Was the carrier recognised on the day? A signed answer with level, certificate and policy version."""
    return await service.prove(session, certifier, carrier_id=carrier_id, on=on, caller=caller)
