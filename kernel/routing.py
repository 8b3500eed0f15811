"""One request, one transaction, committed by the kernel before the answer leaves.

The route class reads and checks the body, lets FastAPI resolve and run the handler, stores the answer under its
idempotency key, and commits; a Problem or any other exception rolls back. The session is opened when a dependency or
use case first asks for it, so facts gathered from other services before that hold no transaction open.
"""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Annotated, Any

import stamina
from fastapi import APIRouter, Depends, Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile  # what a form holds; FastAPI's own is a subclass
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel import idempotency, openapi, strict_json
from kernel.problems import Malformed, Unavailable, UnsupportedMedia
from kernel.queries import is_link, query_check

CONTENTION = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
BAD_REQUEST = 400
TRIES = 3
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class Work:
    """The transaction of one request."""

    def __init__(self, request: Request, route: str, body: bytes, key: str | None) -> None:
        """`key`: under which the answer is kept; None where the route keeps none or none was sent."""
        self._request, self._route, self._body, self._key = request, route, body, key
        self._row: idempotency.StoredAnswer | None = None
        self.session: AsyncSession | None = None

    async def open(self) -> AsyncSession:
        """The session, begun at the first call; the idempotency key is taken first."""
        if self.session is None:
            self.session = self._request.app.state.sessions()
            if self._key is not None:
                caller = getattr(self._request.state, "caller", None)
                self._row = await idempotency.claim(
                    self.session,
                    caller=caller.subject if caller else "anonymous",
                    route=self._route,
                    key=self._key,
                    body=self._body,
                    request=self._request,
                )
        return self.session

    async def commit(self, response: Response) -> None:
        """Store the answer with the effect and make both durable."""
        if self.session is None:
            return
        if self._row is not None and response.status_code < BAD_REQUEST:
            self.session.add(idempotency.complete(self._row, response))
        await self.session.commit()
        await self.close()
        self._request.app.state.after_commit()

    async def close(self) -> None:
        """Give the connection back; whatever was not committed is rolled back."""
        if self.session is not None:
            session, self.session, self._row = self.session, None, None
            await session.close()


def is_contention(error: Exception) -> bool:
    """Whether PostgreSQL asks to try the same work again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in CONTENTION


def contention_retries(*, after_one: bool = False) -> Any:
    """Up to three tries with jitter; the caller of a use case never learns about a lock.

    `after_one`: the first has been made already.
    """
    initial, longest, jitter = 0.02, 0.2, 0.05  # allow float: stamina waits in seconds
    return stamina.retry_context(
        on=is_contention,
        attempts=TRIES - after_one,
        wait_initial=initial,
        wait_max=longest,
        wait_jitter=jitter,
    )


class StrictRoute(APIRoute):
    """Reads the body itself, whole and strictly, before anything else happens; FastAPI finds it parsed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.app = _answering(self.get_route_handler())

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, reads = super().get_route_handler(), self.reads()

        async def run(request: Request) -> Response:
            await reads(request)
            return await handle(request)

        return run

    def reads(self) -> Callable[[Request], Awaitable[bytes]]:
        """How this route reads its query and body; one that takes no body reads none."""
        field = self.body_field
        read = _no_body if field is None else partial(read_body, is_form=isinstance(field.field_info, Form))
        if not self.include_in_schema or (self.methods == {"GET"} and is_link(self.dependant)):
            return read
        check = query_check(self.dependant)

        async def checked(request: Request) -> bytes:
            check(request)
            return await read(request)

        return checked


class TransactionalRoute(StrictRoute):
    """See the module's docstring."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, reads = APIRoute.get_route_handler(self), self.reads()
        takes_key = idempotency.takes_key(self.dependant)

        async def run(request: Request) -> Response:
            body = await reads(request)
            key = idempotency.key_of(request) if takes_key else None
            work = request.scope["work"] = Work(request, self.path_format, body, key)
            try:
                return await attempt(request, work)
            except idempotency.Replay as replay:
                return replay.response
            except Exception as error:
                if is_contention(error):
                    raise Unavailable from error
                raise
            finally:
                await work.close()
                del request.scope["work"]  # a request that knows itself is freed late, with all it holds

        async def attempt(request: Request, work: Work) -> Response:
            try:  # nearly always the first try is the only one; the machinery of retrying costs a tenth of a request
                return await once(request, work)
            except DBAPIError as error:
                if not is_contention(error):
                    raise
            async for tried in contention_retries(after_one=True):
                with tried:
                    await work.close()
                    await _rewind(request)
                    response = await once(request, work)
            return response

        async def once(request: Request, work: Work) -> Response:
            response = await handle(request)
            await work.commit(response)
            return response

        return run


# FastAPI opens two for each request, for dependencies with `yield`. Ours have none: `Work` ends what it began.
_NOTHING_TO_END = AsyncExitStack()


def _answering(handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> ASGIApp:
    """A handler as ASGI; what it raises is answered by the application's handlers around it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        scope["fastapi_inner_astack"] = scope["fastapi_function_astack"] = _NOTHING_TO_END
        response = await handle(Request(scope, receive, send))
        await response(scope, receive, send)

    return answer


async def _rewind(request: Request) -> None:
    """The form is parsed once: the try before has read its files to their ends."""
    for _name, part in (await request.form()).multi_items():
        if isinstance(part, UploadFile):
            await part.seek(0)


async def _no_body(_request: Request) -> bytes:
    return b""


async def read_body(request: Request, *, is_form: bool) -> bytes:
    """The whole body; JSON is parsed strictly and kept for FastAPI. Raises Malformed, UnsupportedMedia, TooLarge."""
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not body:
        return body
    if is_form:
        if kind not in FORMS:
            raise UnsupportedMedia
    elif kind == "application/json" or kind.endswith("+json"):
        try:
            request._json = strict_json.parse(body)  # noqa: SLF001 - Starlette's own cache of request.json()
        except strict_json.JsonRefused as refused:
            raise Malformed(str(refused)) from None
    else:
        raise UnsupportedMedia
    return body


async def _work(request: Request) -> Work:
    work: Work = request.scope["work"]
    return work


async def _open(request: Request) -> AsyncSession:
    return await (await _work(request)).open()


SessionDep = Annotated[AsyncSession, Depends(_open)]
# For use cases that gather facts from other services first and open the session after.
WorkDep = Annotated[Work, Depends(_work)]


def router(*, prefix: str = "", tags: list[str] | None = None) -> APIRouter:
    """An APIRouter whose routes are transactional."""
    return APIRouter(
        prefix=prefix,
        tags=list(tags or []),
        route_class=TransactionalRoute,
        generate_unique_id_function=openapi.operation_id,
        responses=openapi.PROBLEM_RESPONSES,
    )
