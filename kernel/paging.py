"""Keyset pages with signed cursors: a page is a position in an order, never an offset, and nobody can forge one."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import strict_json
from kernel.problems import Malformed

T = TypeVar("T")
LIMIT_MAX = 100
MAC_BYTES = 16


class CursorInvalid(Malformed):
    code, title_zh, title_en = "cursor_invalid", "翻页游标无效", "The page cursor is not valid"


class Page(BaseModel, Generic[T]):
    """Items in a stable order; `next_cursor` is null on the last page."""

    model_config = ConfigDict(from_attributes=True)

    items: list[T]
    next_cursor: Annotated[str | None, Field(examples=[None])]


class PageQuery:
    """`limit` (1 to 100) and an opaque `cursor` from the page before."""

    def __init__(self, request: Request, limit: int = 50, cursor: str | None = None) -> None:
        self.limit, self._cursor = limit, cursor
        self._secret: bytes = request.app.state.settings.cursor_secret.encode()
        self._scope = request.url.path.encode()

    def _mac(self, payload: bytes) -> bytes:
        return hmac.new(self._secret, self._scope + b"\0" + payload, hashlib.sha256).digest()[:MAC_BYTES]

    def position(self) -> list[Any] | None:
        """The key values the page starts after. Raises CursorInvalid for anything we did not sign for this path."""
        if self._cursor is None:
            return None
        try:
            sealed = base64.urlsafe_b64decode(self._cursor.encode("ascii"))
        except ValueError:
            raise CursorInvalid from None
        mac, payload = sealed[:MAC_BYTES], sealed[MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(payload)):
            raise CursorInvalid
        return [_unpack(item) for item in strict_json.parse(payload)]

    def seal(self, key: Sequence[Any]) -> str:
        """An opaque cursor for the position after `key`."""
        payload = strict_json.canonical([_pack(item) for item in key])
        return base64.urlsafe_b64encode(self._mac(payload) + payload).decode("ascii")


async def _page(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> PageQuery:
    return PageQuery(request, limit, cursor)


PageDep = Annotated[PageQuery, Depends(_page)]


def _pack(value: Any) -> list[str]:
    if isinstance(value, UUID):
        return ["u", value.hex]
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    return ["i", str(value)] if isinstance(value, int) else ["s", str(value)]


_READERS: dict[str, Callable[[str], Any]] = {"u": UUID, "t": datetime.fromisoformat, "i": int, "s": str}


def _unpack(item: list[str]) -> Any:
    return _READERS[item[0]](item[1])


def asked_for(wanted: Mapping[Any, Any]) -> list[ColumnElement[bool]]:
    """Conditions of a listing: each column is what was asked for; None asks for nothing."""
    return [column == value for column, value in wanted.items() if value is not None]


async def page_of(
    session: AsyncSession, statement: Select[Any], query: PageQuery, key: Sequence[Any], *, descending: bool = False
) -> tuple[list[Any], str | None]:
    """Rows of one page and the next cursor. `key`: mapped columns, NOT NULL, ending with a unique one."""
    position = query.position()
    columns: ColumnElement[Any] = tuple_(*key)
    if position is not None:
        after = tuple_(*position)
        statement = statement.where(columns < after if descending else columns > after)
    order = [column.desc() if descending else column.asc() for column in key]
    rows = list(await session.scalars(statement.order_by(*order).limit(query.limit + 1)))
    if len(rows) <= query.limit:
        return rows, None
    rows = rows[: query.limit]
    return rows, query.seal([getattr(rows[-1], column.key) for column in key])
