"""One request to the process behind: its head, its body, and the wait for an answer."""

from gateway.proxy.connections import Answer, Connection
from gateway.proxy.headers import passed_up
from gateway.proxy.pools import Address
from gateway.proxy.wiring import Call
from kernel.problems import Malformed

# RFC 9110 section 8.6: these say so when they have no body.
_EXPECTED_TO_HAVE_A_BODY = frozenset({"POST", "PUT", "PATCH"})


def head_of(call: Call, at: Address, authorization: str | None, body: bytes | None) -> bytes:
    """The request line and the fields, with exactly one statement of where the body ends. Raises Malformed."""
    query = call.scope["query_string"]
    if not query.isascii():
        raise Malformed("The query string is not ASCII")
    # HEAD is asked as GET and its body dropped: the services declare GET alone.
    method = "GET" if call.method == "HEAD" else call.method
    # The bytes the client sent go on unchanged, Chinese escapes included.
    target = at.prefix + call.scope["raw_path"] + (b"?" + query if query else b"")
    lines = [b"%s %s HTTP/1.1" % (method.encode(), target), b"Host: " + at.authority]
    lines += passed_up(call.scope["headers"], cookies=call.route is not None and call.route.keeps_cookies)
    lines.append(
        f"X-Request-Id: {call.request_id}\r\nX-Request-Deadline: {call.deadline}\r\n"
        f"X-Forwarded-For: {call.address}\r\nX-Forwarded-Proto: {call.scope.get('scheme', 'http')}".encode()
    )
    if authorization is not None:
        lines.append(b"Authorization: " + authorization.encode("latin-1"))
    if body is not None or call.method in _EXPECTED_TO_HAVE_A_BODY:
        lines.append(b"Content-Length: %d" % len(body or b""))
    return b"\r\n".join(lines) + b"\r\n\r\n"


async def exchange(connection: Connection, head: bytes, body: bytes | None = None) -> Answer:
    """The answer, its body still on the way. Raises Lost or Unreadable."""
    answer = connection.ask(head, body or b"")
    try:
        await answer.begun()
    except BaseException:
        answer.break_off()
        raise
    return answer
