"""What crosses the wire about certificates and proofs."""

from datetime import date
from typing import Any

from kernel.schemas import Wire
from services.registry.carriers.models import Level
from services.registry.carriers.schemas import CarrierId


class CertificateOut(Wire):
    """`signature` is a detached JWS over the canonical JSON of `statement`, by the key `key_id` of the key set."""

    number: str
    carrier_id: CarrierId
    issued_on: date
    statement: dict[str, Any]
    signature: str
    key_id: str


class CertificatesOut(Wire):
    items: list[CertificateOut]


class ProofOut(Wire):
    """Recognised on the day or not. `level` is the highest held; `statement` names all, with their policy."""

    carrier_id: CarrierId
    on: date
    recognised: bool
    level: Level | None
    is_key: bool | None
    certificate_number: str | None
    statement: dict[str, Any]
    signature: str
    key_id: str


class KeySetOut(Wire):
    """A JWK Set (RFC 7517) of the keys certificates and proofs are signed with."""

    keys: list[dict[str, Any]]
