from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from contracts.policy import PolicySnapshotPublished
from devtools.databases import Database
from kernel.db import plain_dsn
from kernel.ids import new_id
from kernel.outbox import Envelope
from kernel.problems import NotFound, Refusal
from policy import store
from policy.canonical import canonical
from policy.loader import load_pack
from policy.snapshots import Snapshot, first_snapshot
from tests.policy.cases import ACCEPTED, default_settings, snapshot_with

Sessions = async_sessionmaker[AsyncSession]
FACTS = {"carrier_kind": "makerspace", "level": "municipal", "designation": "key", "earlier_awards": []}
_cities = count(1)


@pytest.fixture(scope="module")
def funds(database: Callable[[str], Database]) -> Database:
    return database("funds")


@pytest.fixture
async def sessions(funds: Database) -> AsyncIterator[Sessions]:
    engine = create_async_engine(funds.runtime_url)
    yield async_sessionmaker(engine, expire_on_commit=False, autoflush=False)
    await engine.dispose()


@pytest.fixture
def city() -> str:
    return f"320300-{next(_cities):08}"


def in_city(snapshot: Snapshot, city: str) -> Snapshot:
    return Snapshot(city_code=city, version=snapshot.version, pack=snapshot.pack, settings=snapshot.settings)


def told(snapshot: Snapshot, **changes: Any) -> Envelope:
    event = PolicySnapshotPublished(
        version=snapshot.version, hash=snapshot.hash, pack_id=snapshot.pack.pack, body=snapshot.body
    )
    moment = datetime(2026, 9, 1, tzinfo=UTC)
    return Envelope(
        id=new_id(), type=event.TYPE, city_code=snapshot.city_code, subject=snapshot.city_code, position=1,
        occurred_at=moment, recorded_at=moment, actor=None, request_id=None,
        data=event.model_dump(mode="json") | changes,
    )  # fmt: skip


async def tell(sessions: Sessions, event: Envelope) -> None:
    async with sessions.begin() as session:
        await store.on_snapshot_published(session, event)


async def test_the_newest_snapshot_told_is_the_policy(sessions: Sessions, city: str) -> None:
    first = first_snapshot(city, load_pack("xuzhou"))
    second = in_city(snapshot_with("xuzhou", default_settings("xuzhou")), city)
    for snapshot in (second, first, second):  # out of order and twice
        await tell(sessions, told(snapshot))
    async with sessions() as session:
        newest = await store.latest_snapshot(session, city)
        assert (newest.version, newest.hash) == (2, second.hash)
        assert canonical(newest.body) == canonical(second.body)
        assert (await store.snapshot_of(session, city, first.hash)).version == 1


async def test_a_city_nobody_told_about_is_not_guessed(sessions: Sessions, city: str) -> None:
    async with sessions() as session:
        with pytest.raises(store.PolicyNotYetKnown):
            await store.latest_snapshot(session, city)
        with pytest.raises(NotFound):
            await store.snapshot_of(session, city, "0" * 64)


@pytest.mark.parametrize("change", [{"hash": "0" * 64}, {"version": 9}])
async def test_a_snapshot_that_is_not_what_it_says_is_not_stored(
    sessions: Sessions, city: str, change: dict[str, Any]
) -> None:
    snapshot = first_snapshot(city, load_pack("xuzhou"))
    with pytest.raises(store.SnapshotForged):
        await tell(sessions, told(snapshot, **change))
    with pytest.raises(store.SnapshotForged):
        await tell(sessions, told(snapshot).model_copy(update={"city_code": "420100"}))
    async with sessions() as session:
        with pytest.raises(store.PolicyNotYetKnown):
            await store.latest_snapshot(session, city)


async def decided(sessions: Sessions, city: str, **changes: Any) -> store.Determination:
    snapshot = in_city(snapshot_with("xuzhou", default_settings("xuzhou")), city)
    await tell(sessions, told(snapshot))
    async with sessions.begin() as session:
        return await store.decide_and_keep(
            session, await store.latest_snapshot(session, city), programme="award.recognition", act="award",
            facts={**FACTS, **changes}, accepted=ACCEPTED, references={"carrier": "car_x"}, case_id=new_id(),
        )  # fmt: skip


async def test_a_determination_is_kept_and_replays_to_the_same_bytes(sessions: Sessions, city: str) -> None:
    made = await decided(sessions, city)
    assert made.amounts == {"award": 30_000_000}
    async with sessions() as session:
        record, differences = await store.replay_determination(session, city, made.id)
    assert record.body == made.body
    assert differences == []


async def test_a_determination_of_another_city_is_not_found(sessions: Sessions, city: str) -> None:
    made = await decided(sessions, city)
    async with sessions() as session:
        with pytest.raises(NotFound):
            await store.load_determination(session, "420100", made.id)


async def test_a_refusal_carries_every_reason(sessions: Sessions, city: str) -> None:
    made = await decided(sessions, city, designation="filed", carrier_kind="cluster")
    with pytest.raises(Refusal) as caught:
        store.must_be_eligible(made)
    assert [reason.code for reason in caught.value.reasons] == ["carrier_kind_out_of_scope", "designation_out_of_scope"]
    store.must_be_eligible(await decided(sessions, city))


@pytest.mark.parametrize("table", ["policy_snapshot", "determination"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET pack_id = 'x'", "DELETE FROM {}"])
async def test_what_was_decided_cannot_be_changed(
    sessions: Sessions, funds: Database, city: str, table: str, statement: str
) -> None:
    await decided(sessions, city)
    for url in (funds.runtime_url, funds.migrator_url):
        connection = await asyncpg.connect(plain_dsn(url))
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
            await connection.execute(statement.format(table))
        await connection.close()


async def test_nor_emptied(funds: Database) -> None:
    connection = await asyncpg.connect(plain_dsn(funds.migrator_url))
    for table in ("policy_snapshot", "determination"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
            await connection.execute(f"TRUNCATE {table}")
    await connection.close()


async def test_two_snapshots_of_one_version_cannot_both_stand(sessions: Sessions, city: str) -> None:
    one = first_snapshot(city, load_pack("xuzhou"))
    other = first_snapshot(city, load_pack("wuhan"))
    await tell(sessions, told(one))
    with pytest.raises(IntegrityError):
        await tell(sessions, told(other))
