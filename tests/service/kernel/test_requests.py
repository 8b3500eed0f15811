"""One request, one transaction; every failure a problem document that repeats nothing."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from devtools.databases import Database
from kernel.outbox import OutboxEvent
from kernel.problems import ERRORS_TOLD_MAX
from tests.builders.processes import Process, running
from tests.service.kernel.notebook import build

pytestmark = pytest.mark.anyio
NOTE = {"title": "买材料", "amount_fen": 100}


@pytest.fixture(scope="module")
async def notebook(
    database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Process]:
    async with running(build, "window", database("window"), tmp_path_factory.mktemp("notebook")) as process:
        yield process


async def facts(process: Process, subject: str) -> int:
    async with process.app.state.sessions() as session:
        found = await session.scalar(
            select(func.count()).select_from(OutboxEvent).where(OutboxEvent.subject == subject)
        )
    return int(found or 0)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["code"]) == (status, code), answer.text
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


async def test_a_write_and_its_replay_have_the_same_answer_and_one_effect(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        first = await portal.post("/v1/notes", json=NOTE | {"title": "once"}, headers={"Idempotency-Key": "k1"})
        again = await portal.post("/v1/notes", json=NOTE | {"title": "once"}, headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert await facts(notebook, "once") == 1


async def test_a_request_is_freed_when_it_is_answered(notebook: Process) -> None:
    """What holds itself waits for the collector, which then stops everybody for milliseconds."""
    async with notebook.as_("portal", "portal") as portal:

        async def ask(number: int) -> None:
            await portal.get("/v1/notes?limit=5")
            await portal.get("/v1/notes?limit=none")
            await portal.post("/v1/notes", json=NOTE, headers={"Idempotency-Key": f"freed {number}"})

        await ask(0)
        gc.collect()
        gc.disable()
        try:
            for number in range(1, 21):
                await ask(number)
            assert gc.collect() < 3 * 20  # others of this process may leave a little
        finally:
            gc.enable()


async def test_a_parameter_nobody_reads_is_refused_with_all_else_that_is_wrong(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        answer = await portal.get("/v1/notes?limt=5&limit=none&cursor=a&cursor=b&limt=6")
        written = await portal.post("/v1/notes?dry_run=true", json=NOTE, headers={"Idempotency-Key": "k-dry"})
        read = await portal.get("/v1/notes?limit=5")
    found = {(error["pointer"], error["code"]): error["message"] for error in problem(answer, 422, "invalid")["errors"]}
    assert list(found) == [
        ("query/limt", "parameter_unknown"), ("query/cursor", "given_twice"), ("query/limit", "int_parsing"),
    ]  # fmt: skip
    assert found["query/limt", "parameter_unknown"] == "没有该参数(可为 limit, cursor)"
    assert [error["message"] for error in problem(written, 422, "invalid")["errors"]] == ["没有该参数"]
    assert read.status_code == 200


async def test_a_printed_link_opens_with_whatever_is_hung_on_it(notebook: Process) -> None:
    """What people scan and pass on in chats comes back as `?from=…`; there is no filter that could be misspelt."""
    async with notebook.client() as anybody:
        answer = await anybody.get("/v1/notes/printed/once?from=singlemessage&isappinstalled=0")
    assert (answer.status_code, answer.json()["subject"]) == (200, "once")


async def test_the_same_key_with_another_body_is_refused(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        await portal.post("/v1/notes", json=NOTE, headers={"Idempotency-Key": "k2"})
        other = await portal.post("/v1/notes", json=NOTE | {"amount_fen": 2}, headers={"Idempotency-Key": "k2"})
    problem(other, 422, "idempotency_key_reused")


async def test_a_file_sent_again_is_the_same_under_whatever_boundary(notebook: Process) -> None:
    """HTTP clients make one up each time: a lost answer to an upload could never be asked for again."""
    before = await facts(notebook, "file")
    async with notebook.as_("portal-1", "portal") as portal:

        async def send(content: bytes, boundary: str) -> Any:
            kind = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Idempotency-Key": "file-1"}
            return await portal.post("/v1/notes/files", files={"file": ("a.csv", content)}, headers=kind)

        first, again, other = await send(b"1,2", "aaaa"), await send(b"1,2", "bbbb"), await send(b"1,3", "aaaa")
    assert (first.status_code, again.status_code) == (201, 201), again.text
    assert again.headers["Idempotent-Replayed"] == "true"
    problem(other, 422, "idempotency_key_reused")
    assert await facts(notebook, "file") == before + 1


async def test_each_further_try_reads_a_file_from_its_start(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        answer = await portal.post("/v1/notes/contended-files", files={"file": ("a.csv", b"1,2")})
    assert (answer.status_code, answer.json()["subject"]) == (201, "1,2"), answer.text


async def test_the_same_key_of_another_caller_is_another_key(notebook: Process) -> None:
    for subject in ("portal-a", "portal-b"):
        async with notebook.as_(subject, "portal") as portal:
            answer = await portal.post("/v1/notes", json=NOTE | {"title": "mine"}, headers={"Idempotency-Key": "same"})
        assert "idempotent-replayed" not in answer.headers
    assert await facts(notebook, "mine") == 2


async def test_a_burst_of_one_key_has_one_effect(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        calls = [
            portal.post("/v1/notes", json=NOTE | {"title": "burst"}, headers={"Idempotency-Key": "k3"})
            for _ in range(12)
        ]
        answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert await facts(notebook, "burst") == 1


async def test_a_money_route_wants_a_key(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        problem(await portal.post("/v1/notes", json=NOTE), 400, "idempotency_key_missing")
        problem(
            await portal.post("/v1/notes", json=NOTE, headers={"Idempotency-Key": "x" * 300}),
            400,
            "idempotency_key_malformed",
        )
        two = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
        problem(await portal.post("/v1/notes", json=NOTE, headers=two), 400, "idempotency_key_malformed")


BAD_BODIES = [
    (b'{"title":"a","amount_fen":NaN}', 400, "malformed"),
    (b'{"title":"a","title":"b","amount_fen":1}', 400, "malformed"),
    (b'{"title":"a\\u0000b","amount_fen":1}', 400, "malformed"),
    (b'{"title":"a\\ud800b","amount_fen":1}', 400, "malformed"),
    (b'{"title":"a","amount_fen":99999999999999999999}', 400, "malformed"),
    (b'{"title":"a","amount_fen":1e9999999999999999999}', 400, "malformed"),
    (b'{"title"', 400, "malformed"),
    (b"\xff\xfe", 400, "malformed"),
    (b"[" * 100_000, 400, "malformed"),
    (b'{"title":"a","amount_fen":1.0}', 422, "invalid"),
    (b'{"title":"a","amount_fen":true}', 422, "invalid"),
    (b'{"title":"a","amount_fen":"1"}', 422, "invalid"),
    (b'{"title":"a","amount_fen":0}', 422, "invalid"),
    (b'{"title":"a","amount_fen":1,"other":2}', 422, "invalid"),
    (b'"text"', 422, "invalid"),
    (b"", 422, "invalid"),
]


@pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES)
async def test_bad_bodies_are_told_what_is_wrong(notebook: Process, body: bytes, status: int, code: str) -> None:
    async with notebook.as_("portal", "portal") as portal:
        headers = {"Idempotency-Key": "bad", "Content-Type": "application/json"}
        problem(await portal.post("/v1/notes", content=body, headers=headers), status, code)


async def test_all_errors_at_once_and_never_the_input(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        headers = {"Idempotency-Key": "e", "Accept-Language": "en"}
        answer = await portal.post(
            "/v1/notes", json={"amount_fen": "13912345678", "x": "320311199001011234"}, headers=headers
        )
    document = problem(answer, 422, "invalid")
    assert [error["pointer"] for error in document["errors"]] == ["/title", "/amount_fen", "/x"]
    assert "13912345678" not in answer.text
    assert "320311199001011234" not in answer.text


@pytest.mark.parametrize("query", [True, False], ids=["query", "body"])
async def test_of_more_errors_than_anybody_means_the_first_are_told_and_how_many(
    notebook: Process, query: bool
) -> None:
    unknown = {f"x{n}": "1" for n in range(ERRORS_TOLD_MAX + 50)}
    async with notebook.as_("portal", "portal") as portal:
        for names in (unknown, dict(list(unknown.items())[:ERRORS_TOLD_MAX])):
            body, params = (NOTE, names) if query else (NOTE | names, {})
            answer = await portal.post("/v1/notes", json=body, params=params, headers={"Idempotency-Key": "x"})
            document = problem(answer, 422, "invalid")
            assert len(document["errors"]) == ERRORS_TOLD_MAX
            assert document.get("errors_found") == (len(names) if names is unknown else None)


async def test_a_body_too_large_is_refused_while_it_streams(notebook: Process) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100_000

    async with notebook.as_("portal", "portal") as portal:
        headers = {"Idempotency-Key": "l", "Content-Type": "application/json"}
        problem(await portal.post("/v1/notes", content=endless(), headers=headers), 413, "too_large")


@pytest.mark.parametrize("kind", ["multipart/form-data", "Multipart/Form-Data"])
async def test_a_file_may_be_larger_than_what_is_typed_whatever_case_its_type_is_in(
    notebook: Process, kind: str
) -> None:
    async with notebook.as_("portal", "portal") as portal:
        headers = {"Content-Type": f"{kind}; boundary=aaaa", "Idempotency-Key": f"large-{kind[:1]}"}
        named = b'--aaaa\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        content = named + b"x" * 1_100_000 + b"\r\n--aaaa--\r\n"
        answer = await portal.post("/v1/notes/files", content=content, headers=headers)
    assert answer.status_code == 201, answer.text


async def test_other_media_types_and_methods_and_paths(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        headers = {"Idempotency-Key": "m", "Content-Type": "text/plain"}
        problem(await portal.post("/v1/notes", content=b"x", headers=headers), 415, "unsupported_media_type")
        problem(await portal.delete("/v1/notes"), 405, "method_not_allowed")
        problem(await portal.get("/v1/nowhere"), 404, "not_found")
        problem(await portal.get("/v1/notes?limit=5%00"), 400, "malformed")
        problem(await portal.get("/v1/notes?limit=1000"), 422, "invalid")
        problem(await portal.get("/v1/notes?cursor=AAAA"), 400, "cursor_invalid")
        problem(await portal.get("/v1/notes?cursor=é"), 400, "cursor_invalid")


async def test_identities(notebook: Process) -> None:
    async with notebook.client() as nobody:
        answer = await nobody.get("/v1/notes")
        problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"
    for wrong in ({"seconds": -120}, {"issuer": "http://other"}, {"token_type": "at+jwt"}):
        async with notebook.as_("portal", "portal", **wrong) as caller:
            problem(await caller.get("/v1/notes"), 401, "unauthenticated")
    other = notebook.signer.token("funds", "portal", roles=["portal"])
    async with notebook.client(Authorization=f"Bearer {other}") as caller:
        problem(await caller.get("/v1/notes"), 401, "unauthenticated")
    async with notebook.as_("bank", "bank") as bank:
        problem(await bank.post("/v1/notes", json=NOTE, headers={"Idempotency-Key": "f"}), 403, "forbidden")


async def test_a_refusal_names_every_reason_in_the_callers_language(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        zh = problem(await portal.post("/v1/notes/refused"), 409, "refused")
        en = problem(
            await portal.post("/v1/notes/refused", headers={"Accept-Language": "en, zh;q=0.5"}), 409, "refused"
        )
    assert zh["reasons"] == [
        {"code": "too_small", "clauses": ["XZ-23"], "text": "面积不足", "facts": {"area_sqm": 300}}
    ]
    assert en["reasons"][0]["text"] == "The area is too small"


async def test_what_nobody_expected_is_a_problem_and_leaves_nothing(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        answer = await portal.post("/v1/notes/broken")
    problem(answer, 500, "internal")
    assert "13912345678" not in answer.text
    assert await facts(notebook, "lost") == 0


async def test_a_commit_that_fails_is_never_answered_with_success(
    notebook: Process, database: Callable[[str], Database]
) -> None:
    owner = create_async_engine(database("window").migrator_url)
    async with owner.begin() as connection:
        await connection.execute(text("CREATE TABLE once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
    await owner.dispose()
    async with notebook.as_("portal", "portal") as portal:
        answer = await portal.post("/v1/notes/uncommittable", headers={"Idempotency-Key": "c"})
    problem(answer, 409, "conflict")


async def test_pages_follow_one_another_without_loss(notebook: Process) -> None:
    async with notebook.as_("portal", "portal") as portal:
        for number in range(5):
            await portal.post("/v1/notes/drafts", json=NOTE | {"title": f"page {number}"})
        seen, cursor = 0, None
        while True:
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await portal.get("/v1/notes", params=query)).json()
            seen, cursor = seen + len(page["items"]), page["next_cursor"]
            if cursor is None:
                break
    async with notebook.app.state.sessions() as session:
        assert seen == await session.scalar(select(func.count()).select_from(OutboxEvent))
