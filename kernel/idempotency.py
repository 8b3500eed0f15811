"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07), stored in the transaction of the effect.

Scope: caller, method, route template, key. In flight 409, other body 422, missing where required 400, replay marked.
Only routes that declare the header keep answers: what a token endpoint or a code shown once answers is stored nowhere.
"""

import hashlib
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.dependencies.models import Dependant
from python_multipart.multipart import parse_options_header
from sqlalchemy import BigInteger, LargeBinary, SmallInteger, String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from kernel import clock
from kernel.db import Base, Json, RecordedAt, delete_some
from kernel.openapi import INSISTS
from kernel.problems import Conflict, Invalid, Malformed

KEY_LENGTH_MAX = 255
DESCRIPTION = "Any text up to 255 characters, new for each intent; send the same again to retry."
SHAPE: dict[str, Any] = {"minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": "^[!#-~]([ !#-~]*[!#-~])?$"}
KEPT_DAYS = 30  # longer than a month end; business uniqueness stands in unique indexes for ever
FILE_FORM = "multipart/form-data"
KEPT_HEADERS = ("content-type", "location", "etag", "link")


class StoredAnswer(Base):
    """The answer given to a key. `fingerprint` is the SHA-256 of method, path, query and body."""

    __tablename__ = "idempotency_key"

    scope: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    caller: Mapped[str] = mapped_column(String(200))
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[Json]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[RecordedAt] = mapped_column(index=True)


class KeyMissing(Malformed):
    code, title_zh, title_en = "idempotency_key_missing", "缺少 Idempotency-Key", "Idempotency-Key is missing"


class KeyMalformed(Malformed):
    code, title_zh, title_en = "idempotency_key_malformed", "Idempotency-Key 格式错误", "Idempotency-Key is malformed"


class KeyReused(Invalid):
    code = "idempotency_key_reused"
    title_zh, title_en = "该 Idempotency-Key 已用于其他内容", "This Idempotency-Key was used with another request"


class AnswerShownOnce(Malformed):
    code = "answer_shown_once"
    title_zh = "应答含只显示一次的密文,不能以 Idempotency-Key 重放"
    title_en = "An answer with a secret shown once cannot be replayed: send no Idempotency-Key"


class InFlight(Conflict):
    code, title_zh, title_en = "request_in_flight", "相同请求正在处理", "The same request is being processed"
    retryable = True

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class Replay(Exception):
    """The answer given before; the route handler sends it again."""

    def __init__(self, stored: StoredAnswer) -> None:
        super().__init__("replay")
        headers = dict(stored.headers) | {"Idempotent-Replayed": "true"}
        self.response = Response(stored.body, stored.status, headers)


def key_of(request: Request) -> str | None:
    """The key of a POST, unquoted. Raises KeyMalformed."""
    sent = request.headers.getlist("idempotency-key")
    if not sent or request.method != "POST":
        return None
    if len(sent) > 1:
        raise KeyMalformed
    key = sent[0].strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not key or len(key) > KEY_LENGTH_MAX or not key.isascii() or not key.isprintable():
        raise KeyMalformed
    return key


def _digest(*parts: str | bytes) -> bytes:
    """Length-prefixed, so that no two different requests read the same."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha.update(len(data).to_bytes(8, "big") + data)
    return sha.digest()


def scope_of(request: Request, *, caller: str, route: str, key: str) -> bytes:
    """Within what a key is one intent."""
    return _digest(caller, request.method, route, key)


def fingerprint_of(request: Request, body: bytes) -> bytes:
    """What was asked for under the key."""
    return _digest(request.method, request.scope["path"], request.scope["query_string"], *_parts(request, body))


def _parts(request: Request, body: bytes) -> list[bytes]:
    """A form with a file is the same whatever boundary its sender made up this time."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith(FILE_FORM):
        return [body]
    boundary = parse_options_header(kind)[1].get(b"boundary")
    return body.split(b"--" + boundary) if boundary else [body]


async def claim(
    session: AsyncSession, *, caller: str, route: str, key: str, body: bytes, request: Request
) -> StoredAnswer:
    """Take the key in this transaction, or raise Replay, KeyReused or InFlight. Returns the row to be completed."""
    scope, fingerprint = scope_of(request, caller=caller, route=route, key=key), fingerprint_of(request, body)
    lock = int.from_bytes(scope[:8], "big", signed=True)
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(cast(lock, BigInteger)))):
        raise InFlight
    stored = await session.get(StoredAnswer, scope)
    if stored is None:
        return StoredAnswer(scope=scope, fingerprint=fingerprint, caller=caller)
    if stored.fingerprint != fingerprint:
        raise KeyReused
    raise Replay(stored)


def complete(row: StoredAnswer, response: Response) -> StoredAnswer:
    """Fill the row with the answer about to be sent."""
    row.status = response.status_code
    row.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    row.body = bytes(response.body)
    return row


async def forget_old_keys(session: AsyncSession, most: int) -> int:
    """Drop up to `most` answers past their keeping time, the oldest; answers how many there were."""
    past = StoredAnswer.recorded_at < clock.real_now() - timedelta(days=KEPT_DAYS)
    return await delete_some(session, StoredAnswer, past, most=most, oldest=StoredAnswer.recorded_at)


async def _required(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(description=DESCRIPTION, json_schema_extra={INSISTS: True, **SHAPE}),
    ] = None,
) -> str:
    key = key_of(request)
    if key is None or idempotency_key is None:
        raise KeyMissing
    return key


async def _optional(
    idempotency_key: Annotated[
        str | None,
        Header(description=DESCRIPTION, json_schema_extra=SHAPE),
    ] = None,
) -> str | None:
    return idempotency_key


async def refuse_key(request: Request) -> None:
    """Where an answer holds a secret: to ignore the key would let its sender believe that a second try is harmless."""
    if "idempotency-key" in request.headers:
        raise AnswerShownOnce


def takes_key(dependant: Dependant) -> bool:
    """Whether a route declares the header, and so has its answers kept."""
    return dependant.call in {_required, _optional} or any(takes_key(inner) for inner in dependant.dependencies)


KeyRequired = Annotated[str, Depends(_required)]
KeyOptional = Annotated[str | None, Depends(_optional)]
OnceShown = Annotated[None, Depends(refuse_key)]
