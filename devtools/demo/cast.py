"""Who acts in the story: each with credentials of its own, each sending every intent until it has an answer."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import stamina
from joserfc.jwk import ECKey, KeySet

from kernel import clock
from kernel.workload import ASSERTION_TYPE, client_assertion

PATIENCE_SECONDS = 120
TRANSIENT = {502, 503, 504, 429}


class Refused(Exception):
    """A problem document that no repetition will change."""

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        super().__init__(f"{status} {document.get('code')}: {json.dumps(document, ensure_ascii=False)}")
        self.status, self.document = status, document

    @property
    def code(self) -> str:
        return str(self.document.get("code"))

    @property
    def reasons(self) -> list[dict[str, Any]]:
        return list(self.document.get("reasons", ()))


class NotYet(Exception):
    """The answer asked for the same again later."""


@dataclass
class Token:
    text: str
    expires_at: int


class Actor:
    """A caller of the gateway. `proof` makes the form of a token request; a person signs in instead."""

    def __init__(self, http: httpx2.Client, name: str, *, sign_in: Callable[[], httpx2.Response]) -> None:
        self.name = name
        self._http, self._sign_in = http, sign_in
        self._token = Token("", 0)

    def get(self, path: str, **query: Any) -> Any:
        """A read, repeated while the service is away."""
        return self._insist(lambda: self._http.get(path, params=query, headers=self.headers()))

    def download(self, path: str) -> bytes:
        """The bytes of a file."""
        answer: bytes = self._insist(lambda: self._http.get(path, headers=self.headers()), raw=True)
        return answer

    def post(self, path: str, body: Any | None = None, *, key: str | None = None, **headers: str) -> Any:
        """A write under one idempotency key, repeated until it is answered: at most one effect."""
        key = key or uuid4().hex
        return self._insist(
            lambda: self._http.post(
                path,
                json=body if body is not None else {},
                headers=self.headers() | {"Idempotency-Key": key} | headers,
            )
        )

    def put(self, path: str, body: Any | None = None, **headers: str) -> Any:
        """A replacement: as it is, it may be repeated until it is answered."""
        return self._insist(
            lambda: self._http.put(path, json=body if body is not None else {}, headers=self.headers() | headers)
        )

    def post_once_shown(self, path: str, body: Any) -> Any:
        """A write whose answer holds a secret and is never stored: sent once."""
        return _judge(self._http.post(path, json=body, headers=self.headers()))

    def headers(self) -> dict[str, str]:
        """The Authorization header, with a new token when the last has run out."""
        if self._token.expires_at <= clock.real_now().timestamp():
            body = self._insist(self._sign_in)
            expires_at = int(clock.real_now().timestamp()) + int(body["expires_in"]) - 30
            self._token = Token(body["access_token"], expires_at)
        return {"Authorization": f"Bearer {self._token.text}"}

    def _insist(self, call: Callable[[], httpx2.Response], *, raw: bool = False) -> Any:
        for attempt in stamina.retry_context(
            on=(httpx2.TransportError, NotYet),
            attempts=None,
            timeout=PATIENCE_SECONDS,
            wait_initial=0.05,
            wait_max=1,
            wait_jitter=0.1,
        ):
            with attempt:
                return _judge(call(), raw=raw)
        raise AssertionError("stamina raises instead")


def _judge(answer: httpx2.Response, *, raw: bool = False) -> Any:
    if answer.is_success:
        return answer.content if raw else answer.json() if answer.content else None
    document = answer.json() if "json" in answer.headers.get("content-type", "") else {"code": answer.text[:200]}
    if answer.status_code in TRANSIENT or document.get("retryable"):
        raise NotYet(document)
    raise Refused(answer.status_code, document)


def person(http: httpx2.Client, account: str, password: str) -> Actor:
    """Somebody at the window, with an embedded account."""
    body = {"account": account, "password": password}
    return Actor(http, account.partition("@")[0], sign_in=lambda: http.post("/v1/window/sign-in", json=body))


def client_with_secret(http: httpx2.Client, name: str, client_id: str, secret: str) -> Actor:
    """A portal's program."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return Actor(http, name, sign_in=lambda: http.post("/oauth/token", data=form))


def client_with_key(http: httpx2.Client, name: str, client_id: str, key: ECKey, issuer: str) -> Actor:
    """A bank's program: it signs a new assertion for every token."""

    def sign_in() -> httpx2.Response:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": client_assertion(key, client_id=client_id, audience=issuer),
        }
        return http.post("/oauth/token", data=form)

    return Actor(http, name, sign_in=sign_in)


def new_key() -> tuple[ECKey, dict[str, Any]]:
    """A key pair of a bank and the JWKS it registers."""
    key = ECKey.generate_key("P-256", auto_kid=True)
    return key, dict(KeySet([key]).as_dict(private=False))


def wait_for(what: str, look: Callable[[], Any], *, seconds: int = PATIENCE_SECONDS) -> Any:
    """Look until something is seen; facts between services take a moment."""
    ends = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > ends:
            raise TimeoutError(f"waited {seconds} s for: {what}")
        time.sleep(random.uniform(0.05, 0.2))  # noqa: S311 - a pause, not a secret
