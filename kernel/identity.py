"""Verification of signed tokens (ES256) by published keys, each verified once and remembered until it expires."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption

from kernel import clock
from kernel.problems import Unauthenticated, Unavailable

ALGORITHMS = ["ES256"]
REMEMBERED = 10_000
REFETCH_SECONDS = 5
REFRESH_SECONDS = 600
AGAIN_SECONDS = 30
LEEWAY_SECONDS = 5

Keys = Callable[[bool], Awaitable[KeySet]]


class RemoteKeys:
    """The window's JWKS, fetched when first needed, every ten minutes, and, seconds apart, for an unknown key id.

    A key that is published no longer is believed no longer than that.
    """

    def __init__(self, http: httpx2.AsyncClient, url: str) -> None:
        self._http, self._url = http, url
        self._keys: KeySet | None = None
        self._fetched_at = 0
        self._lock = asyncio.Lock()

    async def __call__(self, refresh: bool) -> KeySet:
        async with self._lock:
            now = int(clock.real_now().timestamp())
            if self._keys is None or (refresh and now - self._fetched_at >= REFETCH_SECONDS):
                self._keys = await self._fetch(now)
            elif now - self._fetched_at >= REFRESH_SECONDS:
                self._fetched_at = now - REFRESH_SECONDS + AGAIN_SECONDS  # should the window be away
                with suppress(Unavailable):
                    self._keys = await self._fetch(now)
        return self._keys

    async def _fetch(self, now: int) -> KeySet:
        try:
            answer = await self._http.get(self._url, timeout=5)
            answer.raise_for_status()
            keys = KeySet.import_key_set(answer.json())
        except (httpx2.HTTPError, JoseError, ValueError):
            raise Unavailable("the window's keys cannot be fetched") from None
        self._fetched_at = now
        return keys


class TokenVerifier:
    """Checks signature, type, issuer, audience and expiry. A token is verified once while it lives."""

    def __init__(self, keys: Keys, *, issuer: str, token_type: str, audience: str | None = None) -> None:
        """Without `audience`, a token for any of our processes: for the window alone, which may be shown an actor's."""
        self._keys, self._token_type = keys, token_type
        wanted: ClaimsOption = {"essential": True}
        if audience is not None:
            wanted["value"] = audience
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock.real_now().timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud=wanted,
            exp={"essential": True},
            sub={"essential": True},
        )
        self._seen: OrderedDict[str, dict[str, Any]] = OrderedDict()

    async def __call__(self, token: str) -> dict[str, Any]:
        """The claims; raises Unauthenticated."""
        claims = self._seen.get(token)
        if claims is None or claims["exp"] <= clock.real_now().timestamp():
            claims = await self._verify(token)
            self._seen[token] = claims
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return claims

    async def _verify(self, token: str) -> dict[str, Any]:
        try:
            decoded = await self._decode(token)
            if decoded.header.get("typ") != self._token_type:
                raise Unauthenticated
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unauthenticated from None
        return dict(decoded.claims)

    async def _decode(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, await self._keys(False), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            return jwt.decode(token, await self._keys(True), algorithms=ALGORITHMS)
