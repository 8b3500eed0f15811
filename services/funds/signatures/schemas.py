"""A kept signature on the wire: all that is needed to check it again, without us."""

import base64
from typing import Any, Self

from pydantic import ConfigDict

from kernel.schemas import Instant, Wire
from services.funds.signatures.models import SignedRequest

EXAMPLE: dict[str, Any] = {
    "client_id": "bank-0f3a9c51d2e4",
    "url": "https://window.example/v1/funds/loan-pool/claims",
    "algorithm": "ES256",
    "key_id": "PzX1wEk3vZcGq0Zb8oQ0i1M0cJq4nXb0s5k7m8t9u0A",
    "public_key": {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                   "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
    "signature": "eyJhbGciOiJFUzI1NiIsImtpZCI6IlB6WDEifQ..DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxL",
    "content": "eyJiYW5rX3JlZmVyZW5jZSI6IkRDLTEifQ==",
    "content_digest": "sha-256=:q7kC4h0m0tC8oTtG3lQJ4k0gQ8m3b5vXlYp0cQZJ6rE=:",
    "verified_at": "2026-12-04T02:00:00Z",
}  # fmt: skip


class SignatureOut(Wire):
    """`signature` is detached (RFC 7515, appendix F) over `content`, which stands here as base64.

    `content_digest` is written as in RFC 9530; `public_key` is the bank's key as it was registered on that day.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    client_id: str
    url: str
    algorithm: str
    key_id: str
    public_key: dict[str, str]
    signature: str
    content: str
    content_digest: str
    verified_at: Instant

    @classmethod
    def of(cls, row: SignedRequest) -> Self:
        """Of a row."""
        digest = base64.b64encode(bytes.fromhex(row.content_sha256)).decode()
        own = {"content": base64.b64encode(row.content).decode(), "content_digest": f"sha-256=:{digest}:"}
        return cls(**{name: getattr(row, name, None) for name in cls.model_fields} | own)
