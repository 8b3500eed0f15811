"""Signed identities, as the window gives them to whoever came through the gateway."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.jwk import ECKey

from contracts.scopes import ROLE_SCOPES
from kernel import clock
from kernel.auth import IDENTITY_TYPE

ISSUER = "http://resilience.example"
DAY_SECONDS = 86_400


def city_code(number: int) -> str:
    """A sandbox of Xuzhou."""
    return f"320300-{number:08d}"


@dataclass
class Signer:
    """Identities are signed once and used for the whole run."""

    key: ECKey
    _kept: dict[tuple[object, ...], str] = field(default_factory=dict)

    def token(
        self, audience: str, subject: str, *, roles: Iterable[str], city: str, organisation: str | None = None
    ) -> str:
        held = tuple(sorted(roles))
        name = (audience, subject, held, city, organisation)
        if name not in self._kept:
            now = int(clock.real_now().timestamp())
            claims = {
                "iss": ISSUER, "aud": audience, "sub": subject, "org": organisation, "roles": list(held),
                "scopes": sorted(set[str]().union(*(ROLE_SCOPES[role] for role in held))),
                "cities": [city] if city else [], "iat": now, "exp": now + DAY_SECONDS,
            }  # fmt: skip
            header = {"alg": "ES256", "kid": self.key.kid, "typ": IDENTITY_TYPE}
            self._kept[name] = jwt.encode(header, claims, self.key)
        return self._kept[name]
