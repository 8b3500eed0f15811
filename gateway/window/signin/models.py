"""Who at a provider is which account here, sign-ins on their way, and codes a front end exchanges."""

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Moment, RecordedAt

Digest = LargeBinary(32)


class PersonSubject(Base):
    """The account's owner as their city's provider knows them. One subject is one account, and the other way round."""

    __tablename__ = "person_subject"
    __table_args__ = (UniqueConstraint("city_code", "issuer", "subject"),)

    account: Mapped[str] = mapped_column(ForeignKey("person.account"), primary_key=True)
    city_code: Mapped[CityCode]
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[RecordedAt]


class SignInAttempt(Base):
    """From the way to the provider until the way back. SHA-256 of the state, and of what the browser's cookie holds."""

    __tablename__ = "sign_in_attempt"

    state: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    browser: Mapped[bytes] = mapped_column(Digest)
    city_code: Mapped[CityCode]
    nonce: Mapped[str] = mapped_column(String(60))
    verifier: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    challenge: Mapped[str | None] = mapped_column(String(60))
    expires_at: Mapped[Moment] = mapped_column(index=True)


class SignInCode(Base):
    """What a front end gets in the address and exchanges once, by SHA-256. `challenge`: only who asked can."""

    __tablename__ = "sign_in_code"

    digest: Mapped[bytes] = mapped_column(Digest, primary_key=True)
    city_code: Mapped[CityCode]
    account: Mapped[str] = mapped_column(ForeignKey("person.account"))
    challenge: Mapped[str] = mapped_column(String(60))
    expires_at: Mapped[Moment] = mapped_column(index=True)
