"""Every route of every process, asked wrongly in every way: the right problem document, and nothing repeated.

Of what one place of the kernel refuses for all (a token, the text of a body, its media type) each operation is sent
some kinds in turn, enough to see that it stands behind that place; tests/service/kernel sends all of them to one.
Whether an existing object's ETag is stale is asked where there are objects, in tests/service.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import cycle, islice
from typing import Any, TypeVar

import httpx2
import pytest

from devtools.databases import TARGETS, Database
from devtools.openapi import FOLDER
from kernel.problems import MEDIA_TYPE
from policy.loader import load_pack
from policy.snapshots import first_snapshot
from tests.builders.identity import XUZHOU, Signer
from tests.builders.neighbours import an_organisation, answers
from tests.builders.operations import JSON, Operation, operations_of
from tests.builders.processes import Process
from tests.builders.whole import whole

T = TypeVar("T")
pytestmark = pytest.mark.anyio
ECHO = "13912345678"  # what a caller typed and nobody may read again
BODY_LIMIT = 1_048_576
SUBSCRIBED = {"registry", "vouchers", "funds", "events"}


class Asked:
    """A process, its operations, and what was wrong with its answers."""

    def __init__(self, process: Process) -> None:
        self.process, self.client, self.flaws = process, process.client(), list[str]()
        self.operations = operations_of(process.app)
        self.guarded = [operation for operation in self.operations if operation.scopes]
        self.with_json = [operation for operation in self.operations if operation.schema is not None]

    def token(self, operation: Operation, signer: Signer | None = None, **identity: Any) -> str:
        given = {"roles": [operation.role], "scopes": operation.scopes or ["none"]} | identity
        audience = given.pop("audience", self.process.service)
        subject = "workload:funds" if operation.role == "workload" else f"person:{ECHO}"
        return (signer or self.process.signer).token(audience, subject, **given)

    async def send(
        self, operation: Operation, address: str | None = None, *, token: str | None = None, **request: Any
    ) -> httpx2.Response:
        """With the operation's own scopes and headers unless told otherwise."""
        bearer = {"authorization": f"Bearer {self.token(operation) if token is None else token}"} if token != "" else {}
        headers = bearer | operation.headers | request.pop("headers", {})
        if operation.media is None:
            request = {}
        elif not request.keys() & {"json", "content", "data"}:
            request = {"json": operation.body} if operation.schema is not None else {"data": {}}
        return await self.client.request(operation.method, address or operation.address(), headers=headers, **request)

    def expect(self, operation: Operation, answer: httpx2.Response, *statuses: int, what: str = "") -> dict[str, Any]:
        """A problem document of one of the statuses, complete, known, and without anything the caller sent."""
        problem: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        code = problem.get("code", "")
        wrong = {
            "status": answer.status_code not in statuses,
            "media type": answer.headers.get("content-type") != MEDIA_TYPE,
            "code": code not in known_codes(),
            "type": problem.get("type") != f"/problems/{code}",
            "request id": problem.get("request_id") != answer.headers["x-request-id"],
            "echo": ECHO in answer.text or any(ECHO in value for value in answer.headers.values()),
        }
        if any(wrong.values()):
            names = ", ".join(name for name, is_wrong in wrong.items() if is_wrong)
            self.flaws.append(f"{operation} {what}: {names} ({answer.status_code} {answer.text[:300]})")
        return problem


@cache
def known_codes() -> frozenset[str]:
    return frozenset(json.loads((FOLDER / "problems.json").read_text()))


@pytest.fixture(scope="module", params=TARGETS)
async def asked(
    request: pytest.FixtureRequest,
    database: Callable[[str], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Asked]:
    async with whole(request.param, database(request.param), tmp_path_factory.mktemp(request.param)) as process:
        answers(process, "registry", of_the_registry)
        if request.param in SUBSCRIBED:
            await knows_the_policy(process)
        yield Asked(process)


def of_the_registry(path: str) -> dict[str, Any] | int:
    """Every organisation there is; who controls it nobody knows."""
    return 404 if path.endswith("/controller-group") else an_organisation(1) | {"id": path.rsplit("/", 1)[1]}


async def knows_the_policy(process: Process) -> None:
    snapshot = first_snapshot(XUZHOU, load_pack("xuzhou"))
    told = {"version": snapshot.version, "hash": snapshot.hash, "pack_id": snapshot.pack.pack, "body": snapshot.body}
    outcome = await process.tell("policy.snapshot_published", told, subject=XUZHOU)
    assert outcome["outcome"] == "done", outcome


@pytest.fixture(autouse=True)
def every_flaw_at_once(asked: Asked) -> Iterator[None]:
    asked.flaws.clear()
    yield
    assert not asked.flaws, "\n".join(asked.flaws)


def in_turn(operations: list[Operation], kinds: Iterable[T], number: int) -> Iterator[tuple[Operation, list[T]]]:
    """With each operation the next few kinds: every kind with many operations, every operation with some kinds."""
    following = cycle(kinds)
    return ((operation, list(islice(following, number))) for operation in operations)


async def test_nobody_is_let_in_without_a_token_of_ours(asked: Asked) -> None:
    """Every operation without a token and with two of the wrong ones; one check of all of them is the kernel's."""
    stranger = Signer()
    wrong: list[tuple[str, Callable[[Operation], str]]] = [
        ("no JWT", lambda _: "abc"),
        ("another key", lambda operation: asked.token(operation, stranger)),
        ("another service's", lambda operation: asked.token(operation, audience="elsewhere")),
        ("another issuer", lambda operation: asked.token(operation, issuer="http://elsewhere.test")),
        ("another type", lambda operation: asked.token(operation, token_type="at+jwt")),
        ("expired", lambda operation: asked.token(operation, seconds=-60)),
    ]
    assert len(asked.guarded) > len(wrong)
    for operation, some in in_turn(asked.guarded, wrong, 2):
        asked.expect(operation, await asked.send(operation, token=""), 401, what="no token")
        for what, token in some:
            asked.expect(operation, await asked.send(operation, token=token(operation)), 401, what=what)


async def test_nobody_does_what_the_token_does_not_allow(asked: Asked) -> None:
    for operation in asked.guarded:
        token = asked.token(operation, scopes=["profile"])
        asked.expect(operation, await asked.send(operation, token=token), 403)


async def test_another_token_scheme_is_no_token(asked: Asked) -> None:
    for operation in asked.guarded:
        headers = {"authorization": f"Basic {asked.token(operation)}"}
        asked.expect(operation, await asked.send(operation, token="", headers=headers), 401)


# Refused for what the body or the address says before an object is looked for: a day or a year that has not come, a
# file that is not there.
WITHOUT_THE_OBJECT = {
    "POST /v1/funds/budgets/{fund}/{policy_year}/appropriations": (409,),
    "POST /v1/funds/loan-pool/claims/{claim_id}/recoveries": (409,),
    "POST /v1/funds/loan-pool/recoveries/{recovery_id}/receipt": (409,),
    "POST /v1/registry/carriers/{carrier_id}/tenant-imports": (422,),
    "POST /v1/registry/statistics/reports/{report_id}/workbooks": (422,),  # without a file
}
NO_OBJECT = {"nothing": b"", "list": b'["' + ECHO.encode() + b'"]', "null": b"null"}
BROKEN = {
    "half": b'{"note": "' + ECHO.encode(),
    "NaN": b'{"amount_fen": NaN}',
    "infinity": b'{"amount_fen": -Infinity}',
    "NUL": b'{"note": "a\\u0000' + ECHO.encode() + b'"}',
    "raw NUL": b'{"note": "a\x00b"}',
    "lone surrogate": b'{"note": "\\ud800"}',
    "duplicate keys": b'{"note": "a", "note": "' + ECHO.encode() + b'"}',
    "not UTF-8": b'{"note": "\xff\xfe"}',
    "beyond 2^53": b'{"amount_fen": 9007199254740993}',
    "endless digits": b'{"amount_fen": ' + b"9" * 5_000 + b"}",
    "deep": b"[" * 20_000 + b"]" * 20_000,
    "text": b'"' + ECHO.encode() + b'"',
    "number": b"7",
}


async def test_a_broken_body_is_refused(asked: Asked) -> None:
    """Every operation one that is no object, one that a lenient reader would take, and others in turn."""
    lenient = "duplicate keys"
    others = [what for what in BROKEN if what != lenient]
    assert len(asked.with_json) > len(others)
    for operation, some in in_turn(asked.with_json, others, 2):
        for what, body in (NO_OBJECT | {name: BROKEN[name] for name in (lenient, *some)}).items():
            if what in {"nothing", "null"} and not operation.body_required:
                continue
            answer = await asked.send(operation, content=body, headers={"content-type": JSON})
            asked.expect(operation, answer, 400, 422, what=what)


async def test_a_field_nobody_knows_is_refused(asked: Asked) -> None:
    for operation in asked.with_json:
        answer = await asked.send(operation, json=operation.body | {f"note_{ECHO[:3]}": ECHO})
        problem = asked.expect(operation, answer, 422)
        if f"/note_{ECHO[:3]}" not in {error["pointer"] for error in problem.get("errors", ())}:
            asked.flaws.append(f"{operation} does not point at the unknown field: {answer.text[:300]}")


async def test_every_field_of_the_wrong_type_is_pointed_at(asked: Asked) -> None:
    for operation in asked.with_json:
        for field in operation.body:
            wrong = {"of": {"another": [ECHO]}}
            answer = await asked.send(operation, json=operation.body | {field: wrong})
            problem = asked.expect(operation, answer, 422, what=field)
            pointers = {error["pointer"] for error in problem.get("errors", ())}
            if not any(pointer.startswith(f"/{field}") or pointer == "" for pointer in pointers):
                asked.flaws.append(f"{operation} does not point at {field}: {answer.text[:300]}")


async def test_a_body_of_ten_megabytes_is_refused(asked: Asked) -> None:
    async def streamed() -> AsyncIterator[bytes]:
        yield b'{"note": "'
        for _ in range(10):
            yield b"x" * BODY_LIMIT

    whole_body = b"x" * 10 * BODY_LIMIT
    for operation in asked.operations:
        if operation.media:
            headers = {"content-type": operation.media}
            told = await asked.send(operation, content=whole_body, headers=headers)
            asked.expect(operation, told, 413, what="told")
            untold = await asked.send(operation, content=streamed(), headers=headers)
            asked.expect(operation, untold, 413, what="streamed")


async def test_a_body_of_another_kind_is_refused(asked: Asked) -> None:
    kinds = (
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    )
    for operation, some in in_turn(asked.with_json, kinds, 2):
        for kind in some:
            body = json.dumps(operation.body).encode()
            answer = await asked.send(operation, content=body, headers={"content-type": kind})
            asked.expect(operation, answer, 415, what=kind or "no content type")


async def test_what_nobody_has_is_not_found(asked: Asked) -> None:
    for operation in asked.guarded:
        if operation.names_objects:
            found = (404,) if operation.method == "GET" else (404, *WITHOUT_THE_OBJECT.get(str(operation), ()))
            asked.expect(operation, await asked.send(operation), *found)


def has_a_form(schema: Mapping[str, Any]) -> bool:
    """Whether a value is checked against a pattern or read as a day or a number; any other text reaches the route."""
    return bool({"pattern", "format", "enum", "const"} & schema.keys()) or schema.get("type") == "integer"


async def test_an_impossible_address_is_refused(asked: Asked) -> None:
    impossible = ("x" * 3_000, f"%F0%9F%92%A9{ECHO}", "..%2f..%2fetc%2fpasswd", "a%00b", "'%20OR%201=1--", "-1", "%ff")
    for operation, some in in_turn(asked.operations, impossible, 3):
        for item in operation.path_parameters:
            for text in some if has_a_form(item["schema"]) else impossible:
                answer = await asked.send(operation, operation.address(**{item["name"]: text}))
                asked.expect(operation, answer, 400, 404, 422, what=f"{item['name']}={text[:20]}")


async def test_an_impossible_question_is_refused(asked: Asked) -> None:
    for operation in asked.operations:
        for item in operation.parameters:
            if item["in"] != "query":
                continue
            address = operation.address(query=False)
            answer = await asked.send(operation, f"{address}?{item['name']}=a%00{ECHO}")
            asked.expect(operation, answer, 400, what=f"{item['name']} with NUL")
            answer = await asked.send(operation, f"{address}?{item['name']}={'x' * 3_000}{ECHO}")
            asked.expect(operation, answer, 400, 404, 422, what=f"{item['name']} too long")


async def test_a_question_nobody_knows_is_refused_by_name(asked: Asked) -> None:
    for operation in asked.guarded:
        if operation.method == "GET" and not operation.path.startswith("/internal/"):
            address = operation.address()
            joined = "&" if "?" in address else "?"
            more = await asked.send(operation, f"{address}{joined}surprise=1")
            if more.headers.get("content-type", "").startswith("text/html"):
                continue  # a page is opened with whatever the world hangs on a link
            problem = asked.expect(operation, more, 422, what="surprise")
            named = [error["pointer"] for error in problem.get("errors", ()) if error["code"] == "parameter_unknown"]
            assert named == ["query/surprise"], operation


async def test_what_moves_money_wants_a_key_and_what_people_edit_a_version(asked: Asked) -> None:
    for operation in asked.guarded:
        for header, status in (("idempotency-key", 400), ("if-match", 428)):
            if header in operation.insisted:
                body = {"json": operation.body} if operation.schema is not None else {"data": {}}
                headers = {name: value for name, value in operation.headers.items() if name != header}
                headers["authorization"] = f"Bearer {asked.token(operation)}"
                answer = await asked.client.request(operation.method, operation.address(), headers=headers, **body)
                asked.expect(operation, answer, status, what=f"without {header}")


async def test_a_malformed_key_is_refused(asked: Asked) -> None:
    keyed = [item for item in asked.guarded if "idempotency-key" in {one["name"] for one in item.parameters}]
    for operation, some in in_turn(keyed, ("", "x" * 300, '""', "\t"), 2):
        for key in some:
            answer = await asked.send(operation, headers={"idempotency-key": key})
            asked.expect(operation, answer, 400, what=f"key {key[:10]!r}")


async def test_no_route_and_no_such_method_are_problems_too(asked: Asked) -> None:
    operation = asked.operations[0]
    asked.expect(operation, await asked.client.get(f"/v1/{ECHO}"), 404)
    for operation in asked.operations:
        answer = await asked.client.request("PROPFIND", operation.address())
        asked.expect(operation, answer, 405)
