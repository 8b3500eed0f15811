"""What the identity routes take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from gateway.window.identity.jwks import public_keys
from gateway.window.identity.models import ClientKind
from kernel.ids import public_id
from kernel.schemas import Code, Name, Wire, WireIn

OrganisationId = Annotated[UUID, public_id("org")]
SecretId = Annotated[UUID, public_id("sec")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
EXAMPLE_KEY = {  # RFC 7517, appendix A.1
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
Jwks = Annotated[dict[str, Any], AfterValidator(public_keys), Field(examples=[{"keys": [EXAMPLE_KEY]}])]


class TokenForm(WireIn):
    """The form of POST /oauth/token (RFC 6749, RFC 7523, RFC 8707)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    grant_type: Annotated[str, Field(max_length=100)]
    client_id: Annotated[str, Field(max_length=100)] | None = None
    client_secret: Annotated[str, Field(max_length=200)] | None = None
    client_assertion_type: Annotated[str, Field(max_length=100)] | None = None
    client_assertion: Token | None = None
    scope: Annotated[str, Field(max_length=2000)] | None = None
    resource: Annotated[str, Field(max_length=100)] | None = None
    actor_token: Token | None = None


class TokenOut(Wire):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class SignInIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"account": "officer-1@320300-a1b2c3d4", "password": "…"}})

    account: Code | Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._\-]+@[0-9a-z\-]+$", max_length=100)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ClientIn(WireIn):
    """A bank registers its public keys as a JWKS; a provider gets a secret."""

    kind: Literal[ClientKind.PORTAL, ClientKind.BANK, ClientKind.PROVIDER]
    name: Name
    organisation_id: OrganisationId | None = None
    jwks: Jwks | None = None

    @model_validator(mode="after")
    def bank_signs(self) -> "ClientIn":
        """A bank has keys and an organisation; a provider an organisation."""
        if (self.jwks is not None) != (self.kind is ClientKind.BANK):
            raise ValueError("a bank, and only a bank, registers keys")
        if (self.organisation_id is not None) == (self.kind is ClientKind.PORTAL):
            raise ValueError("a bank and a provider act for one organisation, a portal for many")
        return self


class ClientOut(Wire):
    client_id: str
    kind: ClientKind
    name: str
    organisation_id: OrganisationId | None
    active: bool


class NewClientOut(ClientOut):
    """`client_secret` is shown this once."""

    client_secret: str | None


class SecretOut(Wire):
    """`secret` is shown this once."""

    secret: str


class SecretLine(Wire):
    id: SecretId
    last_used_at: datetime | None
    revoked_at: datetime | None
    recorded_at: datetime


class ExchangeIn(WireIn):
    access_token: Token
    audience: Annotated[str, Field(max_length=50)]


class ExchangeOut(Wire):
    identity: str
    expires_in: int
