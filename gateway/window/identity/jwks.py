"""Public keys a bank registers (RFC 7517), checked when they come, so that every token request can use them."""

from typing import Any, cast

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from pydantic_core import PydanticCustomError

KEYS_MAX = 8
CURVE = "P-256"
RSA_BITS_MIN, RSA_BITS_MAX = 2048, 8192
# What a public key needs (RFC 7517, 7518); whatever else was sent is not kept.
MEMBERS = ("kty", "kid", "use", "alg", "crv", "x", "y", "n", "e")
UNREADABLE = (JoseError, ValueError, TypeError, KeyError)


def public_keys(jwks: dict[str, Any]) -> dict[str, Any]:
    """The public members of 1 to 8 keys for ES256 or PS256. Raises PydanticCustomError for anything else."""
    try:
        keys = KeySet.import_key_set(cast(Any, jwks)).keys
    except UNREADABLE:
        raise PydanticCustomError("value_error", "not a set of keys") from None
    names = {key.kid for key in keys}
    if len(keys) > KEYS_MAX or len(names) < len(keys) or not all(_signs(key) for key in keys):
        raise PydanticCustomError("value_error", "one to eight public keys, P-256 or RSA of 2048 bits and more")
    return {"keys": [{name: sent[name] for name in MEMBERS if name in sent} for sent in jwks["keys"]]}


def _signs(key: Any) -> bool:
    """Whether assertions can be checked with it: a key whose own members forbid that would be refused each time."""
    if key.is_private or key.get("use", "sig") != "sig":
        return False
    if isinstance(key, ECKey):
        return key.curve_name == CURVE and key.get("alg", "ES256") == "ES256"
    strong = isinstance(key, RSAKey) and RSA_BITS_MIN <= int(key.public_key.key_size) <= RSA_BITS_MAX
    return strong and key.get("alg", "PS256") == "PS256"
