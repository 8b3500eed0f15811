"""What goes wrong with a page is told as a page: a person in a browser cannot read a problem document."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from gateway.window.reference.answer import PageResponse
from gateway.window.reference.pages import problem_page
from gateway.window.reference.words import language_of

Handler = Callable[[Request, Exception], Awaitable[Response]]
PAGES = ("/portal", "/policies")


def install_problem_pages(app: FastAPI) -> None:
    """Every handler answers a browser that asked for a page with one; programs get what they always got."""
    kept: Mapping[Any, Any] = dict(app.exception_handlers)
    for kind, answer in kept.items():
        app.add_exception_handler(kind, _for_people(answer))


def _for_people(answer: Handler) -> Handler:
    async def answered(request: Request, error: Exception) -> Response:
        response = await answer(request, error)
        return _as_page(request, response) if _is_page(request) else response

    return answered


def _is_page(request: Request) -> bool:
    return request.url.path.startswith(PAGES) and "text/html" in request.headers.get("accept", "")


def _as_page(request: Request, response: Response) -> Response:
    asked = request.query_params.get("lang")
    language = language_of("en" if asked == "en" else "zh" if asked == "zh" else None, _accepted(request))
    page = PageResponse(problem_page(json.loads(bytes(response.body)), language=language))
    page.status_code = response.status_code
    kept = {name: value for name, value in response.headers.items() if name in {"retry-after", "allow"}}
    page.headers.update(kept)
    return page


def _accepted(request: Request) -> str:
    return request.headers.get("accept-language", "")
