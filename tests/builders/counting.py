"""How many statements a call sends to the database; those of the relay and the timers beside it do not count."""

from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event

from tests.builders.processes import Process

COUNTED = ContextVar("counted", default=False)


async def statements(process: Process, call: Awaitable[Any]) -> int:
    """Counted where the driver is called: one for many rows written by one statement, however the rows travel."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if COUNTED.get():
            seen.append(statement)

    engine = process.app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    token = COUNTED.set(True)
    await call
    COUNTED.reset(token)
    event.remove(engine, "before_cursor_execute", note)
    assert seen
    return len(seen)
