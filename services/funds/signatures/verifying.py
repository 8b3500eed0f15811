"""A detached signature over a request's body (RFC 7515, appendix F), by a key the bank registered."""

import hashlib
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.registry import HeaderParameter

from kernel.problems import Malformed

ALGORITHMS = ["ES256", "PS256"]
# `url` as in RFC 8555, 6.4: a signature belongs to one address and cannot be carried to another.
_REGISTRY = jws.JWSRegistry(
    header_registry={"url": HeaderParameter("the address", "str", required=True)}, algorithms=ALGORITHMS
)


class SignatureInvalid(Malformed):
    """The key is not registered for this client, the body or the address is another, or it is no signature."""

    code, title_zh, title_en = "signature_invalid", "签名无法验证", "The signature cannot be verified"


@dataclass(frozen=True, slots=True)
class Signed:
    """A body whose signature held."""

    client_id: str
    url: str
    algorithm: str
    key_id: str
    public_key: dict[str, Any]
    signature: str
    content: bytes

    @property
    def content_sha256(self) -> str:
        """Of the body, as hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def verified(signature: str, content: bytes, jwks: dict[str, Any], *, client_id: str, url: str) -> Signed:
    """Raises SignatureInvalid for whatever does not hold."""
    try:
        keys = KeySet.import_key_set(jwks)  # type: ignore[arg-type]  # the window has checked them
        found = jws.deserialize_compact(signature.encode(), keys, registry=_REGISTRY, payload=content)
        header = found.protected
        key = keys.get_by_kid(header["kid"])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise SignatureInvalid from None
    if header["url"] != url:
        raise SignatureInvalid
    public = {name: value for name, value in key.as_dict(private=False).items() if isinstance(value, str)}
    return Signed(client_id, url, header["alg"], header["kid"], public, signature, content)
