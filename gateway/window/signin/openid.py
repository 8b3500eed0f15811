"""OpenID Connect as values: the way to the provider, and what of its answers is believed. Pure: the time is given.

OpenID Connect Core 1.0, Discovery 1.0; RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700 (current practice).
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import ECKey, RSAKey, import_key

from gateway.window.identity.jwks import RSA_BITS_MAX, RSA_BITS_MIN, UNREADABLE
from gateway.window.signin.providers import Provider, secure

ALGORITHMS = ["RS256", "ES256", "PS256"]
CURVE = "P-256"
SKEW_SECONDS = 30
LIFE_SECONDS = 600
# Reading keys takes the processor from everybody: no more than any provider publishes, none longer than is used.
KEYS_MAX, NUMBER_LENGTH_MAX = 50, 1_400
SUBJECT_LENGTH_MAX = 255  # OpenID Connect Core, section 2
CANCELLED = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})
LOCALES = {"zh": "zh-CN", "en": "en"}
PublicKey = RSAKey | ECKey


class Unusable(Exception):
    """Not what was asked for; `args[0]` is one word for the log, never what was sent."""


class UnknownKey(Unusable):
    """Signed by a key that was not published when we last looked."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What we need of a provider's discovery document. `names_issuer`: its answers say whose they are."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    takes_basic: bool
    names_issuer: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in on its way. `challenge`: of the front end that waits for its end, if one does."""

    city_code: str
    nonce: str
    verifier: str
    language: Literal["zh", "en"]
    challenge: str | None


def metadata_of(document: Any, *, issuer: str) -> Metadata:
    """Raises Unusable for a document of another issuer, or one that leads to where anybody could listen."""
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        raise Unusable("issuer_of_discovery")
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    try:
        return Metadata(
            authorization_endpoint=_door(document["authorization_endpoint"], issuer),
            token_endpoint=_door(document["token_endpoint"], issuer),
            jwks_uri=_door(document["jwks_uri"], issuer),
            takes_basic="client_secret_basic" in methods,
            names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Unusable("endpoints_of_discovery") from None


def _door(address: str, issuer: str) -> str:
    """Only a provider on this machine leads to this machine without https: another's must not ask it by our hand."""
    if urlsplit(issuer).scheme == "https" and urlsplit(address).scheme != "https":
        raise ValueError("no https address")
    return secure(address)


def keys_of(document: Any) -> tuple[PublicKey, ...]:
    """The published keys that may sign for us, of the first fifty; others are left out, they are for something else."""
    published = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(published, list):
        raise Unusable("keys_of_provider")
    found = (_key(sent) for sent in published[:KEYS_MAX])
    return tuple(key for key in found if key is not None)


def _key(sent: Any) -> PublicKey | None:
    try:
        if sent.get("use", "sig") != "sig" or sent.get("alg", "RS256") not in ALGORITHMS:
            return None
        if any(len(sent.get(name, "")) > NUMBER_LENGTH_MAX for name in ("n", "e", "x", "y")):
            return None
        key = import_key(sent)
    except (*UNREADABLE, AttributeError):
        return None
    if isinstance(key, RSAKey):
        return key if RSA_BITS_MIN <= int(key.public_key.key_size) <= RSA_BITS_MAX else None
    return key if isinstance(key, ECKey) and key.curve_name == CURVE else None


def challenge_of(verifier: str) -> str:
    """The S256 challenge of RFC 7636."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def is_verified(verifier: str, challenge: str) -> bool:
    """Whether who shows the verifier is who sent the challenge."""
    return hmac.compare_digest(challenge_of(verifier), challenge)


def authorization_address(
    metadata: Metadata, provider: Provider, attempt: Attempt, *, state: str, redirect_uri: str
) -> str:
    """Where the browser is sent. Only `openid` is asked for: who it is, nothing about them."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "state": state,
        "nonce": attempt.nonce,
        "code_challenge": challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
        "ui_locales": LOCALES[attempt.language],
    }
    return with_query(metadata.authorization_endpoint, asked)


def with_query(address: str, added: Mapping[str, str]) -> str:
    """The address with more in its query."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(added)}"


def is_of_issuer(named: str | None, provider: Provider, metadata: Metadata) -> bool:
    """RFC 9207: whether the answer comes from who was asked, and not from another provider's server."""
    return named == provider.issuer if named is not None else not metadata.names_issuer


def subject_of(token: str, keys: Sequence[PublicKey], *, provider: Provider, nonce: str, now: int) -> str:
    """Who the ID token says it is (OpenID Connect Core, 3.1.3.7). `now` in seconds. Raises Unusable, UnknownKey."""
    claims = _signed_claims(token, keys)
    try:
        _registry(provider, now).validate(claims)
    except (MissingClaimError, InvalidClaimError, ExpiredTokenError) as error:
        raise Unusable(f"claim_{error.claim}") from None
    except (JoseError, ValueError, TypeError, OverflowError):
        raise Unusable("claims") from None
    if claims["iat"] < now - LIFE_SECONDS - SKEW_SECONDS:
        raise Unusable("claim_iat")
    if not _is_for_us(claims, provider):
        raise Unusable("claim_azp")
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise Unusable("claim_nonce")
    if not is_subject(claims["sub"]):
        raise Unusable("claim_sub")
    return str(claims["sub"])


def _registry(provider: Provider, now: int) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=now,
        leeway=SKEW_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True},
    )


def _is_for_us(claims: Mapping[str, Any], provider: Provider) -> bool:
    """With others in the audience it says who asked; whom it says must be us."""
    alone = claims["aud"] in (provider.client_id, [provider.client_id])
    azp = claims.get("azp", provider.client_id if alone else None)
    return bool(azp == provider.client_id)


def is_subject(subject: Any) -> bool:
    """As the standard has it, and as a database can look for it."""
    is_text = isinstance(subject, str) and subject.isascii() and subject.isprintable()
    return is_text and 0 < len(subject) <= SUBJECT_LENGTH_MAX


def _signed_claims(token: str, keys: Sequence[PublicKey]) -> dict[str, Any]:
    try:
        header = jws.extract_compact(token.encode()).headers()
        algorithm, kid = header.get("alg"), header.get("kid")
    except (*UNREADABLE, AttributeError, RecursionError):
        raise Unusable("token") from None
    if algorithm not in ALGORITHMS:
        raise Unusable("algorithm")
    fitting = [key for key in keys if _fits(key, algorithm) and kid in (None, key.get("kid"))]
    if len(fitting) != 1:  # without a kid there must be no choice
        raise UnknownKey("key")
    try:
        return dict(jwt.decode(token, fitting[0], algorithms=[algorithm]).claims)
    except (*UNREADABLE, RecursionError):
        raise Unusable("signature") from None


def _fits(key: PublicKey, algorithm: str) -> bool:
    kind = ECKey if algorithm == "ES256" else RSAKey
    return isinstance(key, kind) and key.get("alg", algorithm) == algorithm
