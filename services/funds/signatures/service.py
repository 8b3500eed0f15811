"""Checking a bank's signature before the transaction, and keeping it beside what the request made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import Depends, Header, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.window import ClientKeysReply
from kernel.auth import Caller
from kernel.client import AnsweredProblem, ServiceClient
from kernel.ids import new_id
from kernel.neighbours import calls
from kernel.problems import NotFound
from services.funds.signatures.models import SignedRequest
from services.funds.signatures.verifying import SignatureInvalid, Signed, verified

SHAPE = r"^[A-Za-z0-9_\-]+\.\.[A-Za-z0-9_\-]+$"
DESCRIPTION = (
    "A detached JWS over the body byte for byte (RFC 7515, appendix F; ES256 or PS256), with `kid` of a registered key "
    "and `url`, the whole address, in its protected header. Kept as evidence; a wrong one is refused."
)


async def signed_body(
    request: Request,
    window: Annotated[ServiceClient, calls("window")],
    x_jws_signature: Annotated[str | None, Header(max_length=2_000, pattern=SHAPE, description=DESCRIPTION)] = None,
) -> Signed | None:
    """The request's body with its signature, if it carries one. Raises SignatureInvalid, Unavailable."""
    if x_jws_signature is None:
        return None
    caller: Caller = request.state.caller
    keys = await _keys(window, caller)
    url = request.app.state.settings.public_url + request.url.path
    return verified(x_jws_signature, await request.body(), keys.jwks, client_id=caller.subject, url=url)


async def _keys(window: ServiceClient, caller: Caller) -> ClientKeysReply:
    try:
        found = await window.get(f"/internal/clients/{caller.subject}/keys", ClientKeysReply)
    except AnsweredProblem as problem:
        if problem.status == NotFound.status:
            raise SignatureInvalid from None
        raise
    if found.city_code != caller.city:
        raise SignatureInvalid
    return found


SignedBody = Annotated[Signed | None, Depends(signed_body)]


def keep_signature(
    session: AsyncSession, signed: Signed | None, caller: Caller, subjects: Sequence[UUID], *, at: datetime
) -> None:
    """Write it down in the caller's transaction; nothing for a request that was not signed or made nothing."""
    if signed is None or not subjects or caller.organisation_id is None:
        return
    session.add(
        SignedRequest(
            id=new_id(),
            city_code=caller.city,
            bank_id=UUID(caller.organisation_id),
            client_id=signed.client_id,
            url=signed.url,
            algorithm=signed.algorithm,
            key_id=signed.key_id,
            public_key=signed.public_key,
            signature=signed.signature,
            content=signed.content,
            content_sha256=signed.content_sha256,
            subjects=list(subjects),
            verified_at=at,
        )
    )


def withdrawal_of(subject: UUID) -> UUID:
    """Under which a signed withdrawal is kept: it makes no row of its own, and what it takes back has its signature."""
    return uuid5(subject, "withdrawal")


async def signature_on(session: AsyncSession, subject: UUID, *, city_code: str) -> SignedRequest:
    """The signed request that made this; its reader has been let through to the subject. Raises NotFound."""
    wanted = select(SignedRequest).where(
        SignedRequest.city_code == city_code, SignedRequest.subjects.contains([subject])
    )
    row: SignedRequest | None = await session.scalar(wanted.order_by(SignedRequest.recorded_at).limit(1))
    if row is None:
        raise NotFound
    return row
