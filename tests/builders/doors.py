"""Callers who come past the gateway, straight to a service's port, with whatever credentials."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey

from contracts.scopes import ALL_SCOPES
from devtools.running import Instance
from kernel import clock
from kernel.auth import IDENTITY_TYPE
from kernel.workload import ASSERTION_TYPE, client_assertion, load_key

SPECS = Path(__file__).resolve().parents[2] / "openapi"


class Doors:
    """The ports of every service of an instance."""

    def __init__(self, instance: Instance, http: httpx2.Client) -> None:
        self._instance, self._http = instance, http

    def knock(self, process: str, method: str, path: str, token: str | None) -> httpx2.Response:
        """Without a body: who may not come in is told so before anybody looks at what was brought."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self._http.request(method, self._instance.urls[process] + path, headers=headers)

    def identity(self, access_token: str, audience: str) -> str:
        """A genuine identity of the token's owner, got as the proxy gets it."""
        window = self._instance.urls["window"]
        key = load_key(self._instance.secrets.workload_key("proxy"))
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": client_assertion(key, client_id="workload:proxy", audience=self._instance.url),
            "resource": "window",
        }
        own = self._http.post(f"{window}/oauth/token", data=form).raise_for_status().json()["access_token"]
        wanted = {"access_token": access_token, "audience": audience}
        headers = {"Authorization": f"Bearer {own}"}
        answer = self._http.post(f"{window}/internal/identities", json=wanted, headers=headers).raise_for_status()
        return str(answer.json()["identity"])

    def forged(self, genuine: str, audience: str) -> str:
        """A genuine identity's claims, every scope there is, and the window's key id over another key's signature."""
        keys = self._http.get(f"{self._instance.url}/.well-known/jwks.json").json()["keys"]
        header = {"alg": "ES256", "kid": keys[0]["kid"], "typ": IDENTITY_TYPE}
        return jwt.encode(header, _with_everything(genuine, audience), ECKey.generate_key("P-256"))

    def unsigned(self, genuine: str, audience: str) -> str:
        """The same, and a header that says no signature is needed."""
        parts = ({"alg": "none", "typ": IDENTITY_TYPE}, _with_everything(genuine, audience))
        return ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def _with_everything(token: str, audience: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    lives_until = int(clock.real_now().timestamp()) + 60
    return claims | {"aud": audience, "scopes": sorted(ALL_SCOPES), "exp": lives_until}


def guarded_operations(process: str) -> list[tuple[str, str]]:
    """Every operation that wants a token, its parameters' names for ids; and the way in for facts."""
    paths: dict[str, dict[str, Any]] = json.loads((SPECS / f"{process}.json").read_text())["paths"]
    found = [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, operations in paths.items()
        for method, operation in operations.items()
        if operation.get("security")
    ]
    return [*found, ("POST", "/internal/events")]
