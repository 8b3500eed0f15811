"""/livez, /readyz, /version, /metrics: for the operator and the orchestrator."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text

from kernel import metrics
from kernel.db import UNREACHABLE, cause_of

Check = Callable[[], Awaitable[str | None]]
routes = APIRouter(include_in_schema=False)


@routes.get("/livez")
async def livez() -> dict[str, str]:
    """The process runs."""
    return {"status": "ok"}


@routes.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """It can serve: the database answers with the schema this code expects, and each named check holds."""
    failed = {}
    for name, check in request.app.state.checks.items():
        reason = await check()
        if reason:
            failed[name] = reason
    return JSONResponse({"status": "failed" if failed else "ok", "failed": failed}, 503 if failed else 200)


@routes.get("/version")
async def version(request: Request) -> dict[str, str]:
    """What is running."""
    settings = request.app.state.settings
    return {"service": settings.service, "version": settings.version}


@routes.get("/metrics")
async def read_metrics() -> Response:
    """Prometheus text."""
    return Response(metrics.exposed(), media_type=CONTENT_TYPE_LATEST)


def database_check(app_state: Any, expected_head: str) -> Check:
    """None when the database answers and stands at `expected_head`, else the reason."""

    async def check() -> str | None:
        try:
            async with app_state.engine.connect() as connection:
                head = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        except UNREACHABLE as error:
            return f"the database does not answer: {cause_of(error)}"
        return None if head == expected_head else f"schema is at {head}, this code needs {expected_head}"

    return check
