"""What a bank signed, as it was sent: evidence with the key it was checked with. The database refuses any change."""

from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, CityCode, Id, Json, Moment, RecordedAt, Ref


class SignedRequest(Base):
    """`content` is the body byte for byte; `subjects` are what the request made, such as the loans of a batch.

    An appeal has no id of its own: what was signed is kept under the determination it is against.
    """

    __tablename__ = "signed_request"
    __table_args__ = (Index("ix_signed_request_subjects", "subjects", postgresql_using="gin"),)

    id: Mapped[Id]
    city_code: Mapped[CityCode]
    bank_id: Mapped[Ref]
    client_id: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    algorithm: Mapped[str] = mapped_column(String(10))
    key_id: Mapped[str] = mapped_column(String(200))
    public_key: Mapped[Json]
    signature: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    content_sha256: Mapped[str] = mapped_column(String(64))
    subjects: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)))
    verified_at: Mapped[Moment]
    recorded_at: Mapped[RecordedAt]
