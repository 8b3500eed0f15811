"""A service as cheap as Python allows, with real identity checks, and the window's side of the contract with the proxy.

The cheaper the service, the more of what is measured is the gateway: a real route hides more of it.
"""

import gc
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from kernel import clock
from kernel.identity import TokenVerifier
from kernel.problems import Unauthenticated
from kernel.workload import load_key

ISSUER = "http://bench.example"
SERVICE = "registry"
MINUTE = 60
HOUR = 3_600
ANSWER = json.dumps(
    {"id": "carrier_01h455vb4pex5vsknk084sn02q", "name": "众创空间", "level": "municipal", "n": "x" * 90}
)
JSON = (b"content-type", b"application/json")


def access_token(key: ECKey, client: str) -> str:
    """What the window gives a client for an hour."""
    return _signed(key, "at+jwt", {"sub": client, "client_id": client, "aud": ISSUER}, HOUR)


def identity(key: ECKey, subject: str, audience: str, seconds: int = HOUR) -> str:
    """What a service accepts."""
    return _signed(key, "identity+jwt", {"sub": subject, "aud": audience}, seconds)


def _signed(key: ECKey, token_type: str, claims: dict[str, Any], seconds: int) -> str:
    ends = {"iss": ISSUER, "exp": int(clock.real_now().timestamp()) + seconds}
    return jwt.encode({"alg": "ES256", "typ": token_type, "kid": key.kid}, claims | ends, key)


class Service:
    """GET answers 224 bytes, POST reads its JSON and answers 201, both to a valid identity only."""

    def __init__(self, key: ECKey) -> None:
        self._key = key
        self._verify = TokenVerifier(self._keys, issuer=ISSUER, audience=SERVICE, token_type="identity+jwt")  # noqa: S106

    async def _keys(self, _refresh: bool) -> KeySet:
        return KeySet([self._key])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await _live(receive, send)
            return
        headers = dict(scope["headers"])
        body = b""
        more = scope["method"] == "POST"
        while more:
            message = await receive()
            body += message["body"]
            more = message["more_body"]
        status, answer = await self._answer(scope["path"], scope["method"], headers, body)
        length = (b"content-length", b"%d" % len(answer))
        await send({"type": "http.response.start", "status": status, "headers": [JSON, length]})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, path: str, method: str, headers: dict[bytes, bytes], body: bytes) -> tuple[int, bytes]:
        if not path.startswith("/v1/"):
            return 200, json.dumps(self._window(path, body)).encode()
        try:
            await self._verify(headers.get(b"authorization", b"").decode().removeprefix("Bearer "))
        except Unauthenticated:
            return 401, b"{}"
        if method == "POST":
            json.loads(body)
        return (201 if method == "POST" else 200), ANSWER.encode()

    def _window(self, path: str, body: bytes) -> dict[str, Any]:
        if path == "/.well-known/jwks.json":
            return dict(KeySet([self._key]).as_dict(private=False))
        if path == "/oauth/token":
            audience = parse_qs(body.decode())["resource"][0]
            return {"access_token": identity(self._key, "workload:proxy", audience), "expires_in": MINUTE}
        asked = json.loads(body)
        return {"identity": identity(self._key, "portal", asked["audience"]), "expires_in": MINUTE}


async def _live(receive: Any, send: Any) -> None:
    for answer in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
        await receive()
        gc.collect()
        gc.freeze()
        await send({"type": answer})


def app() -> Service:
    """For `uvicorn --factory`."""
    return Service(load_key(Path(os.environ["BENCH_KEY_FILE"])))
