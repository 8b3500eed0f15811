"""What the identity routes take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from gateway.window.identity import examples
from gateway.window.identity.jwks import public_keys
from gateway.window.identity.models import ClientKind
from kernel.ids import public_id
from kernel.schemas import CityCode, Code, Name, Wire, WireIn

OrganisationId = Annotated[UUID, public_id("org")]
SecretId = Annotated[UUID, public_id("sec")]
PASSWORD_MIN = 12
ACCOUNT = r"^[A-Za-z0-9._\-]+@[0-9a-z\-]+$"
ACCOUNT_LENGTH_MAX = 100
Account = Code | Annotated[str, StringConstraints(pattern=ACCOUNT, max_length=ACCOUNT_LENGTH_MAX)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Jwks = Annotated[dict[str, Any], AfterValidator(public_keys), Field(examples=[{"keys": [examples.KEY]}])]


def _of_partners(schema: dict[str, Any]) -> None:
    """What only our own processes send (RFC 8707, RFC 8693) is left out of what partners read."""
    for name in ("resource", "actor_token"):
        del schema["properties"][name]
    schema["examples"] = [examples.OF_A_BANK, examples.OF_A_PORTAL]


class TokenForm(WireIn):
    """The form of POST /oauth/token (RFC 6749, RFC 7523): a bank signs an assertion, a portal shows its secret.

    The assertion is a JWT signed with a registered key (ES256, `kid` in its header): `iss` and `sub` are the client's
    id, `aud` is this address's issuer, with a `jti` used once and an `exp` within minutes.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra=_of_partners)

    grant_type: Annotated[str, Field(max_length=100, examples=["client_credentials"])]
    client_id: Annotated[str, Field(max_length=100)] | None = None
    client_secret: Annotated[str, Field(max_length=200)] | None = None
    client_assertion_type: Annotated[str, Field(max_length=100)] | None = None
    client_assertion: Token | None = None
    scope: Annotated[str, Field(max_length=2000)] | None = None
    resource: Annotated[str, Field(max_length=100)] | None = None
    actor_token: Token | None = None


class TokenOut(Wire):
    """`city_code` is the one city it is good for; null for the platform's own client."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TOKEN]})

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str
    city_code: CityCode | None


class SignInIn(WireIn):
    model_config = ConfigDict(json_schema_extra={"example": {"account": "officer-1@320300-a1b2c3d4", "password": "…"}})

    account: Account
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class PasswordIn(SignInIn):
    """`new_password` has twelve characters at least; whatever they are counts, spaces too."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"account": "officer-1@320300", "password": "…", "new_password": "云龙湖 在徐州 correct horse"}
        }
    )

    new_password: Annotated[str, StringConstraints(min_length=PASSWORD_MIN, max_length=200)]


class ClientIn(WireIn):
    """A bank registers its public keys as a JWKS; a provider and a fund manager get a secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.NEW_CLIENT]})

    kind: Literal[ClientKind.PORTAL, ClientKind.BANK, ClientKind.PROVIDER, ClientKind.FUND_MANAGER]
    name: Name
    organisation_id: OrganisationId | None = None
    jwks: Jwks | None = None

    @model_validator(mode="after")
    def bank_signs(self) -> "ClientIn":
        """A bank has keys and an organisation; a provider and a fund manager an organisation."""
        if (self.jwks is not None) != (self.kind is ClientKind.BANK):
            raise ValueError("a bank, and only a bank, registers keys")
        if (self.organisation_id is not None) == (self.kind is ClientKind.PORTAL):
            raise ValueError("a bank, a provider and a fund manager act for one organisation, a portal for many")
        return self


class KeysIn(WireIn):
    """All public keys that count from now on: the new one beside the old until the new one is in use."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.KEYS]})

    jwks: Jwks


class KeysOut(Wire):
    """What the bank's assertions are checked with."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.KEYS | {"client_id": "bank-65d5db34c3e6"}]})

    client_id: str
    jwks: dict[str, Any]


class ClientOut(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.CLIENT]})

    client_id: str
    kind: ClientKind
    name: str
    organisation_id: OrganisationId | None
    active: bool


class NewClientOut(ClientOut):
    """`client_secret` is shown this once; a bank has none."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CLIENT | {"client_secret": None}]})

    client_secret: str | None


class SecretOut(Wire):
    """`secret` is shown this once."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SHOWN_ONCE]})

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
