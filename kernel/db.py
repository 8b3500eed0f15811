"""The database of a process: declarative base, column types, engine and health of the connection."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Enum,
    ForeignKey,
    MetaData,
    String,
    Text,
    any_,
    delete,
    inspect,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, mapped_column

from kernel import clock
from kernel.ids import new_id
from kernel.settings import ServiceSettings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[UUID, mapped_column(PG_UUID(as_uuid=True), primary_key=True, default=new_id)]
Ref = Annotated[UUID, mapped_column(PG_UUID(as_uuid=True))]
CityCode = Annotated[str, mapped_column(String(20))]
RecordedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), default=clock.real_now)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
FenColumn = Annotated[int, mapped_column(BigInteger)]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
JsonList = Annotated[list[Any], mapped_column(JSONB)]
ShortText = Annotated[str, mapped_column(String(200))]
LongText = Annotated[str, mapped_column(Text)]
Version = Annotated[int, mapped_column(BigInteger, default=1)]


UNREACHABLE = (SQLAlchemyError, OSError, TimeoutError)
"""What a database that does not answer, or not us, is met as."""


class Base(DeclarativeBase):
    """Base of every table. Constraints are named by convention so that a violation can be told as a business fact."""

    metadata = MetaData(naming_convention=NAMING)


def text_enum(kind: type[Any]) -> Enum:
    """A status column: text in the database with a CHECK, the enum in code."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def reference(target: str, **options: Any) -> Any:
    """A foreign key column to a row of the same city and database."""
    return mapped_column(PG_UUID(as_uuid=True), ForeignKey(target), **options)


def among(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """One of many values, as a single array: the same statement for any number of them."""
    return column == any_(literal(list(values), ARRAY(column.type)))


async def delete_some(
    session: AsyncSession, model: type[Base], is_over: ColumnElement[bool], *, most: int, oldest: Any = None
) -> int:
    """Delete up to `most` rows whose time is over, by `oldest` first; those somebody holds are left. How many."""
    key = [*inspect(model).primary_key]
    some = select(*key).where(is_over).order_by(oldest).limit(most).with_for_update(skip_locked=True)
    gone = delete(model).where(tuple_(*key).in_(some)).returning(key[0])
    return len((await session.scalars(gone)).all())


def make_engine(settings: ServiceSettings) -> AsyncEngine:
    """A small pool (4 to 8 measured best): waiting here is cheaper than a lock queue in PostgreSQL."""
    return create_async_engine(
        settings.database_url,
        pool_size=settings.pool_size,
        max_overflow=2,
        pool_timeout=5,
        pool_pre_ping=False,
        hide_parameters=True,  # what a statement was given would be told in every traceback of it
        connect_args={
            "timeout": 5,
            "server_settings": {
                "application_name": settings.service,
                "statement_timeout": f"{settings.statement_timeout}s",
                "lock_timeout": "5s",
                "idle_in_transaction_session_timeout": "30s",
                "timezone": "UTC",
            },
        },
    )


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Rows stay readable after the commit; nothing is loaded behind the author's back."""
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False)


def cause_of(error: Exception) -> str:
    """Why the database gave no answer, in one line: its own word, or its driver's."""
    told = str(getattr(error, "orig", None) or error).partition("\n")[0]
    return told.removeprefix("(sqlalchemy.dialects.postgresql.asyncpg.Error) ") or type(error).__name__


def plain_dsn(url: str) -> str:
    """The same database for asyncpg itself, without SQLAlchemy's driver name."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
