"""Tokens as values: what stands in them, and for how long. Times in seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from kernel import clock
from kernel.auth import IDENTITY_TYPE
from kernel.ids import new_id

ACCESS_TYPE = "at+jwt"
ACCESS_SECONDS = 900
IDENTITY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a token speaks for, as the window knows them at this moment."""

    subject: str
    city_code: str
    roles: tuple[str, ...]
    scopes: frozenset[str]
    organisation_id: str | None = None
    actor: str | None = None


def sign(key: ECKey, token_type: str, claims: dict[str, Any]) -> str:
    """A signed token of a type, ES256."""
    return jwt.encode({"alg": "ES256", "kid": key.kid, "typ": token_type}, claims, key)


def access_token(key: ECKey, principal: Principal, *, issuer: str, scopes: Iterable[str]) -> str:
    """What a client carries to the gateway (RFC 9068), valid for ACCESS_SECONDS."""
    now = int(clock.real_now().timestamp())
    claims = {
        "iss": issuer,
        "aud": issuer,
        "sub": principal.subject,
        "client_id": principal.subject,
        "city": principal.city_code,
        "scope": " ".join(sorted(scopes)),
        "jti": new_id().hex,
        "iat": now,
        "exp": now + ACCESS_SECONDS,
    }
    return sign(key, ACCESS_TYPE, claims)


def identity_token(key: ECKey, principal: Principal, *, issuer: str, audience: str) -> str:
    """What a service answers to, for one audience, valid for IDENTITY_SECONDS."""
    now = int(clock.real_now().timestamp())
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": audience,
        "sub": principal.subject,
        "org": principal.organisation_id,
        "roles": list(principal.roles),
        "scopes": sorted(principal.scopes),
        "cities": [principal.city_code] if principal.city_code else [],
        "iat": now,
        "exp": now + IDENTITY_SECONDS,
    }
    if principal.actor:
        claims["act"] = {"sub": principal.actor}
    return sign(key, IDENTITY_TYPE, claims)
