"""Every route says who may call it, and every POST what a second sending does. The list comes from the apps."""

import tempfile
from collections.abc import Iterator
from functools import cache
from inspect import isasyncgenfunction, isgeneratorfunction
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from devtools.databases import TARGETS
from devtools.openapi import app_of
from kernel import idempotency
from kernel.auth import Caller, may
from kernel.idempotency import KeyRequired
from kernel.routing import router

# Whoever asks: what an operator's probes read, how one gets a token, what is published for everybody.
PROBES = {("GET", path) for path in ("/livez", "/readyz", "/version", "/metrics")}
PUBLIC = PROBES | {
    ("POST", "/oauth/token"),
    ("POST", "/v1/window/sign-in"),
    ("POST", "/v1/window/sign-in/password"),
    ("POST", "/v1/window/sign-in/code"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/.well-known/oauth-authorization-server"),
    ("GET", "/openapi.json"),
    ("GET", "/"),
    ("GET", "/docs"),
    ("GET", "/policies"),
    ("GET", "/policies/{pack_id}"),
    ("GET", "/policies/{pack_id}/ratings"),
    ("GET", "/policies/{pack_id}/statistics"),
    ("GET", "/portal"),
    ("GET", "/portal/{pack_id}"),
    ("GET", "/portal/{pack_id}/{item}"),
    ("GET", "/portal/{pack_id}/sign-in"),
    ("POST", "/portal/{pack_id}/sign-in"),
    ("GET", "/portal/{pack_id}/sign-in/provider"),
    ("GET", "/portal/{pack_id}/sign-in/callback"),
    ("GET", "/problems"),
    ("GET", "/problems/{code}"),
    ("GET", "/v1/events/calendar.ics"),
    ("GET", "/v1/events/feed.ics"),
    ("GET", "/v1/events/calendar/{event_id}.ics"),
    ("GET", "/v1/events/competitions/{edition_id}/public-result"),
    ("GET", "/v1/registry/certificates/{number}/verification"),
}
# POSTs that create and move nothing: a question too long for an address, or a token.
ASKING = {
    ("POST", "/oauth/token"),
    ("POST", "/v1/window/sign-in"),
    ("POST", "/portal/{pack_id}/sign-in"),
    ("POST", "/internal/identities"),
    ("POST", "/internal/determinations/impact"),
    ("POST", "/internal/counts"),
    ("POST", "/internal/published-statistics"),
    ("POST", "/internal/published-calendar"),
    ("POST", "/internal/organisations/related"),
    ("POST", "/internal/organisations/represented"),
    ("POST", "/internal/organisations/several"),
    ("POST", "/internal/organisations/controller-groups"),
    ("POST", "/v1/window/cases/preflight"),
    ("POST", "/v1/window/bundles/preflight"),
    ("POST", "/v1/funds/loan-pool/claims/dry-run"),
    ("POST", "/v1/funds/angel/claims/dry-run"),
    ("POST", "/v1/vouchers/redemptions/preview"),
    ("POST", "/v1/vouchers/contracts/preview"),
    ("POST", "/v1/window/eligibility/scans"),  # recorded each time: each answer is another look
    ("POST", "/v1/window/eligibility/batches"),
}
OWN_POLICY = {
    ("POST", "/internal/organisations/firms"),  # a credit code is one firm of a city, however often it is named
    ("POST", "/internal/invoices/claims"),  # the asker's own reference: asked again, nothing changes
    ("POST", "/internal/events"),  # deduplicated by the id of each event (kernel/inbox.py)
}


@cache
def built(process: str) -> FastAPI:
    with tempfile.TemporaryDirectory() as folder:
        return app_of(process, Path(folder))


def routes(app: FastAPI) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def ways(route: APIRoute) -> set[tuple[str, str]]:
    return {(method, route.path) for method in route.methods or ()}


def dependants(route: APIRoute) -> Iterator[Dependant]:
    todo: list[Dependant] = [route.dependant]
    while todo:
        dependant = todo.pop()
        yield dependant
        todo += dependant.dependencies


def is_guarded(route: APIRoute) -> bool:
    """Whether some dependency demands an identity with a scope."""
    return any(dependant.own_oauth_scopes for dependant in dependants(route))


def takes_key(route: APIRoute) -> bool:
    return idempotency.takes_key(route.dependant)


def refuses_key(route: APIRoute) -> bool:
    return any(dependant.call is idempotency.refuse_key for dependant in dependants(route))


def unguarded(app: FastAPI) -> set[tuple[str, str]]:
    return {way for route in routes(app) if not is_guarded(route) for way in ways(route)}


def posts_without_key(app: FastAPI) -> set[tuple[str, str]]:
    silent = (route for route in routes(app) if not takes_key(route) and not refuses_key(route))
    return {way for route in silent for way in ways(route) if way[0] == "POST"}


def without_documented_scope(app: FastAPI) -> set[tuple[str, str]]:
    return {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if not any(scopes for way in operation.get("security", []) for scopes in way.values())
    }


@pytest.mark.parametrize("process", TARGETS)
def test_every_route_has_a_guard_with_a_scope_or_is_listed_as_public(process: str) -> None:
    assert unguarded(built(process)) - PUBLIC == set()


@pytest.mark.parametrize("process", TARGETS)
def test_the_scope_stands_in_the_document(process: str) -> None:
    assert without_documented_scope(built(process)) - PUBLIC == set()


@pytest.mark.parametrize("process", TARGETS)
def test_nothing_but_routes_with_guards_answers(process: str) -> None:
    others = [route for route in built(process).routes if not isinstance(route, APIRoute)]
    assert {getattr(route, "path", "?") for route in others} <= {"/docs/static"}


@pytest.mark.parametrize("process", TARGETS)
def test_every_post_says_what_a_second_sending_does(process: str) -> None:
    assert posts_without_key(built(process)) - ASKING - OWN_POLICY == set()


@pytest.mark.parametrize("process", TARGETS)
def test_no_dependency_yields_for_nobody_would_end_it(process: str) -> None:
    calls = {dependant.call for route in routes(built(process)) for dependant in dependants(route)}
    assert not [call for call in calls if isgeneratorfunction(call) or isasyncgenfunction(call)]


def test_the_lists_above_have_no_leftovers() -> None:
    known = {way for process in TARGETS for route in routes(built(process)) for way in ways(route)}
    assert (PUBLIC | ASKING | OWN_POLICY) - known == set()


def test_a_route_that_forgets_guard_or_key_is_noticed() -> None:
    forgetful = router(prefix="/v1/sample")

    @forgetful.post("/kept")
    async def keep(_caller: Annotated[Caller, may("sample:keep")], _key: KeyRequired) -> None: ...

    @forgetful.post("/forgotten")
    async def forget() -> None: ...

    app = FastAPI()
    app.router.routes.extend(forgetful.routes)
    forgotten = {("POST", "/v1/sample/forgotten")}
    assert (unguarded(app), without_documented_scope(app), posts_without_key(app)) == (forgotten, forgotten, forgotten)
