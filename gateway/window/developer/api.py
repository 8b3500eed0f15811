"""For the developers of portals and banks: one OpenAPI document, a page to read it, what a problem code means."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from gateway.window.developer.merging import merged

STATIC = Path(fastapi_offline.__file__).parent / "static"
SPECS = Path(__file__).resolve().parents[3] / "openapi"
PUBLIC_ROUTES = {"/openapi.json", "/docs"}
routes = APIRouter(include_in_schema=False)
static_files = StaticFiles(directory=STATIC)


@cache
def document(public_url: str) -> bytes:
    """The merged document of every process, as kept in the repository."""
    specs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SPECS.glob("*.json"))]
    whole: dict[str, Any] = merged(specs) | {"servers": [{"url": public_url}]}
    return json.dumps(whole, ensure_ascii=False).encode()


@routes.get("/openapi.json")
async def read_openapi(request: Request) -> Response:
    """One document for everything."""
    body = document(request.app.state.settings.public_url)
    return Response(body, media_type="application/json", headers={"Cache-Control": "public, max-age=300"})


@routes.get("/docs")
async def read_docs() -> HTMLResponse:
    """The document to look at, from files of this installation alone."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="众创一站通 API",
        swagger_js_url="/docs/static/swagger-ui-bundle.js",
        swagger_css_url="/docs/static/swagger-ui.css",
        swagger_favicon_url="/docs/static/favicon.png",
        swagger_ui_parameters={"defaultModelsExpandDepth": 0, "docExpansion": "none", "filter": True},
    )
