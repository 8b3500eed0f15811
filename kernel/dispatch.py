"""Routes found by the fixed head of their path.

A service has up to two hundred routes; asking one after the other whether its expression matches costs more than all
the rest of a request. Among the routes of one head the order stays, and the search is FastAPI's own.
"""

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

HEAD_SEGMENTS = 3  # /v1/funds/budgets
Head = tuple[str | None, ...]


class Dispatch:
    """In the place of a router's own search: `router.middleware_stack = Dispatch(router)`."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._by_head: dict[Head, APIRouter] = {}
        self._elsewhere: APIRouter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._router.app(scope, receive, send)
            return
        if self._elsewhere is None:  # the first request: from here on the routes stay what they are
            self._elsewhere = self._sort()
        segments = scope["path"].strip("/").split("/", HEAD_SEGMENTS)
        await self._by_head.get(tuple(segments[:HEAD_SEGMENTS]), self._elsewhere).app(scope, receive, send)

    def _sort(self) -> APIRouter:
        routes = [(head_of(route), route) for route in self._router.routes]
        for fixed in {head for head, _ in routes if None not in head}:
            self._by_head[fixed] = self._among(route for head, route in routes if may_match(head, fixed))
        return self._among(route for head, route in routes if None in head)

    def _among(self, routes: Iterable[BaseRoute]) -> APIRouter:
        return APIRouter(routes=list(routes), default=self._router.default)


def head_of(route: BaseRoute) -> Head:
    """The first segments of its path; None where a parameter stands, which may stand for several at the end."""
    path: str = getattr(route, "path_format", "/{path}")
    return tuple(None if "{" in segment else segment for segment in path.strip("/").split("/")[:HEAD_SEGMENTS])


def may_match(head: Head, fixed: Head) -> bool:
    """Whether a path that begins with `fixed` may belong to a route of this head: only then its expression is asked."""
    return all(segment in {None, wanted} for segment, wanted in zip(head, fixed, strict=False))
