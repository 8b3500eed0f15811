"""A city's books on real PostgreSQL: the chart every test starts from, and words to post with."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from devtools.databases import Database
from kernel.db import plain_dsn
from ledger.batcher import Poster
from ledger.chart import open_accounts
from ledger.entries import Account, Command, Entry, Kind, Side, credit, debit
from ledger.periods import close_period
from ledger.posting import Posted, post
from ledger.reading import trial_balance
from ledger.schema import FUNCTIONS, TABLES, script
from ledger.verify import Flaw, audit

TODAY = date(2026, 11, 20)
CHART = [
    Account("treasury", Kind.ASSET, "国库指标", "Treasury quota"),
    Account("appropriated", Kind.APPROPRIATED, "预算", "Appropriated", spendable=True),
    Account("allotted", Kind.ALLOTTED, "指标", "Allotted", spendable=True, programme="XZ-21", policy_year=2026),
    Account("encumbered", Kind.ENCUMBERED, "冻结", "Encumbered", spendable=True),
    Account("spent", Kind.SPENT, "支付", "Spent"),
    Account("cash", Kind.ASSET, "资金池存款", "Pool cash", spendable=True, side=Side.DEBIT),
]
_cities = itertools.count(1)


@pytest.fixture(scope="module")
def books(database: Callable[[str], Database]) -> Database:
    """The funds database, its ledger installed."""
    funds = database("funds")
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _install(plain_dsn(funds.migrator_url))).result()
    return funds


async def _install(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('ledger_entry') IS NULL"):
            async with connection.transaction():
                for name in (*TABLES, *FUNCTIONS, "rights"):
                    await connection.execute(script(name))
    finally:
        await connection.close()


@dataclass(frozen=True)
class City:
    """One city's ledger, reached as the runtime role does."""

    code: str
    database: Database
    sessions: async_sessionmaker[AsyncSession]
    tampered: list[str] = field(default_factory=list)  # what a test did to it on purpose

    async def post(self, entry: Entry, *, key: str, book: str = "funds") -> Posted:
        async with self.sessions.begin() as session:
            return await post(session, entry, city_code=self.code, book=book, key=key, actor="officer:1")

    async def balances(self) -> dict[str, int]:
        """Every account that was ever touched, in its normal direction."""
        async with self.sessions() as session:
            lines = await trial_balance(session, city_code=self.code)
        return {line.code: line.balance_fen for line in lines if line.version}

    async def flaws(self, *, whole: bool = True) -> list[Flaw]:
        async with self.sessions() as session:
            return await audit(session, city_code=self.code, whole=whole)

    async def close(self, month: str) -> None:
        async with self.session() as session:
            await close_period(session, month, city_code=self.code, book="funds", proposed_by="a", approved_by="b")

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with self.sessions.begin() as session:
            yield session

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[Any]:
        """A connection of the migrator: who may do more than the processes."""
        connection = await asyncpg.connect(plain_dsn(self.database.migrator_url))
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def runtime(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(plain_dsn(self.database.runtime_url))
        try:
            yield connection
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def sessions(books: Database) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    engine = create_async_engine(books.runtime_url, pool_size=8, max_overflow=24)
    yield async_sessionmaker(engine, expire_on_commit=False, autoflush=False)
    await engine.dispose()


@pytest.fixture
async def city(books: Database, sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[City]:
    """A fresh city with the chart open and nothing posted."""
    fresh = City(f"3203{next(_cities):02}", books, sessions)
    async with fresh.session() as session:
        await open_accounts(session, CHART, city_code=fresh.code)
    yield fresh
    if not fresh.tampered:
        assert await fresh.flaws() == await fresh.flaws(whole=False) == []


def transfer(debited: str, credited: str, amount_fen: int, *, on: date = TODAY, fact: str = "moved") -> Entry:
    return Entry(fact, on, [debit(debited, amount_fen), credit(credited, amount_fen)])


def command(entry: Entry, key: str) -> Command:
    return Command(entry, key, "officer:1")


@asynccontextmanager
async def poster(city: City) -> AsyncIterator[Poster]:
    batcher = Poster(city.database.runtime_url)
    batcher.start()
    yield batcher
    await batcher.close()
