"""Who may have a token: clients by secret or signature, our own processes by signature; and what people may do."""

import asyncio
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import KeySet
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.scopes import ROLE_SCOPES
from gateway.window.identity.jwks import UNREADABLE
from gateway.window.identity.models import Client, ClientKind, ClientSecret, Person, UsedAssertion
from gateway.window.identity.problems import InvalidClient, TwoSecretsAlready
from gateway.window.identity.tokens import Principal
from kernel import clock
from kernel.ids import new_id
from kernel.problems import Unauthenticated

PERSON = "person:"
SECRETS_MAX = 2
ASSERTION_LIFE_MAX = 300
# A bank's clock is not ours. What was used is remembered for longer than that.
SKEW_SECONDS = 30
REMEMBERED_FOR = timedelta(minutes=2)
JTI_LENGTH_MAX = 200
ASSERTION_FAULT = "an assertion needs iss, sub, aud, exp and a jti of at most 200 ASCII characters"
ASSERTION_FAULTS = {
    "sub": "iss and sub of an assertion are both the client's id",
    "aud": "aud of an assertion is this server's issuer",
    "exp": "this assertion has ended; are the clocks right?",
    "nbf": "this assertion has not begun; are the clocks right?",
    "iat": "this assertion has not begun; are the clocks right?",
}
# OWASP Password Storage Cheat Sheet, its Argon2id minimum: people wait for this, and the passwords are 96 random bits.
passwords = PasswordHash([Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1)])


def digest(secret: str) -> bytes:
    """A random secret of 256 bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


async def client_by_secret(session: AsyncSession, *, client_id: str, secret: str) -> Client:
    """The client, when the secret is one of its live ones. Raises InvalidClient."""
    client = await _known(session, client_id)
    if client is None or not client.active or client.jwks is not None:
        raise InvalidClient
    live = await session.scalars(
        select(ClientSecret).where(ClientSecret.client_id == client_id, ClientSecret.revoked_at.is_(None))
    )
    matching = [row for row in live if hmac.compare_digest(row.digest, digest(secret))]
    if not matching:
        raise InvalidClient
    matching[0].last_used_at = clock.real_now()
    return client


async def _known(session: AsyncSession, client_id: str) -> Client | None:
    """None also for text the database would refuse to look for."""
    return await session.get(Client, client_id) if _plain(client_id) else None


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


async def client_by_assertion(session: AsyncSession, assertion: str, *, audiences: set[str]) -> Client:
    """The bank whose registered key signed the assertion (RFC 7523), once. Raises InvalidClient."""
    client = await _known(session, claimed_issuer(assertion))
    if client is None or not client.active or client.jwks is None:
        raise InvalidClient
    await use_assertion(session, assertion, registered_keys(client.jwks), audiences=audiences)
    return client


def registered_keys(jwks: Any) -> KeySet:
    """The keys a bank registered. Raises InvalidClient for what was kept before keys were checked."""
    try:
        return KeySet.import_key_set(jwks)
    except UNREADABLE:
        raise InvalidClient from None


def claimed_issuer(assertion: str) -> str:
    """Who the assertion says it is from; proven only by `use_assertion`."""
    try:
        claims = json.loads(jws.extract_compact(assertion.encode()).payload)
        return str(claims["iss"])
    # Anybody may send this, nested as deep as they like: a 500 here would open the gateway's breaker for everybody.
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise InvalidClient from None


async def use_assertion(session: AsyncSession, assertion: str, keys: KeySet, *, audiences: set[str]) -> str:
    """Verify signature, issuer = subject, audience, life and first use; answers the issuer. Raises InvalidClient."""
    claims = _signed_claims(assertion, keys)
    issuer, jti, expires_at = _sound(claims, audiences)
    await session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at < clock.real_now() - REMEMBERED_FOR))
    used = insert(UsedAssertion).values(jti=f"{issuer}:{jti}", expires_at=expires_at).on_conflict_do_nothing()
    if await session.scalar(used.returning(UsedAssertion.jti)) is None:
        raise InvalidClient("this assertion was used before")
    return issuer


def _signed_claims(assertion: str, keys: KeySet) -> dict[str, Any]:
    """Whoever has no key learns nothing but that it is refused."""
    try:
        return jwt.decode(assertion, keys, algorithms=["ES256", "PS256"]).claims
    except (JoseError, ValueError, TypeError, KeyError):
        raise InvalidClient from None


def _sound(claims: dict[str, Any], audiences: set[str]) -> tuple[str, str, datetime]:
    """Issuer, `jti` and end of what a known key signed. Raises InvalidClient, which says what is wrong with it."""
    now = int(clock.real_now().timestamp())
    try:
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=SKEW_SECONDS,
            iss={"essential": True},
            sub={"essential": True, "value": str(claims.get("iss"))},
            aud={"essential": True, "values": sorted(audiences)},
            exp={"essential": True},
            jti={"essential": True},
        ).validate(claims)
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (InvalidClaimError, ExpiredTokenError) as error:
        raise InvalidClient(ASSERTION_FAULTS.get(error.claim, ASSERTION_FAULT)) from None
    except (JoseError, ValueError, TypeError, OverflowError, OSError):
        raise InvalidClient(ASSERTION_FAULT) from None
    if claims["exp"] > now + ASSERTION_LIFE_MAX + SKEW_SECONDS:
        raise InvalidClient("exp of an assertion is at most five minutes ahead")
    if len(claims["jti"]) > JTI_LENGTH_MAX or not _plain(claims["jti"]):
        raise InvalidClient(ASSERTION_FAULT)
    return claims["iss"], claims["jti"], expires_at


def principal_of_client(client: Client) -> Principal:
    """What the client may do now."""
    return Principal(
        subject=client.client_id,
        city_code=client.city_code,
        roles=(client.kind.value,),
        scopes=ROLE_SCOPES[client.kind.value],
        organisation_id=str(client.organisation_id) if client.organisation_id else None,
    )


def principal_of_person(person: Person) -> Principal:
    """What the person may do now."""
    scopes = frozenset[str]().union(*(ROLE_SCOPES[role] for role in person.roles))
    return Principal(PERSON + person.account, person.city_code, tuple(person.roles), scopes)


async def principal_of(session: AsyncSession, subject: str) -> Principal:
    """The living client or person of an access token. Raises Unauthenticated when gone or disabled."""
    if subject.startswith(PERSON):
        person = await session.get(Person, subject.removeprefix(PERSON))
        if person is not None and person.active:
            return principal_of_person(person)
    else:
        client = await session.get(Client, subject)
        if client is not None and client.active:
            return principal_of_client(client)
    raise Unauthenticated


async def add_client(
    session: AsyncSession,
    *,
    city_code: str,
    kind: ClientKind,
    name: str,
    organisation_id: UUID | None = None,
    jwks: dict[str, Any] | None = None,
    client_id: str | None = None,
    secret: str | None = None,
) -> tuple[Client, str | None]:
    """A new client and, for one without registered keys, its secret: the only time it can be seen."""
    client = Client(
        client_id=client_id or f"{kind.value}-{secrets.token_hex(6)}",
        city_code=city_code,
        kind=kind,
        name=name,
        organisation_id=organisation_id,
        jwks=jwks,
        active=True,
    )
    session.add(client)
    await session.flush()
    return client, None if jwks else await add_secret(session, client.client_id, secret)


async def add_secret(session: AsyncSession, client_id: str, secret: str | None = None) -> str:
    """Another secret for the client, shown once. Raises TwoSecretsAlready."""
    await session.scalar(select(Client.client_id).where(Client.client_id == client_id).with_for_update())
    live = list(
        await session.scalars(
            select(ClientSecret.id).where(ClientSecret.client_id == client_id, ClientSecret.revoked_at.is_(None))
        )
    )
    if len(live) >= SECRETS_MAX:
        raise TwoSecretsAlready
    secret = secret or secrets.token_urlsafe(32)
    session.add(ClientSecret(id=new_id(), client_id=client_id, digest=digest(secret)))
    return secret


async def add_person(session: AsyncSession, *, account: str, city_code: str, roles: list[str]) -> str:
    """A new account and its password, shown once."""
    person = Person(account=account, city_code=city_code, roles=roles)
    password = await renew_password(person)
    session.add(person)
    return password


async def renew_password(person: Person) -> str:
    """A new password, shown once; an account that was disabled is open again."""
    password = secrets.token_urlsafe(12)
    await set_password(person, password)
    person.active = True
    return password


async def set_password(person: Person, password: str) -> None:
    """From now on."""
    person.password_hash = await asyncio.to_thread(passwords.hash, password)
