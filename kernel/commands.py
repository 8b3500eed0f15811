"""Commands an operator runs in a process's container: over the process's own database, as its own runtime role."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.cities import read_clocks
from kernel.db import UNREACHABLE, cause_of, make_engine, make_sessions
from kernel.settings import ServiceSettings

Work = Callable[[AsyncSession], AsyncIterator[str]]


class Refused(Exception):
    """What was asked for must not be done now; the message says why and what to do."""


class Unsound(Exception):
    """Everything was looked at and said, and not all of it is well."""


UNSOUND = 3  # Python itself ends with 1 when it could not look, and with 2 when it could not start


def run(work: Work) -> None:
    """Print the lines `work` yields, in one transaction. Ends with 0; with 1 when refused, 3 when unsound."""
    try:
        asyncio.run(_run(work))
    except Refused as refused:
        sys.exit(str(refused))
    except UNREACHABLE as error:
        sys.exit(f"could not look: {cause_of(error)}")
    except Unsound:
        sys.exit(UNSOUND)


def say(lines: Iterable[str]) -> None:
    """To the operator's terminal, which is not the log."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


async def _run(work: Work) -> None:
    engine = make_engine(ServiceSettings.of_environment())
    try:
        async with make_sessions(engine)() as session, session.begin():
            await read_clocks(session)
            async for line in work(session):
                say([line])
    finally:
        await engine.dispose()
