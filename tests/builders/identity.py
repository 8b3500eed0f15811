"""A window's signing key for tests, and callers that carry identities signed with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from contracts.scopes import ROLE_SCOPES
from kernel import clock
from kernel.auth import IDENTITY_TYPE

ISSUER = "http://window.test"
XUZHOU = "320300"


@dataclass
class Signer:
    """Signs identities as the window does; `keys` is what a service under test verifies them with."""

    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", auto_kid=True))

    async def keys(self, refresh: bool) -> KeySet:  # noqa: ARG002 - the shape of kernel.identity.Keys
        return KeySet([self.key])

    def token(
        self,
        audience: str,
        subject: str,
        *,
        roles: Iterable[str] = (),
        city: str = XUZHOU,
        organisation: str | None = None,
        scopes: Iterable[str] | None = None,
        seconds: int = 60,
        token_type: str = IDENTITY_TYPE,
        issuer: str = ISSUER,
    ) -> str:
        held = set(scopes) if scopes is not None else set().union(*(ROLE_SCOPES[role] for role in roles))
        now = int(clock.real_now().timestamp())
        claims = {
            "iss": issuer,
            "aud": audience,
            "sub": subject,
            "org": organisation,
            "roles": sorted(roles),
            "scopes": sorted(held),
            "cities": [city] if city else [],
            "iat": now,
            "exp": now + seconds,
        }
        return jwt.encode({"alg": "ES256", "kid": self.key.kid, "typ": token_type}, claims, self.key)


def key_file(folder: Path) -> Path:
    """An ES256 private key of a workload, as PEM."""
    path = folder / "workload.pem"
    path.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    return path
