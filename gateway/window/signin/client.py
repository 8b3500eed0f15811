"""A city's identity provider over HTTP: its discovery document and keys, remembered, and the exchange of a code."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Generic, TypeVar
from urllib.parse import quote_plus

import httpx2
from fastapi import FastAPI

from gateway.window.signin.openid import Metadata, PublicKey, UnknownKey, Unusable, keys_of, metadata_of, subject_of
from gateway.window.signin.problems import ProviderUnavailable, SignInNotConfirmed
from gateway.window.signin.providers import Provider
from kernel import clock

# For all a request asks of the provider, waiting for another request's answer included (`in_time`): shorter than what
# the gateway waits for a page, so that a provider that hangs never looks like a window that does.
SECONDS = 6
# Requests of one process that wait for one provider. The gateway has a hundred connections to the window: without a
# bound anybody could fill them with visits to a provider that hangs.
WAITING_MAX = 10
ANSWER_BYTES_MAX = 262_144
METADATA_KEPT, KEYS_KEPT = timedelta(hours=1), timedelta(minutes=10)
PAUSE = timedelta(seconds=5)
WELL_KNOWN = "/.well-known/openid-configuration"
LIMITS = httpx2.Limits(max_connections=20, max_keepalive_connections=4)
T = TypeVar("T")


class Remembered(Generic[T]):
    """One document of the provider, fetched when first needed and again when it is old."""

    def __init__(self, fetch: Callable[[], Awaitable[T]], kept: timedelta) -> None:
        self._fetch, self._kept = fetch, kept
        self._value: T | None = None
        self._fetched_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def get(self, *, renew: bool = False) -> T:
        """`renew`: also a document that is not old, seconds apart: anybody can send us what makes us look again."""
        async with self._lock:
            now = clock.real_now()
            age = None if self._fetched_at is None else now - self._fetched_at
            if self._value is None or age is None or age >= (PAUSE if renew else self._kept):
                self._value, self._fetched_at = await self._fetch(), now
            return self._value


class ProviderClient:
    """To be asked within one `in_time` for each request. Raises ProviderUnavailable and Unusable for no answer."""

    def __init__(self, http: httpx2.AsyncClient, provider: Provider) -> None:
        self._http, self.provider = http, provider
        self._metadata = Remembered(self._fetch_metadata, METADATA_KEPT)
        self._keys = Remembered(self._fetch_keys, KEYS_KEPT)
        self._waiting = 0

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """Around all that is asked for one request. Raises ProviderUnavailable, at once when too many wait already."""
        if self._waiting >= WAITING_MAX:
            raise ProviderUnavailable("busy")
        self._waiting += 1
        try:
            async with asyncio.timeout(SECONDS):
                yield
        except TimeoutError:
            raise ProviderUnavailable("deadline") from None
        except Unusable as unusable:
            raise ProviderUnavailable(str(unusable)) from unusable
        finally:
            self._waiting -= 1

    async def metadata(self) -> Metadata:
        """Where the provider's doors are."""
        return await self._metadata.get()

    async def subject(self, code: str, *, verifier: str, nonce: str, redirect_uri: str) -> str:
        """Who the provider says signed in, for a code. Raises SignInNotConfirmed with one word as its cause."""
        token = await self._exchange(code, verifier, redirect_uri)
        try:
            try:
                return self._checked(token, await self._keys.get(), nonce)
            except UnknownKey:
                return self._checked(token, await self._keys.get(renew=True), nonce)
        except Unusable as unusable:
            raise SignInNotConfirmed from unusable

    def _checked(self, token: str, keys: tuple[PublicKey, ...], nonce: str) -> str:
        now = int(clock.real_now().timestamp())
        return subject_of(token, keys, provider=self.provider, nonce=nonce, now=now)

    async def _exchange(self, code: str, verifier: str, redirect_uri: str) -> str:
        metadata = await self._metadata.get()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        client_id, secret = self.provider.client_id, self.provider.client_secret
        auth = None
        if metadata.takes_basic:  # RFC 6749, 2.3.1: both are encoded as in a form first
            auth = httpx2.BasicAuth(quote_plus(client_id), quote_plus(secret))
        else:
            form |= {"client_id": client_id, "client_secret": secret}
        status, answer = await self._ask("POST", metadata.token_endpoint, data=form, auth=auth)
        if status == httpx2.codes.BAD_REQUEST and answer.get("error") == "invalid_grant":
            raise SignInNotConfirmed from Unusable("invalid_grant")
        token = answer.get("id_token")
        if status != httpx2.codes.OK or not isinstance(token, str):
            raise ProviderUnavailable("token_endpoint")
        return token

    async def _fetch_metadata(self) -> Metadata:
        return metadata_of(await self._read(self.provider.issuer.rstrip("/") + WELL_KNOWN), issuer=self.provider.issuer)

    async def _fetch_keys(self) -> tuple[PublicKey, ...]:
        return keys_of(await self._read((await self._metadata.get()).jwks_uri))

    async def _read(self, address: str) -> dict[str, Any]:
        status, document = await self._ask("GET", address)
        if status != httpx2.codes.OK:
            raise ProviderUnavailable("status")
        return document

    async def _ask(self, method: str, address: str, **options: Any) -> tuple[int, dict[str, Any]]:
        """Status and JSON object. Redirects are not followed: the address was agreed on."""
        options["headers"] = {"Accept": "application/json", "Accept-Encoding": "identity"}
        try:
            async with self._http.stream(method, address, timeout=SECONDS, **options) as answer:
                body = await _bounded(answer)
            document = json.loads(body)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise ProviderUnavailable("connection") from None
        except (ValueError, RecursionError):
            raise ProviderUnavailable("not_json") from None
        if not isinstance(document, dict):
            raise ProviderUnavailable("not_json")
        return answer.status_code, document


async def _bounded(answer: httpx2.Response) -> bytes:
    """As it came: what is packed nevertheless is no JSON here, or a few bytes would unfold to all our memory."""
    body = b""
    async for part in answer.aiter_raw():
        body += part
        if len(body) > ANSWER_BYTES_MAX:
            raise ProviderUnavailable("too_large")
    return body


def http_client(provider: Provider, transport: httpx2.AsyncBaseTransport | None = None) -> httpx2.AsyncClient:
    """A cookie the provider sets is not kept: it would come back with the next person's code."""
    cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return httpx2.AsyncClient(verify=provider.tls, limits=LIMITS, transport=transport, cookies=cookies, trust_env=False)


@asynccontextmanager
async def signing_in(app: FastAPI) -> AsyncIterator[None]:
    """The clients of all providers: connections of their own, so that one that hangs holds nobody else's."""
    async with AsyncExitStack() as stack:
        app.state.provider_clients = clients = {}
        for city_code, provider in app.state.identity_providers.items():
            http = await stack.enter_async_context(http_client(provider))
            clients[city_code] = ProviderClient(http, provider)
        yield
