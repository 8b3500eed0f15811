import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from kernel.dispatch import Dispatch


async def _file(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(f"file {scope['path']}")(scope, receive, send)


@pytest.fixture(scope="module")
def client() -> TestClient:
    routes = APIRouter()
    for method, path in (
        ("GET", "/livez"),
        ("GET", "/v1/funds/claims"),
        ("GET", "/v1/funds/claims/unpaid"),
        ("GET", "/v1/funds/claims/{claim_id}"),
        ("POST", "/v1/funds/claims/{claim_id}/decision"),
        ("GET", "/v1/funds/{fund}/balance"),
        ("GET", "/v1/funds/loans/balance"),
        ("GET", "/{page}"),
    ):
        routes.add_api_route(path, _named(f"{method} {path}"), methods=[method])
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes.extend(routes.routes)
    app.router.middleware_stack = Dispatch(app.router)
    app.mount("/v1/files", _file)
    return TestClient(app, follow_redirects=False)


def _named(name: str) -> object:
    async def route() -> str:
        return name

    return route


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/livez", "GET /livez"),
        ("/v1/funds/claims", "GET /v1/funds/claims"),
        ("/v1/funds/claims/unpaid", "GET /v1/funds/claims/unpaid"),  # what stands first is asked first
        ("/v1/funds/claims/7", "GET /v1/funds/claims/{claim_id}"),
        ("/v1/funds/award/balance", "GET /v1/funds/{fund}/balance"),
        ("/v1/funds/loans/balance", "GET /v1/funds/{fund}/balance"),  # also when a later route has the fixed head
        ("/about", "GET /{page}"),
    ],
)
def test_the_route_is_the_one_a_search_from_the_top_would_find(client: TestClient, asked: str, answered: str) -> None:
    assert client.get(asked).json() == answered


def test_what_is_mounted_takes_everything_below(client: TestClient) -> None:
    assert client.get("/v1/files/a/b/c.css").text == "file /v1/files/a/b/c.css"


def test_an_unknown_path_a_wrong_method_and_a_slash_too_many_are_answered_as_ever(client: TestClient) -> None:
    unknown, wrong, slash = (
        client.get(path) for path in ("/v1/x/y", "/v1/funds/claims/7/decision", "/v1/funds/claims/")
    )
    assert (unknown.status_code, wrong.status_code, slash.status_code) == (404, 405, 307)
    assert slash.headers["location"].endswith("/v1/funds/claims")
