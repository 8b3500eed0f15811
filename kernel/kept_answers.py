"""Idempotency keys of many requests at once, on the connection of a batcher.

What `idempotency.claim` and `idempotency.complete` do for one request in its own transaction: the same table, scope and
fingerprint, so that an answer kept here is the answer there. Two at the same moment with one key must not share a
batch; in two batches the later one fails on the primary key, and the answer of the first is looked up.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from kernel.auth import Caller
from kernel.idempotency import KeyReused, fingerprint_of, scope_of
from kernel.problems import Problem

_KNOWN = "SELECT scope, fingerprint, status, headers::text, body FROM idempotency_key WHERE scope = ANY($1::bytea[])"
# Part of a statement that makes effects: `standing` has what stands, one row each, with these columns.
KEPT_COLUMNS = ("scope bytea", "fingerprint bytea", "caller text", "status smallint", "headers text", "body bytea")
KEEP = """INSERT INTO idempotency_key (scope, fingerprint, caller, status, headers, body, recorded_at)
    SELECT scope, fingerprint, caller, status, headers::jsonb, body, recorded_at FROM standing"""
_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Keyed:
    """One intent: under which key of whom, and what exactly."""

    scope: bytes
    fingerprint: bytes
    caller: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A JSON answer to be given, or given before."""

    status: int
    body: bytes
    headers: Mapping[str, str] | None = None  # None: answered for the first time

    def response(self) -> Response:
        """As it is sent; a replay is marked."""
        marked = _JSON if self.headers is None else {**self.headers, "Idempotent-Replayed": "true"}
        return Response(self.body, self.status, dict(marked))


async def keyed(request: Request, caller: Caller, key: str) -> Keyed:
    """The key of this request, as the kernel would take it."""
    scope = scope_of(request, caller=caller.subject, route=request.scope["route"].path_format, key=key)
    return Keyed(scope, fingerprint_of(request, await request.body()), caller.subject)


async def known_answers(connection: Any, intents: Sequence[Keyed]) -> dict[bytes, Kept | Problem]:
    """By scope: the answer that was given, or KeyReused where the same key asked for something else."""
    asked = {intent.scope: intent for intent in intents}
    rows = await connection.fetch(_KNOWN, list(asked))
    return {
        row["scope"]: Kept(row["status"], row["body"], json.loads(row["headers"]))
        if row["fingerprint"] == asked[row["scope"]].fingerprint
        else KeyReused()
        for row in rows
    }


def kept_columns(answers: Sequence[tuple[Keyed, Kept]]) -> list[list[Any]]:
    """The values of `KEPT_COLUMNS` for answers given for the first time."""
    headers = json.dumps(_JSON)
    rows = [(key.scope, key.fingerprint, key.caller, kept.status, headers, kept.body) for key, kept in answers]
    return [list(column) for column in zip(*rows, strict=True)]
