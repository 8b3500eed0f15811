"""One request to the process behind: its head, its body, and the wait for an answer."""

import asyncio
from collections.abc import AsyncIterator

from gateway.proxy.bodies import Body
from gateway.proxy.connections import Answer, Connection
from gateway.proxy.headers import passed_up
from gateway.proxy.pools import Address
from gateway.proxy.routes import Route
from gateway.proxy.wiring import Call
from kernel.problems import Malformed

# RFC 9110 section 8.6: these say so when they have no body.
_EXPECTED_TO_HAVE_A_BODY = frozenset({"POST", "PUT", "PATCH"})
_LAST_CHUNK = b"0\r\n\r\n"


def head_of(call: Call, route: Route, at: Address, authorization: str | None, body: Body | None) -> bytes:
    """The request line and the fields, with exactly one statement of where the body ends. Raises Malformed."""
    query = call.scope["query_string"]
    if not query.isascii():
        raise Malformed("The query string is not ASCII")
    # HEAD is asked as GET and its body dropped: the services declare GET alone.
    method = "GET" if call.method == "HEAD" else call.method
    # The bytes the client sent go on unchanged, Chinese escapes included.
    target = at.prefix + call.scope["raw_path"] + (b"?" + query if query else b"")
    lines = [b"%s %s HTTP/1.1" % (method.encode(), target), b"Host: " + at.authority]
    lines += passed_up(call.scope["headers"], page=route.keeps_cookies)
    lines.append(
        f"X-Request-Id: {call.request_id}\r\nX-Request-Deadline: {call.deadline}\r\n"
        f"X-Forwarded-For: {call.address}\r\nX-Forwarded-Proto: {call.scope.get('scheme', 'http')}".encode()
    )
    if authorization is not None:
        lines.append(b"Authorization: " + authorization.encode("latin-1"))
    framing = _framing(call, body)
    if framing is not None:
        lines.append(framing)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _framing(call: Call, body: Body | None) -> bytes | None:
    if body is None:
        return b"Content-Length: 0" if call.method in _EXPECTED_TO_HAVE_A_BODY else None
    if body.content is not None:
        return b"Content-Length: %d" % len(body.content)
    return b"Transfer-Encoding: chunked" if body.is_chunked else b"Content-Length: %d" % body.declared


async def exchange(connection: Connection, head: bytes, body: Body | None) -> Answer:
    """The answer, its body still on the way. Raises Lost, Unreadable, and what a streamed body raises."""
    try:
        if body is not None and body.content is None:
            return await _upload(connection, head, body)
        answer = connection.ask(head, b"" if body is None or body.content is None else body.content)
        await answer.begun()
    except BaseException:
        connection.abort()
        raise
    return answer


async def _upload(connection: Connection, head: bytes, body: Body) -> Answer:
    """An answer that comes before the end of the body ends the sending: it is a refusal."""
    answer = connection.ask(head, whole=False)
    reading = asyncio.create_task(answer.begun())
    writing = asyncio.create_task(_write(connection, body.parts(), is_chunked=body.is_chunked))
    try:
        await asyncio.wait({reading, writing}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            await writing
        await reading
    finally:
        reading.cancel()
        writing.cancel()
        await asyncio.gather(reading, writing, return_exceptions=True)
    return answer


async def _write(connection: Connection, parts: AsyncIterator[bytes], *, is_chunked: bool) -> None:
    async for part in parts:
        await connection.write(b"%x\r\n%s\r\n" % (len(part), part) if is_chunked else part)
    connection.written()
    if is_chunked:
        await connection.write(_LAST_CHUNK)
