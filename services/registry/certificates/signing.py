"""Signatures over statements: detached JWS, ES256, over canonical JSON (RFC 7515 appendix F).

Who has only the published key verifies offline: canonical JSON of the statement (UTF-8, sorted keys, no spaces) as
base64url without padding goes between the two dots of the signature.
"""

from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from joserfc import jws
from joserfc.jwk import ECKey

from kernel.workload import load_key
from policy.canonical import canonical

ALGORITHM = "ES256"
STATEMENT_TYPE = "statement+jws"


class Certifier:
    """The one key of the registry that speaks for the city."""

    def __init__(self, key_file: Path) -> None:
        self._key: ECKey = load_key(key_file)

    @property
    def key_id(self) -> str:
        return str(self._key.kid)

    def sign(self, statement: dict[str, Any]) -> str:
        """`header..signature`. Raises ValueError for a statement that has no exact JSON form."""
        header = {"alg": ALGORITHM, "kid": self.key_id, "typ": STATEMENT_TYPE}
        return str(jws.detach_content(jws.serialize_compact(header, canonical(statement), self._key)))

    def public_keys(self) -> dict[str, Any]:
        """A JWK Set (RFC 7517)."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": ALGORITHM}]}


async def _of(request: Request) -> Certifier:
    certifier: Certifier = request.app.state.certifier
    return certifier


CertifierDep = Annotated[Certifier, Depends(_of)]
