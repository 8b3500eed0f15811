"""Routes of certificates and proofs. One is for everybody: how a certificate somebody holds stands today."""

from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response

from kernel import context
from kernel.auth import Caller, may
from kernel.drawing import drawn
from kernel.routing import SessionDep, WorkDep, router
from services.registry.carriers.queries import find_carrier
from services.registry.carriers.schemas import CarrierId
from services.registry.certificates import proofs, queries, service
from services.registry.certificates.paper import certificate_paper
from services.registry.certificates.schemas import (
    CertificateOut,
    CertificatesOut,
    KeySetOut,
    ProofOut,
    VerificationOut,
)
from services.registry.certificates.signing import CertifierDep

PUBLIC_ROUTES = frozenset({("GET", "/v1/registry/certificates/{number}/verification")})
MayRead = Annotated[Caller, may("carriers:read")]
Number = Annotated[
    str, Path(pattern=r"^[0-9]{6}(-[0-9A-Z]{8})?-[0-9]{4}-[0-9]{5,}-[0-9A-Z]$", examples=["320300-2026-00001-7"])
]
PaperLanguage = Annotated[Literal["zh", "en"] | None, Query(description="Of the paper; else that of the request")]
PAPER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A4 landscape; the signed data is attached as certificate.json",
        "content": {"application/pdf": {"schema": {"type": "string", "contentMediaType": "application/pdf"}}},
    }
}

routes = router(prefix="/v1/registry", tags=["registry: certificates"])


async def _public_url(request: Request) -> str:
    return str(request.app.state.settings.public_url)


PublicUrl = Annotated[str, Depends(_public_url)]


@routes.get("/keys")
async def read_certificate_keys(_caller: MayRead, certifier: CertifierDep) -> KeySetOut:
    """The public keys: who keeps them verifies certificates and proofs without asking us again."""
    return KeySetOut.model_validate(certifier.public_keys())


# Before "/certificates/{number}", which would take this path for a number.
@routes.get("/certificates/{number}.pdf", response_class=Response, responses=PAPER)
async def print_certificate(
    caller: MayRead, number: Number, work: WorkDep, public_url: PublicUrl, language: PaperLanguage = None
) -> Response:
    """A certificate on paper, with a QR code to its verification. The same certificate gives the same bytes."""
    certificate = await queries.find_certificate(await work.open(), number, caller=caller)
    paper = partial(
        certificate_paper,
        certificate,
        CertificateOut.model_validate(certificate).model_dump_json().encode(),
        language=language or ("en" if context.current().language == "en" else "zh"),
        verify_at=f"{public_url}/v1/registry/certificates/{number}/verification",
    )
    printed = await drawn(work, paper)
    headers = {"Content-Disposition": f'inline; filename="{number}.pdf"'}
    return Response(printed, media_type="application/pdf", headers=headers)


@routes.get("/certificates/{number}")
async def read_certificate(caller: MayRead, number: Number, session: SessionDep) -> CertificateOut:
    """A certificate as it was signed."""
    return CertificateOut.model_validate(await queries.find_certificate(session, number, caller=caller))


@routes.get("/certificates/{number}/verification")
async def verify_certificate(number: Number, session: SessionDep, certifier: CertifierDep) -> VerificationOut:
    """What a certificate says and how it stands today, for whoever holds the paper. No token needed."""
    return await service.verify_certificate(session, certifier, number)


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
    return await proofs.prove(session, certifier, carrier_id=carrier_id, on=on, caller=caller)
