"""Clients of a city, and the exchange of access tokens for identities."""

from typing import Annotated

from fastapi import Request

from contracts.window import ClientKeysReply
from gateway.window.identity import clients, queries, service
from gateway.window.identity.models import Client
from gateway.window.identity.schemas import (
    ClientIn,
    ClientOut,
    ExchangeIn,
    ExchangeOut,
    KeysIn,
    KeysOut,
    NewClientOut,
    SecretId,
    SecretLine,
    SecretOut,
)
from gateway.window.identity.tokens import IDENTITY_SECONDS, Principal, identity_token
from kernel.auth import Caller, Internal, may
from kernel.idempotency import AnswerShownOnce, KeyOptional, OnceShown
from kernel.paging import Page, PageDep, page_of
from kernel.problems import NotFound
from kernel.routing import SessionDep, router

routes = router(prefix="/v1/window/clients", tags=["clients"])
internal = router(prefix="/internal", tags=["internal"])
Manager = Annotated[Caller, may("clients:manage")]


@routes.post("", status_code=201)
async def register_client(
    caller: Manager, body: ClientIn, session: SessionDep, key: KeyOptional = None
) -> NewClientOut:
    """A program of a portal, a bank (with its public keys) or a provider.

    A secret is shown this once and its answer never replayed: send an Idempotency-Key with registered keys only.
    """
    client, secret = await clients.register(session, city_code=caller.city, **body.model_dump())
    if secret and key:
        raise AnswerShownOnce
    return NewClientOut(**ClientOut.model_validate(client).model_dump(), client_secret=secret)


@routes.get("")
async def list_clients(caller: Manager, session: SessionDep, page: PageDep) -> Page[ClientOut]:
    """The city's clients."""
    rows, cursor = await page_of(session, queries.clients_of(caller.city), page, (Client.recorded_at, Client.client_id))
    return Page[ClientOut](items=[ClientOut.model_validate(row) for row in rows], next_cursor=cursor)


@routes.post("/{client_id}/disable")
async def disable_client(caller: Manager, client_id: str, session: SessionDep, _key: KeyOptional = None) -> ClientOut:
    """No new token, and within a minute no identity, for this client."""
    client = await clients.client_in(session, city_code=caller.city, client_id=client_id)
    await clients.set_active(session, client, active=False)
    return ClientOut.model_validate(client)


@routes.post("/{client_id}/enable")
async def enable_client(caller: Manager, client_id: str, session: SessionDep, _key: KeyOptional = None) -> ClientOut:
    """It is back, with what was its own, and with the secrets or keys it had: revoke first what is known to others.

    A webhook that was ended meanwhile starts again with a replay.
    """
    client = await clients.client_in(session, city_code=caller.city, client_id=client_id)
    await clients.set_active(session, client, active=True)
    return ClientOut.model_validate(client)


@routes.post("/{client_id}/secrets", status_code=201)
async def rotate_secret(caller: Manager, client_id: str, session: SessionDep, _once: OnceShown) -> SecretOut:
    """A second secret beside the first, for rotation without downtime. Shown this once, so never replayed.

    A bank has none: see its keys.
    """
    client = await clients.client_in(session, city_code=caller.city, client_id=client_id)
    return SecretOut(secret=await clients.second_secret(session, client))


@routes.get("/{client_id}/secrets")
async def list_secrets(caller: Manager, client_id: str, session: SessionDep) -> list[SecretLine]:
    """When each was last used; never the secret."""
    client = await clients.client_in(session, city_code=caller.city, client_id=client_id)
    return [SecretLine.model_validate(row) for row in await queries.secrets_of(session, client.client_id)]


@routes.delete("/{client_id}/secrets/{secret_id}", status_code=204)
async def revoke_secret(caller: Manager, client_id: str, secret_id: SecretId, session: SessionDep) -> None:
    """The secret is dead at once."""
    client = await clients.client_in(session, city_code=caller.city, client_id=client_id)
    await clients.revoke_secret(session, client, secret_id=secret_id)


@routes.get("/{client_id}/keys")
async def read_keys(caller: Manager, client_id: str, session: SessionDep) -> KeysOut:
    """A bank's public keys. 404 for a client that shows a secret."""
    client = await clients.client_in(session, city_code=caller.city, client_id=client_id)
    if client.jwks is None:
        raise NotFound
    return KeysOut(client_id=client.client_id, jwks=client.jwks)


@routes.put("/{client_id}/keys")
async def replace_keys(caller: Manager, client_id: str, body: KeysIn, session: SessionDep) -> KeysOut:
    """A bank's public keys from now on, all of them: what is not among them signs nothing more."""
    client = await clients.client_in(session, city_code=caller.city, client_id=client_id)
    await clients.replace_keys(session, client, jwks=body.jwks)
    return KeysOut(client_id=client.client_id, jwks=body.jwks)


@internal.post("/identities")
async def exchange(_proxy: Internal, body: ExchangeIn, request: Request, session: SessionDep) -> ExchangeOut:
    """The proxy's exchange: an access token for an identity towards one service, with what its owner may do now."""
    state = request.app.state
    claims = await state.verify_access(body.access_token)
    principal = await service.principal_of(session, claims["sub"])
    narrowed = Principal(
        subject=principal.subject,
        city_code=principal.city_code,
        roles=principal.roles,
        scopes=principal.scopes & frozenset(claims["scope"].split()),
        organisation_id=principal.organisation_id,
    )
    token = identity_token(
        state.signing_keys.signing, narrowed, issuer=state.settings.public_url, audience=body.audience
    )
    return ExchangeOut(identity=token, expires_in=IDENTITY_SECONDS)


@internal.get("/clients/{client_id}/keys")
async def tell_keys(_caller: Internal, client_id: str, session: SessionDep) -> ClientKeysReply:
    """The keys of a bank's client, for a service that checks what it signed."""
    client = await session.get(Client, client_id)
    if client is None or not client.active or client.jwks is None:
        raise NotFound
    return ClientKeysReply(client_id=client.client_id, city_code=client.city_code, jwks=client.jwks)
