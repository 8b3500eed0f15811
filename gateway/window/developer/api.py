"""For the developers of portals and banks: one OpenAPI document, a page to read it, what each problem code means."""

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import fastapi_offline
from fastapi import APIRouter, Header, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from gateway.window.developer.merging import merged
from gateway.window.developer.problem_pages import explanation, overview
from kernel.problems import NotFound

STATIC = Path(fastapi_offline.__file__).parent / "static"
SPECS = Path(__file__).resolve().parents[3] / "openapi"
PROCESSES = ("window", "registry", "vouchers", "funds", "events")
# The page asks nobody outside: no validator, and every file from this installation.
PAGE = {"defaultModelsExpandDepth": 0, "docExpansion": "none", "filter": True, "validatorUrl": None}
routes = APIRouter(include_in_schema=False)
static_files = StaticFiles(directory=STATIC)
Accept = Annotated[str, Header(max_length=1000)]


def kept(name: str) -> Any:
    """A document of the folder openapi/, as `make openapi` wrote it."""
    return json.loads((SPECS / f"{name}.json").read_text(encoding="utf-8"))


@cache
def document(public_url: str, version: str) -> bytes:
    """The merged document of every process, as kept in the repository, with the address and release of this one."""
    whole = merged({process: kept(process) for process in PROCESSES}) | {"servers": [{"url": public_url}]}
    whole["info"]["version"] = version
    return json.dumps(whole, ensure_ascii=False).encode()


@cache
def problem_codes() -> dict[str, Any]:
    """Every problem code with its status and titles."""
    codes: dict[str, Any] = kept("problems")
    return codes


@routes.get("/openapi.json")
async def read_openapi(request: Request) -> Response:
    """One document for everything."""
    settings = request.app.state.settings
    body = document(settings.public_url, settings.version)
    return Response(body, media_type="application/json", headers={"Cache-Control": "public, max-age=300"})


@routes.get("/")
async def show_the_way(accept: Accept = "") -> RedirectResponse:
    """A browser is led to what the cities offer, anything else to the documentation."""
    return RedirectResponse("/portal" if "text/html" in accept else "/docs", headers={"Vary": "Accept"})


@routes.get("/docs")
async def read_docs() -> HTMLResponse:
    """The document to look at, from files of this installation alone."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="众创一站通 API",
        swagger_js_url="/docs/static/swagger-ui-bundle.js",
        swagger_css_url="/docs/static/swagger-ui.css",
        swagger_favicon_url="/docs/static/favicon.png",
        swagger_ui_parameters=PAGE,
    )


@routes.get("/problems")
async def list_problems(accept: Accept = "") -> Response:
    """All problem codes: a page for people, JSON for programs."""
    if "text/html" in accept:
        return HTMLResponse(overview(problem_codes()))
    return JSONResponse(problem_codes())


@routes.get("/problems/{code}")
async def read_problem(code: str, accept: Accept = "") -> Response:
    """What the `type` of a problem document leads to."""
    if code not in problem_codes():
        raise NotFound
    if "text/html" in accept:
        return HTMLResponse(explanation(code, problem_codes()[code]))
    return JSONResponse({"code": code} | problem_codes()[code])
