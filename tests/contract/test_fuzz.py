"""The fuzzer finds what it is there to find, in a service that answers wrongly."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from devtools.fuzz import Target, fuzz

IDENTIFIER = "loan_01k30dw000e008000000000001"


class Wrong(BaseHTTPRequestHandler):
    """Each path answers wrongly in its own way; what was asked is kept."""

    asked: set[str]

    def do_GET(self) -> None:
        self.asked.add(self.path)
        path = self.path.partition("?")[0].rstrip("/")
        status = {"/broken": 500, "/undocumented": 418}.get(path, 200)
        body = b"plain" if path == "/text" else json.dumps({"id": 7} if path == "/other" else {"id": "a"}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if path == "/text" else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def url() -> Iterator[str]:
    Wrong.asked = set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wrong)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Nobody:
    def headers(self) -> dict[str, str]:
        return {"Authorization": "Bearer x"}


def operation(**more: Any) -> dict[str, Any]:
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    answers = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    return {"get": {"responses": answers, "operationId": "x", **more}}


def test_it_finds_each_kind_of_wrong_answer_and_names_real_objects(url: str) -> None:
    identifier = {"type": "string", "pattern": "^loan_[0-7][0123456789abcdefghjkmnpqrstvwxyz]{25}$"}
    loan = operation(parameters=[{"in": "path", "name": "loan_id", "required": True, "schema": identifier}])
    document = {
        "openapi": "3.1.0",
        "info": {"title": "wrong", "version": "1"},
        "paths": {"/loans/{loan_id}": loan}
        | {path: operation() for path in ("/right", "/broken", "/undocumented", "/text", "/other")},
    }
    target = Target(url, "320300", {"portal": Nobody()}, {"loan": [IDENTIFIER]}, requests.Session())  # type: ignore[dict-item]
    fuzz(target, document, examples=6)
    found = {(label, title.split(":")[0]) for label, title in target.failures}
    assert ("GET /broken", "Server error") in found
    assert ("GET /undocumented", "Undocumented status code") in found
    assert ("GET /text", "Undocumented Content-Type") in found
    assert ("GET /other", "Response violates schema") in found
    assert not [label for label, _ in found if label in {"GET /right", "GET /loans/{loan_id}"}]
    assert f"/loans/{IDENTIFIER}" in Wrong.asked
