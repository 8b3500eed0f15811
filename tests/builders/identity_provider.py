"""A small OpenID Connect provider with real keys, as ASGI for a socket, that can be told to misbehave."""

import asyncio
import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey

from gateway.window.signin.openid import challenge_of
from kernel import clock

SECRET = "from a file & kept: 100%"
_FORM_SECRET = "from+a+file+%26+kept%3A+100%25"  # as RFC 6749, 2.3.1 wants it in a Basic header


def a_key() -> ECKey:
    return ECKey.generate_key("P-256", auto_kid=True)


def claims_for(
    issuer: str, client_id: str, *, subject: str = "sub-1", nonce: str = "n", now: int = 0, **other: Any
) -> dict[str, Any]:
    """What stands in a good ID token; `other` replaces, None takes away. `now` in seconds, else the clock's."""
    now = now or int(clock.real_now().timestamp())
    good = {"iss": issuer, "aud": client_id, "sub": subject, "nonce": nonce, "iat": now, "exp": now + 300}
    return {name: value for name, value in (good | other).items() if value is not None}


@dataclass
class IdentityProvider:
    """Whoever comes is signed in as `subject` at once. `claims` go into the ID token in the place of good ones.

    `wrong`: what one door answers with, by path: (status, body); or how many seconds it waits.
    """

    issuer: str = ""
    subject: str = "sub-1"
    key: ECKey = field(default_factory=a_key)
    claims: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, tuple[int, bytes] | float] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        self.asked.append(path)
        wrong = self.wrong.get(path)
        if isinstance(wrong, int | float):
            await asyncio.sleep(wrong)
        sent = (await receive()).get("body", b"").decode()
        query = _flat(scope["query_string"].decode())
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status, body, more = self._answer(path, query, _flat(sent), headers)
        if isinstance(wrong, tuple):
            status, body = wrong
        fields = [(b"content-type", b"application/json"), *more]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": body})

    def _answer(
        self, path: str, query: Mapping[str, str], form: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        if path == "/authorize":
            return 303, b"", [(b"location", self._sent_back(query).encode())]
        documents = {
            "/.well-known/openid-configuration": self._discovery,
            "/jwks": lambda: {"keys": [{"kty": "OKP", "crv": "new"}, self.key.as_dict(private=False, use="sig")]},
            "/token": lambda: self._token(form, headers.get("authorization", "")),
        }
        document = documents[path]()
        return 400 if "error" in document else 200, json.dumps(document).encode(), []

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "authorization_response_iss_parameter_supported": True,
        } | self.discovery

    def _sent_back(self, query: Mapping[str, str]) -> str:
        code = secrets.token_urlsafe()
        self._codes[code] = dict(query)
        told = {"error": self.error} if self.error else {"code": code}
        return f"{query['redirect_uri']}?{urlencode(told | {'state': query['state'], 'iss': self.issuer})}"

    def _token(self, form: Mapping[str, str], authorization: str) -> dict[str, Any]:
        asked = self._codes.pop(form["code"], None)
        if asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return {"error": "invalid_grant"}
        if challenge_of(form["code_verifier"]) != asked["code_challenge"]:
            return {"error": "invalid_grant"}
        if not self._is_proven(asked["client_id"], form, authorization):
            return {"error": "invalid_client"}
        claims = claims_for(
            self.issuer, asked["client_id"], subject=self.subject, **({"nonce": asked["nonce"]} | self.claims)
        )
        token = jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}

    def _is_proven(self, client_id: str, form: Mapping[str, str], authorization: str) -> bool:
        """By the one way the discovery document names; Basic where it names none."""
        if self.discovery.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return not authorization and (form.get("client_id"), form.get("client_secret")) == (client_id, SECRET)
        proof = base64.b64encode(f"{client_id}:{_FORM_SECRET}".encode()).decode()
        return authorization == f"Basic {proof}" and "client_secret" not in form


def _flat(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text).items()}
