"""One connection on which statements wait at the server: libpq's pipeline mode.

The server begins the next statement while the answer to the one before is still on its way, or lies in the socket of
a process that is busy. Each statement is a transaction of its own, prepared once per connection, answered in order;
an error ends none but its own. Errors are those of asyncpg, which the rest of the product knows.
"""

import asyncio
import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import asyncpg
from psycopg import AsyncConnection, Error
from psycopg.abc import Buffer
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

Row = Mapping[str, Any]

# uvloop does not tell of a connection that was reset; what TLS has decrypted is in no socket.
LOOK_AGAIN_SECONDS = 0.25  # allow float: asyncio waits in seconds
_KEPT_ALIVE: dict[str, Any] = {"tcp_user_timeout": 15_000, "keepalives_idle": 10, "keepalives_interval": 5}

_BINARY = 1  # what libpq calls it
_BYTES, _TEXT = PyFormat.BINARY, PyFormat.TEXT
_FIELDS = {
    "C": DiagnosticField.SQLSTATE,
    "M": DiagnosticField.MESSAGE_PRIMARY,
    "n": DiagnosticField.CONSTRAINT_NAME,
}
# What was prepared is there no more, or its answer would have other columns now.
_IS_GONE, _NOT_SUPPORTED, _NO_LONGER_FITS = b"26000", b"0A000", b"RevalidateCachedQuery"


@dataclass(slots=True)
class _Sent:
    """A statement the server has not answered yet, and the results that came for it so far."""

    rows: asyncio.Future[PGresult]
    prepares: str | None = None
    results: list[PGresult] = field(default_factory=list)


class Pipeline:
    """`connect` makes one. Once it has ended, by the server or by `terminate`, every statement fails with an OSError:
    what the server made of those that were on their way is not known. Whose prepared statements are outdated takes
    no more, and ends when all it has sent is answered.
    """

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection, self._libpq = connection, connection.pgconn
        self._loop = asyncio.get_running_loop()
        self._socket = os.dup(self._libpq.socket)  # libpq closes its own as soon as it is cut off
        self._outdated = self._ended = False
        self._to_look_again: asyncio.TimerHandle | None = None
        self._sent: deque[_Sent] = deque()
        self._prepared: dict[str, bytes] = {}
        self._names = count()
        self._columns: dict[str, list[str]] = {}
        self._transformer = Transformer(connection)
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._read)

    @classmethod
    async def connect(cls, dsn: str, *, seconds: int, application_name: str, settings: Mapping[str, str]) -> "Pipeline":
        """`settings` hold for the session; what they are reset to is the server's own. Raises OSError."""
        set_all = ", ".join(["set_config(%s, %s, false)"] * len(settings))
        given = [text for setting in settings.items() for text in setting]
        connection = None
        try:
            async with asyncio.timeout(seconds):
                connection = await AsyncConnection.connect(
                    dsn,
                    autocommit=True,
                    application_name=application_name,
                    client_encoding="utf8",
                    gssencmode="disable",
                    **_KEPT_ALIVE,
                )
                await connection.execute(f"SELECT {set_all}", given)
            return cls(connection)
        except BaseException as error:
            if connection is not None:
                connection.pgconn.finish()
            if isinstance(error, Error):
                raise ConnectionError(type(error).__name__) from error
            raise

    def is_closed(self) -> bool:
        return self._ended or self._outdated

    async def fetch(self, query: str, *parameters: object) -> list[Row]:
        """All rows, after the answers to what was sent before. Bytes travel as they are, everything else as text.

        Raises ValueError for text that cannot be sent, OSError, or the PostgresError the server answered.
        """
        if self.is_closed():
            raise ConnectionError("the connection has ended")
        try:
            formats = [_BYTES if value.__class__ is bytes else _TEXT for value in parameters]
            values = self._transformer.dump_sequence(parameters, formats)
        except Error as error:
            raise ValueError("a value that cannot be sent") from error
        sent = _Sent(self._loop.create_future())
        try:
            self._send(sent, query, values)
            return self._rows(query, await sent.rows)
        except Error as error:
            self.terminate()
            raise ConnectionError(type(error).__name__) from error

    def terminate(self) -> None:
        """End it now. Whoever waits is told."""
        if not self._ended:
            self._ended = True
            if self._to_look_again is not None:
                self._to_look_again.cancel()
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            os.close(self._socket)
            self._libpq.finish()
        while self._sent:
            _fail(self._sent.popleft(), ConnectionError("the connection has ended"))

    def _send(self, sent: _Sent, query: str, values: Sequence[Buffer | None]) -> None:
        name = self._prepared.get(query)
        if name is None:
            sent.prepares = query
            name = self._prepared[query] = f"s{next(self._names)}".encode()
            self._libpq.send_prepare(name, query.encode())
        self._libpq.send_query_prepared(name, values, self._transformer.formats, _BINARY)
        self._libpq.pipeline_sync()
        self._sent.append(sent)
        self._look_again_later()
        if self._libpq.flush():
            self._loop.add_writer(self._socket, self._write)
            self._loop.call_soon(self._read)  # where it cannot write, libpq reads

    def _rows(self, query: str, found: PGresult) -> list[Row]:
        if query not in self._columns:
            names = [found.fname(place) or b"" for place in range(found.nfields)]
            self._columns[query] = [name.decode() for name in names]
        self._transformer.set_pgresult(found)
        rows = self._transformer.load_rows(0, found.ntuples, tuple)
        return [dict(zip(self._columns[query], row, strict=True)) for row in rows]

    def _look_again_later(self) -> None:
        if self._to_look_again is None:
            self._to_look_again = self._loop.call_later(LOOK_AGAIN_SECONDS, self._look_again)

    def _look_again(self) -> None:
        self._to_look_again = None
        self._read()
        if self._sent:
            self._look_again_later()

    def _write(self) -> None:
        try:
            if not self._libpq.flush():
                self._loop.remove_writer(self._socket)
        except Error:
            self.terminate()
        self._read()

    def _read(self) -> None:
        if self._ended:
            return
        try:
            self._libpq.consume_input()
            while self._sent and self._libpq.status == ConnStatus.OK and not self._libpq.is_busy():
                result = self._libpq.get_result()
                if result is None:  # stands between two statements
                    continue
                if result.status == ExecStatus.PIPELINE_SYNC:
                    self._settle(self._sent[0])
                    self._sent.popleft()
                else:
                    self._sent[0].results.append(result)
        except Error:
            self.terminate()
        if self._libpq.status != ConnStatus.OK or (self._outdated and not self._sent):
            self.terminate()

    def _settle(self, sent: _Sent) -> None:
        failed = next((result for result in sent.results if result.status == ExecStatus.FATAL_ERROR), None)
        if failed is None:
            if not sent.rows.done():
                sent.rows.set_result(sent.results[-1])
            return
        if sent.prepares and failed is sent.results[0]:
            self._prepared.pop(sent.prepares, None)
        if _is_outdated(failed):
            self._outdated = True
            _fail(sent, ConnectionError("what was prepared is outdated"))
        else:
            _fail(sent, _as_asyncpg(failed))


def _is_outdated(failed: PGresult) -> bool:
    code = failed.error_field(DiagnosticField.SQLSTATE)
    no_longer_fits = failed.error_field(DiagnosticField.SOURCE_FUNCTION) == _NO_LONGER_FITS
    return code == _IS_GONE or (code == _NOT_SUPPORTED and no_longer_fits)


def _fail(sent: _Sent, error: Exception) -> None:
    if not sent.rows.done():
        sent.rows.set_exception(error)


def _as_asyncpg(failed: PGresult) -> Exception:
    fields = {code: (failed.error_field(field) or b"").decode(errors="replace") for code, field in _FIELDS.items()}
    error: Exception = asyncpg.PostgresError.new(fields)
    return error
