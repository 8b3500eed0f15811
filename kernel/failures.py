"""Exception handlers: whatever goes wrong leaves as a problem document, and nothing the caller sent is repeated."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kernel import context
from kernel.messages import message_of
from kernel.moves import IllegalMove
from kernel.problems import (
    ERRORS_TOLD_MAX,
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    MethodNotAllowed,
    MoveNotAllowed,
    NotFound,
    PreconditionFailed,
    Problem,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
    problem_of_constraint,
)

log = structlog.get_logger()
BY_STATUS = {
    kind.status: kind
    for kind in (Malformed, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, TooLarge, UnsupportedMedia, Invalid)
}
CLASS_CONSTRAINT, CLASS_DATA, CLASS_RAISED, CLASS_OUR_FAULT = "23", "22", "P0", "42"


def pointer(location: tuple[Any, ...], body: Any = None, *, missing: bool = False) -> str:
    """JSON Pointer (RFC 6901) of a body field, or `query/limit` for a parameter.

    Pydantic puts the names of the types it tried between the steps; only what leads through `body` is kept.
    """
    head, *rest = location or ("body",)
    steps = _steps(rest, body, missing=missing) if head == "body" else rest
    path = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in steps)
    return path if head == "body" else f"{head}{path}"


def _steps(location: list[Any], body: Any, *, missing: bool) -> list[Any]:
    if not isinstance(body, dict | list):  # a form, or nothing that could be read
        return location
    steps, here, stands = [], body, False
    for part in location:
        try:
            here, stands = here[part], True
        except (KeyError, IndexError, TypeError):
            stands = False
            continue
        steps.append(part)
    # A field may be called missing by its own rule although it stands there as null.
    return [*steps, location[-1]] if missing and not stands else steps


def of_validation(error: RequestValidationError) -> Problem:
    """All errors at once: where and why, never what. Of more than anybody means, the first ones and how many."""
    language, errors = context.current().language, error.errors()
    told = [
        {
            "pointer": pointer(item["loc"], error.body, missing=item["type"] == "missing"),
            "code": _code(item),
            "message": message_of(_code(item), language, item.get("ctx")),
        }
        for item in errors[:ERRORS_TOLD_MAX]
    ]
    problem = Invalid(errors=told)
    if len(errors) > ERRORS_TOLD_MAX:
        problem.facts["errors_found"] = len(errors)
    return problem


def _code(item: Mapping[str, Any]) -> str:
    """Pydantic's own, but a text measured after its other checks is not told as a list with too many entries."""
    kind = str(item["type"])
    return f"string_{kind}" if kind in {"too_long", "too_short"} and isinstance(item.get("input"), str) else kind


def of_http(error: HTTPException) -> Problem:
    """What Starlette itself refuses: unknown path, wrong method, broken form."""
    kind = BY_STATUS.get(error.status_code, Malformed)
    problem = kind()
    problem.headers.update(error.headers or {})
    return problem


def of_database(error: DBAPIError) -> Problem:
    """A violated constraint is a business fact; a lost connection is worth trying again."""
    cause = getattr(error.orig, "__cause__", None)
    state = str(getattr(error.orig, "sqlstate", "") or "")
    if isinstance(error, IntegrityError) or state.startswith(CLASS_CONSTRAINT):
        return problem_of_constraint(getattr(cause, "constraint_name", None))
    if state.startswith(CLASS_DATA):
        return Invalid()
    if state.startswith(CLASS_RAISED):
        return Conflict()
    return Problem() if state.startswith(CLASS_OUR_FAULT) else Unavailable()


def of_move(error: IllegalMove) -> Problem:
    """The fact cannot happen now; the ones that can are named."""
    return MoveNotAllowed(fact=error.fact, present_status=error.status, allowed=error.allowed)


async def _answer_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this type alone
    return error.response()


async def _answer_validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return of_validation(error).response()


async def _answer_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    return of_http(error).response()


async def _answer_move(_request: Request, error: Exception) -> Response:
    assert isinstance(error, IllegalMove)  # noqa: S101
    return of_move(error).response()


async def _answer_database(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)  # noqa: S101
    problem = of_database(error)
    log.warning("database.refused", sqlstate=getattr(error.orig, "sqlstate", None), cause=str(error.orig))
    return problem.response()


async def _answer_stale(_request: Request, _error: Exception) -> Response:
    return PreconditionFailed().response()


async def _answer_unavailable(_request: Request, error: Exception) -> Response:
    log.warning("database.unreachable", kind=type(error).__name__)
    return Unavailable().response()


def install(app: FastAPI) -> None:
    """Register every handler."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(IllegalMove, _answer_move)
    app.add_exception_handler(StaleDataError, _answer_stale)
    app.add_exception_handler(DBAPIError, _answer_database)
    for unreachable in (PoolTimeout, ConnectionError, TimeoutError):
        app.add_exception_handler(unreachable, _answer_unavailable)
