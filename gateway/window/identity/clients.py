"""A city's clients as its operator keeps them. Each change is on the feed, for staff and for whom the client acts."""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.window import ClientChanged
from gateway.window.feed.service import publish
from gateway.window.identity.models import Client, ClientSecret
from gateway.window.identity.problems import ShowsASecret, SignsWithKeys
from gateway.window.identity.service import add_client, add_secret
from gateway.window.sandboxes.service import must_be_open
from kernel import clock
from kernel.problems import NotFound

Change = Literal["registered", "disabled", "enabled", "keys_replaced", "secret_added", "secret_revoked"]


async def register(session: AsyncSession, *, city_code: str, **given: Any) -> tuple[Client, str | None]:
    """A new client and, for one without registered keys, its secret: the only time it can be seen.

    Raises SandboxClosed.
    """
    await must_be_open(session, city_code)
    client, secret = await add_client(session, city_code=city_code, **given)
    await _tell(session, client, "registered")
    return client, secret


async def client_in(session: AsyncSession, *, city_code: str, client_id: str) -> Client:
    """The city's client. Raises NotFound for another city's."""
    client = await session.get(Client, client_id)
    if client is None or client.city_code != city_code:
        raise NotFound
    return client


async def set_active(session: AsyncSession, client: Client, *, active: bool) -> None:
    """What it opened and registered stays its own while it is out. Told where it changes something.

    Raises SandboxClosed.
    """
    await must_be_open(session, client.city_code)
    if client.active is not active:
        client.active = active
        await _tell(session, client, "enabled" if active else "disabled")


async def replace_keys(session: AsyncSession, client: Client, *, jwks: dict[str, Any]) -> None:
    """A bank's public keys from now on, all of them. Raises ShowsASecret."""
    if client.jwks is None:
        raise ShowsASecret
    client.jwks = jwks
    await _tell(session, client, "keys_replaced")


async def second_secret(session: AsyncSession, client: Client) -> str:
    """Another secret, shown once. Raises SignsWithKeys, TwoSecretsAlready."""
    if client.jwks is not None:
        raise SignsWithKeys
    await _tell(session, client, "secret_added")
    return await add_secret(session, client.client_id)


async def revoke_secret(session: AsyncSession, client: Client, *, secret_id: UUID) -> None:
    """The secret is dead from now on; tokens got with it die with their quarter of an hour. Raises NotFound."""
    row = await session.get(ClientSecret, secret_id)
    if row is None or row.client_id != client.client_id:
        raise NotFound
    if row.revoked_at is None:
        row.revoked_at = clock.real_now()
        await _tell(session, client, "secret_revoked")


async def _tell(session: AsyncSession, client: Client, outcome: Change) -> None:
    fact = ClientChanged(
        client_id=client.client_id,
        kind=client.kind.value,
        organisation_id=client.organisation_id,
        outcome=outcome,
    )
    await publish(session, fact, city_code=client.city_code, subject=client.client_id)
