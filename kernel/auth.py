"""Who is calling: services answer to signed identities from the window and to nothing else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Security
from fastapi.openapi.models import OAuth2 as OAuth2Model
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase

from kernel import context
from kernel.problems import Forbidden, NotFound, Unauthenticated

IDENTITY_TYPE = "identity+jwt"
WORKLOAD = "workload:"


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified identity. `subject` is a client, a person or a workload; `actor` is who a workload acts for.

    `represented`: the organisations a portal acts for, where a route asked the registry for them.
    """

    subject: str
    organisation_id: str | None
    roles: frozenset[str]
    scopes: frozenset[str]
    cities: tuple[str, ...]
    actor: str | None = None
    represented: frozenset[UUID] = frozenset()

    @property
    def city(self) -> str:
        """The one city of this identity; credentials of a portal, an officer or a bank belong to exactly one."""
        if len(self.cities) != 1:
            raise Forbidden("this identity is not bound to one city")
        return self.cities[0]

    @property
    def acting_for(self) -> str:
        """Who decided, for the record: the original actor when a workload passes a call on."""
        return self.actor or self.subject

    @property
    def is_workload(self) -> bool:
        """Whether a process of ours is calling."""
        return self.subject.startswith(WORKLOAD)

    def must_act_in(self, city_code: str) -> None:
        """404 outside the identity's cities: the object does not exist for this caller."""
        if city_code not in self.cities and not self.is_workload:
            raise NotFound


def caller_of(claims: dict[str, Any]) -> Caller:
    """A Caller from verified claims."""
    actor = claims.get("act") or {}
    return Caller(
        subject=claims["sub"],
        organisation_id=claims.get("org"),
        roles=frozenset(claims.get("roles", ())),
        scopes=frozenset(claims.get("scopes", ())),
        cities=tuple(claims.get("cities", ())),
        actor=actor.get("sub"),
    )


class Identity(SecurityBase):
    """The guard of every route, and how OpenAPI describes it: OAuth 2.0 client credentials at the single window."""

    def __init__(self) -> None:
        flow = OAuthFlowClientCredentials(tokenUrl="/oauth/token", scopes={})
        self.model = OAuth2Model(
            flows=OAuthFlows(clientCredentials=flow),
            description="Client credentials at /oauth/token: a secret for portals, private_key_jwt for banks.",
        )
        self.scheme_name = "oauth2"

    async def __call__(self, request: Request, wanted: SecurityScopes) -> Caller:
        """401 without a valid identity for this service, 403 without the scope."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        verify: Verify = request.app.state.verify_identity
        caller = caller_of(await verify(token))
        request.state.caller = caller
        context.enter(context.current()._replace(token=token, actor=caller.acting_for))
        missing = [scope for scope in wanted.scopes if scope not in caller.scopes]
        if missing:
            raise Forbidden(missing_scopes=missing)
        return caller


Verify = Callable[[str], Awaitable[dict[str, Any]]]
identity = Identity()


def may(scope: str, *, as_: Callable[..., Any] = identity) -> Any:
    """The guard of a route: `Annotated[Caller, may("claims:lodge")]`. The scope also stands in the OpenAPI document.

    `as_` is a dependency that takes an `Identified` and knows more of it.
    """
    return Security(as_, scopes=[scope])


Identified = Annotated[Caller, Security(identity)]
Internal = Annotated[Caller, may("internal")]
