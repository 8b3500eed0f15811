"""One connection on which statements wait at the server: libpq's pipeline mode.

The server begins the next statement while the answer to the one before is still on its way, or lies in the socket of
a process that is busy. Each statement is a transaction of its own, prepared once per connection, answered in order;
an error ends none but its own. Errors are those of asyncpg, which the rest of the product knows.
"""

import asyncio
import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from psycopg import AsyncConnection, DataError, Error
from psycopg.abc import Buffer
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

Row = Mapping[str, Any]

_BINARY = 1  # what libpq calls it
_BYTES, _TEXT = PyFormat.BINARY, PyFormat.TEXT
_FIELDS = {
    "C": DiagnosticField.SQLSTATE,
    "M": DiagnosticField.MESSAGE_PRIMARY,
    "n": DiagnosticField.CONSTRAINT_NAME,
}
# What was prepared is there no more, or no longer what it was: a new connection prepares it again.
_OUTDATED = (b"26000", b"0A000")


@dataclass(slots=True)
class _Sent:
    """A statement the server has not answered yet, and the results that came for it so far."""

    rows: asyncio.Future[PGresult]
    results: list[PGresult]


class Pipeline:
    """`connect` makes one. Once it has ended, by the server or by `terminate`, every statement fails with an OSError:
    what the server made of those that were on their way is not known.
    """

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection, self._libpq = connection, connection.pgconn
        self._loop = asyncio.get_running_loop()
        self._socket = os.dup(self._libpq.socket)  # libpq closes its own as soon as it is cut off
        self._ended = False
        self._sent: deque[_Sent] = deque()
        self._prepared: dict[str, bytes] = {}
        self._columns: dict[str, list[str]] = {}
        self._transformer = Transformer(connection)
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._read)

    @classmethod
    async def connect(cls, dsn: str, *, seconds: int, application_name: str, settings: Mapping[str, str]) -> "Pipeline":
        """`settings` hold for the session; what they are reset to is the server's own. Raises OSError."""
        set_all = ", ".join(["set_config(%s, %s, false)"] * len(settings))
        try:
            connection = await AsyncConnection.connect(
                dsn,
                autocommit=True,
                connect_timeout=seconds,
                application_name=application_name,
                client_encoding="utf8",
                gssencmode="disable",
            )
            await connection.execute(f"SELECT {set_all}", [text for setting in settings.items() for text in setting])
        except Error as error:
            raise ConnectionError(type(error).__name__) from error
        return cls(connection)

    def is_closed(self) -> bool:
        return self._ended

    async def fetch(self, query: str, *parameters: object) -> list[Row]:
        """All rows, after the answers to what was sent before. Bytes travel as they are, everything else as text.

        Raises ValueError for text that cannot be sent, OSError, or the PostgresError the server answered.
        """
        if self._ended:
            raise ConnectionError("the connection has ended")
        try:
            formats = [_BYTES if value.__class__ is bytes else _TEXT for value in parameters]
            values = self._transformer.dump_sequence(parameters, formats)
        except DataError as error:
            raise ValueError("text with control characters") from error
        sent = _Sent(self._loop.create_future(), [])
        try:
            self._send(query, values)
        except Error as error:
            self.terminate()
            raise ConnectionError(type(error).__name__) from error
        self._sent.append(sent)
        found = await sent.rows
        if query not in self._columns:
            names = [found.fname(place) or b"" for place in range(found.nfields)]
            self._columns[query] = [name.decode() for name in names]
        self._transformer.set_pgresult(found)
        rows = self._transformer.load_rows(0, found.ntuples, tuple)
        return [dict(zip(self._columns[query], row, strict=True)) for row in rows]

    def terminate(self) -> None:
        """End it now. Whoever waits is told."""
        if not self._ended:
            self._ended = True
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            os.close(self._socket)
            self._libpq.finish()
        while self._sent:
            _fail(self._sent.popleft(), ConnectionError("the connection has ended"))

    def _send(self, query: str, values: Sequence[Buffer | None]) -> None:
        name = self._prepared.get(query)
        if name is None:
            name = self._prepared[query] = f"s{len(self._prepared)}".encode()
            self._libpq.send_prepare(name, query.encode())
        self._libpq.send_query_prepared(name, values, self._transformer.formats, _BINARY)
        self._libpq.pipeline_sync()
        if self._libpq.flush():
            self._loop.add_writer(self._socket, self._write)

    def _write(self) -> None:
        try:
            if not self._libpq.flush():
                self._loop.remove_writer(self._socket)
        except Error:
            self.terminate()

    def _read(self) -> None:
        try:
            self._libpq.consume_input()
            while self._sent and self._libpq.status == ConnStatus.OK and not self._libpq.is_busy():
                result = self._libpq.get_result()
                if result is None:  # stands between two statements
                    continue
                if result.status == ExecStatus.PIPELINE_SYNC:
                    self._settle(self._sent.popleft())
                else:
                    self._sent[0].results.append(result)
        except Error:
            self.terminate()
        if self._libpq.status != ConnStatus.OK:
            self.terminate()

    def _settle(self, sent: _Sent) -> None:
        failed = [result for result in sent.results if result.status == ExecStatus.FATAL_ERROR]
        if not failed:
            if not sent.rows.done():
                sent.rows.set_result(sent.results[-1])
        elif failed[0].error_field(DiagnosticField.SQLSTATE) in _OUTDATED:
            _fail(sent, ConnectionError("what was prepared is outdated"))
            self.terminate()
        else:
            _fail(sent, _as_asyncpg(failed[0]))


def _fail(sent: _Sent, error: Exception) -> None:
    if not sent.rows.done():
        sent.rows.set_exception(error)


def _as_asyncpg(failed: PGresult) -> Exception:
    fields = {code: (failed.error_field(field) or b"").decode(errors="replace") for code, field in _FIELDS.items()}
    error: Exception = asyncpg.PostgresError.new(fields)
    return error
