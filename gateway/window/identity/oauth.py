"""The token endpoint and what is published about it. The only routes of the window that need no identity."""

import base64
from typing import Annotated, Any

from fastapi import Form, Header, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.scopes import ALL_SCOPES, WORKLOAD
from gateway.window.identity import service, signing_in
from gateway.window.identity.issuing import BEARER, issued
from gateway.window.identity.pauses import origin_of
from gateway.window.identity.problems import (
    InvalidClient,
    InvalidTokenRequest,
    SignInFailed,
    UnsupportedGrant,
)
from gateway.window.identity.schemas import PasswordIn, SignInIn, TokenForm, TokenOut
from gateway.window.identity.tokens import IDENTITY_SECONDS, Principal, identity_token
from gateway.window.signin.service import takes_passwords
from kernel.auth import WORKLOAD as WORKLOAD_PREFIX
from kernel.idempotency import OnceShown
from kernel.routing import SessionDep, router
from kernel.workload import ASSERTION_TYPE

routes = router(tags=["identity"])
NO_STORE = {"Cache-Control": "no-store"}


@routes.post("/oauth/token", responses={200: {"headers": {"Cache-Control": {"schema": {"type": "string"}}}}})
async def get_token(
    form: Annotated[TokenForm, Form()],
    request: Request,
    response: Response,
    session: SessionDep,
    authorization: Annotated[str | None, Header(max_length=500, include_in_schema=False)] = None,
) -> TokenOut:
    """Client credentials: a portal shows its secret (form or HTTP Basic), a bank signs an assertion (RFC 7523)."""
    response.headers.update(NO_STORE)
    if form.grant_type != "client_credentials":
        raise UnsupportedGrant
    if form.client_assertion is not None and service.claimed_issuer(form.client_assertion).startswith(WORKLOAD_PREFIX):
        return await _workload_token(session, form, request)
    client = await _client(session, form, authorization, request)
    principal = service.principal_of_client(client)
    return issued(request.app.state, principal, form.scope)


@routes.post("/v1/window/sign-in", response_model=TokenOut)
async def sign_in(body: SignInIn, request: Request, session: SessionDep) -> Any:
    """An embedded account of the window. After five wrong passwords the address they came from waits before the next.

    Each wait is twice as long as the one before, up to a quarter of an hour: `Retry-After` says how long.
    """
    takes_passwords(request.app.state.identity_providers, body.account)
    origin = origin_in(request, body.account)
    async with request.app.state.sign_in_turns.turn():
        principal = await signing_in.sign_in(session, account=body.account, password=body.password, origin=origin)
    if principal is None:
        return SignInFailed().response()  # returned, not raised: the counted failure is kept
    return issued(request.app.state, principal)


@routes.post("/v1/window/sign-in/password", response_model=TokenOut)
async def change_password(body: PasswordIn, request: Request, session: SessionDep, _once: OnceShown) -> Any:
    """A password only its owner knows: whoever opened the account has seen the first one. Answers as a sign-in does."""
    takes_passwords(request.app.state.identity_providers, body.account)
    origin = origin_in(request, body.account)
    async with request.app.state.sign_in_turns.turn():
        principal = await signing_in.change_password(
            session, account=body.account, password=body.password, wanted=body.new_password, origin=origin
        )
    if principal is None:
        return SignInFailed().response()  # as above
    return issued(request.app.state, principal)


@routes.get("/.well-known/jwks.json")
async def get_keys(request: Request, response: Response) -> dict[str, Any]:
    """Public keys of tokens (RFC 7517)."""
    response.headers["Cache-Control"] = "public, max-age=300"
    published: dict[str, Any] = request.app.state.signing_keys.published()
    return published


@routes.get("/.well-known/oauth-authorization-server")
async def get_metadata(request: Request) -> dict[str, Any]:
    """Authorization server metadata (RFC 8414)."""
    issuer = request.app.state.settings.public_url
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256"],
        "scopes_supported": sorted(ALL_SCOPES - WORKLOAD),
        "response_types_supported": [],
    }


async def _client(session: AsyncSession, form: TokenForm, authorization: str | None, request: Request) -> Any:
    if form.client_assertion is not None:
        if form.client_assertion_type != ASSERTION_TYPE:
            raise InvalidTokenRequest
        return await service.client_by_assertion(session, form.client_assertion, audiences=_audiences(request))
    client_id, secret = _basic(authorization) if authorization else (form.client_id, form.client_secret)
    if not client_id or not secret:
        raise InvalidTokenRequest("client_id and client_secret, or a client_assertion")
    return await service.client_by_secret(session, client_id=client_id, secret=secret)


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # not base64, not ASCII, not UTF-8
        raise InvalidClient from None
    if scheme.lower() != "basic":
        raise InvalidClient
    return client_id, secret


def origin_in(request: Request, account: str) -> bytes:
    """Where a try comes from, as it is kept.

    The gateway sets the header anew, with one address; without a gateway it is the peer's.
    """
    peer = request.client.host if request.client else ""
    address = request.headers.get("x-forwarded-for", peer).rpartition(",")[2].strip()
    return origin_of(request.app.state.settings.cursor_secret, account=account, address=address)


def _audiences(request: Request) -> set[str]:
    issuer = request.app.state.settings.public_url
    return {issuer, f"{issuer}/oauth/token"}


async def _workload_token(session: AsyncSession, form: TokenForm, request: Request) -> TokenOut:
    """An identity for one of our own processes towards another, with the original actor if it forwards a call."""
    state = request.app.state
    assertion = form.client_assertion or ""
    keys = state.workload_keys.get(service.claimed_issuer(assertion))
    if keys is None or form.resource is None:
        raise InvalidClient
    subject = await service.use_assertion(session, assertion, keys, audiences=_audiences(request))
    actor = (await state.verify_any_identity(form.actor_token)) if form.actor_token else None
    principal = Principal(
        subject=subject,
        city_code="",
        roles=("workload",),
        scopes=WORKLOAD,
        actor=(actor.get("act") or actor)["sub"] if actor else None,
    )
    token = identity_token(
        state.signing_keys.signing, principal, issuer=state.settings.public_url, audience=form.resource
    )
    return TokenOut(
        access_token=token, token_type=BEARER, expires_in=IDENTITY_SECONDS, scope="internal", city_code=None
    )
