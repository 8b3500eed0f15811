"""Clients, people, and what has been used up."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, RecordedAt, ShortText, text_enum


class ClientKind(StrEnum):
    """A portal, provider or fund manager shows a secret, a bank signs (private_key_jwt), the platform runs it all."""

    PORTAL = "portal"
    BANK = "bank"
    PROVIDER = "provider"
    FUND_MANAGER = "fund_manager"
    PLATFORM = "platform"


class Client(Base):
    """A program that calls us. `city_code` is empty for the platform's own client alone."""

    __tablename__ = "client"

    client_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    city_code: Mapped[CityCode]
    kind: Mapped[ClientKind] = mapped_column(text_enum(ClientKind))
    name: Mapped[ShortText]
    organisation_id: Mapped[UUID | None]
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    active: Mapped[bool] = mapped_column(default=True)
    recorded_at: Mapped[RecordedAt]


class ClientSecret(Base):
    """SHA-256 of a random secret of 256 bits; two may live at once, for rotation."""

    __tablename__ = "client_secret"

    id: Mapped[Id]
    client_id: Mapped[str] = mapped_column(ForeignKey("client.client_id"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[RecordedAt]


class Person(Base):
    """An embedded account of somebody who works at the window. `password_hash` is Argon2id."""

    __tablename__ = "person"

    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    city_code: Mapped[CityCode]
    roles: Mapped[list[str]] = mapped_column(JSONB)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    recorded_at: Mapped[RecordedAt]


class SignInPlace(Base):
    """Somewhere an account was tried from, the address as a keyed hash. `known`: it signed in from there.

    `failures` are those in a row; until `wait_until` none is judged. Of no account there has to be a person. One place
    (`pauses.STRANGERS`) is all addresses together that are not known.
    """

    __tablename__ = "sign_in_place"

    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    origin: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    known: Mapped[bool] = mapped_column(default=False)
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    wait_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    forget_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    recorded_at: Mapped[RecordedAt]


class UsedAssertion(Base):
    """A client assertion counts once (RFC 7523)."""

    __tablename__ = "used_assertion"

    jti: Mapped[str] = mapped_column(String(300), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
