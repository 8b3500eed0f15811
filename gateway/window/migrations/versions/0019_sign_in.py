"""Who at a city's identity provider is which account, sign-ins on their way, and codes a front end exchanges."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "person_subject",
        sa.Column("account", sa.String(100), sa.ForeignKey("person.account"), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("city_code", "issuer", "subject"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("state", sa.LargeBinary(32), primary_key=True),
        sa.Column("browser", sa.LargeBinary(32), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("nonce", sa.String(60), nullable=False),
        sa.Column("verifier", sa.String(60), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("challenge", sa.String(60)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_sign_in_attempt_expires_at", "sign_in_attempt", ["expires_at"])
    op.create_table(
        "sign_in_code",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("account", sa.String(100), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("challenge", sa.String(60), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_sign_in_code_expires_at", "sign_in_code", ["expires_at"])
