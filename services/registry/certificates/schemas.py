"""What crosses the wire about certificates and proofs."""

from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, computed_field

from kernel.schemas import Wire
from services.registry.carriers.models import Level
from services.registry.carriers.schemas import CarrierId
from services.registry.certificates import examples
from services.registry.certificates.lettering import unprinted


class CertificateOut(Wire):
    """`signature` is a detached JWS over the canonical JSON of `statement`, by the key `key_id` of the key set.

    `unprinted`: what of it the paper shows by code points, since its typeface lacks the character.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CERTIFICATE]})

    number: str
    carrier_id: CarrierId
    issued_on: date
    statement: dict[str, Any]
    signature: str
    key_id: str

    @computed_field  # type: ignore[prop-decorator]  # pydantic documents it so
    @property
    def unprinted(self) -> list[str]:
        """Code points such as `U+20BB7`, each once."""
        return unprinted(self.statement)


class CertificatesOut(Wire):
    items: list[CertificateOut]


class VerificationOut(Wire):
    """How a certificate stands today. Trust the signature over `statement`, not the answer that carries it.

    `in_force`; `cure_period`: it stands, but is to be cancelled unless a fault is cured; `replaced` by a later paper;
    `ended` on `ended_on`, or after `valid_until`.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.VERIFICATION]})

    number: str
    standing: Literal["in_force", "cure_period", "replaced", "ended"]
    on: date
    valid_until: date | None
    ended_on: date | None
    replaced_by: str | None
    certificate: CertificateOut
    statement: dict[str, Any]
    signature: str
    key_id: str


class ProofOut(Wire):
    """Recognised on the day or not. `level` is the highest held; `statement` names all, with their policy."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROOF]})

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
