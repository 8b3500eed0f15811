"""The access token a client or a person goes on with, however they proved who they are."""

from typing import Any, Literal

from contracts.scopes import ALL_SCOPES
from gateway.window.identity.problems import InvalidScope
from gateway.window.identity.schemas import TokenOut
from gateway.window.identity.tokens import ACCESS_SECONDS, Principal, access_token

BEARER: Literal["Bearer"] = "Bearer"


def issued(state: Any, principal: Principal, wanted: str | None = None) -> TokenOut:
    """A token with the scopes `wanted`, else all of the principal's. `state` is the app's. Raises InvalidScope."""
    scopes = frozenset(wanted.split()) if wanted else principal.scopes
    if not scopes <= principal.scopes:
        raise InvalidScope((scopes & ALL_SCOPES) - principal.scopes)
    token = access_token(state.signing_keys.signing, principal, issuer=state.settings.public_url, scopes=scopes)
    return TokenOut(
        access_token=token,
        token_type=BEARER,
        expires_in=ACCESS_SECONDS,
        scope=" ".join(sorted(scopes)),
        city_code=principal.city_code or None,
    )
