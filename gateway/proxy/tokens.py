"""Access tokens (RFC 9068): checked once, remembered until they expire."""

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from gateway.proxy.kept import Kept
from gateway.proxy.keyring import KeyRing
from kernel.identity import LEEWAY_SECONDS
from kernel.problems import Unauthenticated

TOKEN_BYTES_MAX = 8_192
TOKENS_KEPT_MAX = 20_000
ALGORITHM = "ES256"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that was good when it was checked; `expires_at` in Unix seconds."""

    text: str
    client: str
    expires_at: int


class TokenRefused(Unauthenticated):
    """RFC 6750 section 3.1: the token that was sent is not good."""

    code, title_zh, title_en = "invalid_token", "访问令牌无效或已过期", "The access token is not valid or has expired"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.headers["WWW-Authenticate"] = f'Bearer error="invalid_token", error_description="{detail}"'


class TokenChecker:
    """Signature, type, issuer, audience and expiry. `clock` gives Unix seconds."""

    def __init__(self, keys: KeyRing, *, issuer: str, clock: Callable[[], int]) -> None:
        self._keys = keys
        self._known: Kept[str, AccessToken] = Kept(TOKENS_KEPT_MAX)
        must_be_ours: jwt.ClaimsOption = {"essential": True, "value": issuer}
        self._claims = jwt.JWTClaimsRegistry(
            now=clock,
            leeway=LEEWAY_SECONDS,  # the window's clock may be a moment ahead: a token is used as soon as it is issued
            iss=must_be_ours,
            aud=must_be_ours,
            exp={"essential": True},
            sub={"essential": True},
            client_id={"essential": True},
        )

    def known(self, text: str, now: int) -> AccessToken | None:
        """The token if it was checked before and has not expired at `now` (Unix seconds)."""
        return self._known.get(text, now)

    async def check(self, text: str) -> AccessToken:
        """The token if it is good. Raises TokenRefused, or Unavailable when the keys cannot be had."""
        key_id = _key_id(text)
        key = await self._keys.key(key_id)
        if key is None:
            raise TokenRefused("unknown signing key")
        try:
            claims = jwt.decode(text, key, algorithms=[ALGORITHM]).claims
            # joserfc's decode accepts an expired token: only the registry looks at the claims.
            self._claims.validate(claims)
        except (JoseError, ValueError):
            raise TokenRefused("signature, issuer, audience or expiry is wrong") from None
        token = AccessToken(text, str(claims["client_id"]), int(claims["exp"]))
        self._known.put(text, token, token.expires_at)
        return token


def _key_id(text: str) -> str:
    """The key id of an at+jwt signed with ES256, read before anything is believed."""
    if len(text) > TOKEN_BYTES_MAX or text.count(".") != 2:  # noqa: PLR2004 - RFC 7515: header.payload.signature
        raise TokenRefused("not a signed token")
    header = _header(text)
    if header.get("typ") != "at+jwt" or header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
        raise TokenRefused("not an access token of this issuer")
    return str(header["kid"])


def _header(text: str) -> dict[str, Any]:
    try:
        header = json.loads(urlsafe_b64decode(text.split(".", 1)[0] + "=="))
    except (binascii.Error, ValueError, RecursionError):
        raise TokenRefused("not a signed token") from None
    return header if isinstance(header, dict) else {}


def bearer_of(values: list[bytes]) -> str | None:
    """The one bearer token of the Authorization headers, None when there is no such header."""
    if not values:
        return None
    scheme, _, text = values[0].partition(b" ")
    token = text.strip()
    if len(values) > 1 or scheme.lower() != b"bearer" or not token or not token.isascii():
        raise TokenRefused("send one Authorization header with a bearer token")
    return token.decode()
