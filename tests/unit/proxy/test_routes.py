import json
from pathlib import Path

import pytest

from gateway.proxy.paths import PATH_BYTES_MAX
from gateway.proxy.routes import (
    EXPORT,
    READ,
    SIGN_IN,
    UPLOAD,
    WRITE,
    Access,
    PathTooLong,
    RouteClass,
    route_of,
    routed,
)

SPECS = Path(__file__).resolve().parents[3] / "openapi"


@pytest.mark.parametrize("process", ["window", "registry", "vouchers", "funds", "events"])
def test_each_process_has_its_prefix_and_wants_a_token(process: str) -> None:
    route = route_of("GET", f"/v1/{process}/things/1")
    assert route is not None
    assert (route.upstream, route.access, route.prefix) == (process, Access.NEEDED, f"/v1/{process}/things")
    assert not route.keeps_authorization


@pytest.mark.parametrize(
    "path",
    [
        "/oauth/token",
        "/.well-known/jwks.json",
        "/openapi.json",
        "/",
        "/docs",
        "/docs/static/x.js",
        "/portal",
        "/problems/x",
        "/policies/x",
    ],
)
def test_the_window_shows_its_pages_to_everyone(path: str) -> None:
    route = route_of("GET", path)
    assert route is not None
    assert (route.upstream, route.access) == ("window", Access.OPEN)


def test_cookies_pass_where_people_sign_in_and_nowhere_else() -> None:
    sign_in = ["/portal/xuzhou/sign-in", "/portal/xuzhou/sign-in/provider", "/portal/xuzhou/sign-in/callback"]
    others = ["/portal/xuzhou", "/portal/xuzhou/sign-in/x", "/portal/a/b/sign-in", "/v1/window/sign-in", "/oauth/token"]
    routes = {path: route_of("GET", path) for path in (*sign_in, *others)}
    assert [path for path, route in routes.items() if route and route.keeps_cookies] == sign_in
    kept = routes[sign_in[0]]
    assert kept is not None
    assert (kept.access, kept.kind, kept.prefix) == (Access.OPEN, SIGN_IN, "/portal/sign-in")


def test_only_oauth_keeps_its_authorization() -> None:
    kept = {path: route_of("POST", path) for path in ("/portal/login", "/oauth/token", "/docs")}
    assert [path for path, route in kept.items() if route and route.keeps_authorization] == ["/oauth/token"]


@pytest.mark.parametrize(
    "path",
    [
        "/internal/events",
        "/metrics",
        "/v1",
        "/v1/",
        "/v1/funds",
        "/v1/ledger/entries",
        "/v2/funds/claims",
        "/openapi.json/x",
        "/openapi.jsonx",
        "/docsx",
        "/portals",
        "/Portal",
    ],
)
def test_everything_else_is_nowhere(path: str) -> None:
    assert route_of("GET", path) is None


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/v1/funds/claims", READ),
        ("HEAD", "/v1/funds/claims", READ),
        ("POST", "/v1/funds/claims", WRITE),
        ("DELETE", "/v1/funds/claims/1", WRITE),
        ("GET", "/v1/funds/claims.xlsx", EXPORT),
        ("POST", "/v1/funds/statements", UPLOAD),
        ("GET", "/v1/funds/statements", READ),
        ("POST", "/oauth/token", SIGN_IN),
        ("POST", "/v1/window/sign-in", SIGN_IN),
        ("POST", "/v1/window/sign-in/password", SIGN_IN),
        ("POST", "/v1/window/sign-in/code", SIGN_IN),
    ],
)
def test_requests_that_cost_alike_are_one_class(method: str, path: str, kind: RouteClass) -> None:
    route = route_of(method, path)
    assert route is not None
    assert route.kind is kind


@pytest.mark.parametrize("process", ["window", "registry", "vouchers", "funds", "events"])
def test_whoever_sends_a_file_has_an_uploads_time_and_nobody_else(process: str) -> None:
    paths = json.loads((SPECS / f"{process}.json").read_text(encoding="utf-8"))["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            takes_file = "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
            route = route_of(method.upper(), path)
            assert route is not None
            assert (route.kind is UPLOAD) == takes_file, (method, path)


@pytest.mark.parametrize(
    ("method", "path", "access"),
    [
        ("POST", "/v1/window/sign-in", Access.OPTIONAL),
        ("POST", "/v1/window/sign-in/password", Access.OPTIONAL),
        ("POST", "/v1/window/sign-in/code", Access.OPTIONAL),
        ("GET", "/v1/window/sign-in", Access.NEEDED),
        ("GET", "/v1/events/calendar.ics", Access.OPTIONAL),
        ("GET", "/v1/events/feed.ics", Access.OPTIONAL),
        ("GET", "/v1/events/feeds", Access.NEEDED),
        ("HEAD", "/v1/events/calendar/event_1.ics", Access.OPTIONAL),
        ("POST", "/v1/events/calendar.ics", Access.NEEDED),
        ("GET", "/v1/events/calendar/event_1", Access.NEEDED),
        ("GET", "/v1/window/catalogue", Access.NEEDED),
        ("GET", "/v1/registry/certificates/320300-2026-00001-7/verification", Access.OPTIONAL),
        ("POST", "/v1/registry/certificates/320300-2026-00001-7/verification", Access.NEEDED),
        ("GET", "/v1/events/competitions/ced_01m89wxxzmeg8bykgczn967mf5/public-result", Access.OPTIONAL),
        ("GET", "/v1/events/competitions/ced_01m89wxxzmeg8bykgczn967mf5/entries", Access.NEEDED),
        ("GET", "/v1/registry/certificates/320300-2026-00001-7", Access.NEEDED),
        ("GET", "/v1/registry/certificates/320300-2026-00001-7.pdf", Access.NEEDED),
    ],
)
def test_only_signing_in_calendar_feeds_and_verifications_need_no_token(method: str, path: str, access: Access) -> None:
    route = route_of(method, path)
    assert route is not None
    assert route.access is access


@pytest.mark.parametrize(
    ("method", "path", "access"),
    [
        ("GET", "/v1/events/calendar/evt_1.ics", Access.OPTIONAL),
        ("GET", "/v1/events/calendar/evt_1", Access.NEEDED),
        ("GET", "/v1/events/calendar/evt_1/changes.ics", Access.NEEDED),
        ("PUT", "/v1/events/calendar/evt_1.ics", Access.NEEDED),
    ],
)
def test_one_event_can_be_added_to_a_calendar_by_everyone(method: str, path: str, access: Access) -> None:
    route = route_of(method, path)
    assert route is not None
    assert route.access is access


def test_a_path_longer_than_any_that_leads_somewhere_is_not_kept() -> None:
    kept = routed.cache_info().currsize
    with pytest.raises(PathTooLong):
        routed("GET", b"/" + b"a" * PATH_BYTES_MAX)
    assert routed.cache_info().currsize == kept
