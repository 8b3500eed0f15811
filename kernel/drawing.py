"""Pictures, papers and workbooks: made in threads, two at a time; other requests go on, no connection is held."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from kernel.routing import Work

T = TypeVar("T")
# Drawing is Python and holds its lock: more threads would take turns, not less time.
_threads = CapacityLimiter(2)


async def drawn(work: Work, draw: Callable[[], T]) -> T:
    """What `draw` makes of rows that are read; nothing can be read after."""
    await work.close()
    return await to_thread.run_sync(draw, limiter=_threads)
