"""What signing in takes beside accounts and passwords."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from kernel.schemas import WireIn

# RFC 7636: what a front end keeps has 43 to 128 characters, what it sends ahead is SHA-256 of it in base64url.
VERIFIER, CHALLENGE = r"^[A-Za-z0-9\-._~]{43,128}$", r"^[A-Za-z0-9_\-]{43}$"
Challenge = Annotated[str, StringConstraints(pattern=CHALLENGE)]
EXAMPLE: dict[str, Any] = {
    "code": "qT1wYB0hD8r7J5m3nZkV2cXeLgSfAuPo4iRyN6tEaWs",
    "verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
}


class SignInForm(WireIn):
    """The form of the page. What is no account is as wrong as a wrong password."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    account: Annotated[str, Field(max_length=200)] = ""
    password: Annotated[str, Field(max_length=200)] = ""
    challenge: Challenge | None = None


class CodeIn(WireIn):
    """`code` came in the address of the page people returned to; `verifier` is what its `challenge` was made of."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    verifier: Annotated[str, StringConstraints(pattern=VERIFIER)]
