"""Workload identities: short tokens for one audience, got from the window by private_key_jwt (RFC 7523)."""

from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey

from kernel import clock
from kernel.ids import new_id
from kernel.problems import Unavailable

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 60
SPARE_SECONDS = 10
REMEMBERED = 1_000


def load_key(path: Path) -> ECKey:
    """An ES256 private or public key from a PEM file, with its thumbprint as key id. Raises ValueError for another."""
    try:
        key = ECKey.import_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read" if isinstance(error, OSError) else f"{path} holds no key") from None
    if key.curve_name != "P-256":
        raise ValueError(f"{path} holds a key of another curve than P-256")
    key.ensure_kid()
    return key


def client_assertion(key: ECKey, *, client_id: str, audience: str) -> str:
    """A signed statement of who asks, usable once, for a minute."""
    now = int(clock.real_now().timestamp())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "jti": new_id().hex,
        "iat": now,
        "exp": now + ASSERTION_SECONDS,
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)


class WorkloadTokens:
    """Tokens of this process, kept until shortly before they expire."""

    def __init__(self, http: httpx2.AsyncClient, *, service: str, key: ECKey, window_url: str, issuer: str) -> None:
        self._http, self._key, self._service = http, key, service
        self._url, self._issuer = f"{window_url}/oauth/token", issuer
        self._kept: OrderedDict[tuple[str, str | None], tuple[str, datetime]] = OrderedDict()

    async def token(self, audience: str, actor_token: str | None = None) -> str:
        """A token for `audience`, with the actor of `actor_token` as a claim. Raises Unavailable."""
        kept = self._kept.get((audience, actor_token))
        now = clock.real_now()
        if kept is not None and kept[1] > now:
            return kept[0]
        token, seconds = await self._ask(audience, actor_token)
        self._kept[audience, actor_token] = token, now + timedelta(seconds=seconds - SPARE_SECONDS)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return token

    async def _ask(self, audience: str, actor_token: str | None) -> tuple[str, int]:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": client_assertion(
                self._key, client_id=f"workload:{self._service}", audience=self._issuer
            ),
            "resource": audience,
        }
        if actor_token:
            form["actor_token"] = actor_token
        try:
            answer = await self._http.post(self._url, data=form, timeout=5)
            answer.raise_for_status()
        except httpx2.HTTPError:
            raise Unavailable("the window gave no workload token") from None
        body = answer.json()
        return body["access_token"], int(body["expires_in"])
