"""Requests no well-mannered client would send, and what a problem of the gateway looks like."""

import socket
from typing import Any

import httpx2

MEMBERS = {"type", "code", "title", "status", "request_id", "retryable", "source"}


def raw(port: int, request: bytes, *, seconds: int = 5, half_close: bool = False) -> bytes:
    """Everything the proxy answers to these bytes until it closes or `seconds` pass."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while part := connection.recv(65_536):
                answer += part
        except TimeoutError:
            pass
    return answer


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The document, after checking what every problem of the gateway has."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json()
    assert document.keys() >= MEMBERS
    assert (document["code"], document["status"], document["source"]) == (code, status, "gateway")
    assert document["request_id"] == answer.headers["x-request-id"]
    return document
