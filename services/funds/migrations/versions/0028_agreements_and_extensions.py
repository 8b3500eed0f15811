"""What a partner bank of the loan pool agreed after its admission, extensions that were refused, a borrower's loans."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """A table, and two columns; funds_is_append_only stands since 0004."""
    op.add_column("loan", sa.Column("extension_refused_by", sa.String(200)))
    op.add_column("loan", sa.Column("extension_refused_because", sa.String(2000)))
    op.create_check_constraint(
        op.f("ck_loan_extension_refused"),
        "loan",
        "num_nulls(extension_refused_by, extension_refused_because) = 2 OR (num_nulls(extension_refused_by,"
        " extension_refused_because) = 0 AND extension_to IS NULL)",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE loan VALIDATE CONSTRAINT ck_loan_extension_refused")
    op.create_index("ix_loan_borrower", "loan", ["city_code", "borrower_id"])
    op.create_table(
        "pool_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("city_code", sa.String(20), nullable=False),
        sa.Column("bank_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.String(200), nullable=False),
        sa.Column("agreement", sa.String(200), nullable=False),
        sa.Column("quota_fen", sa.BigInteger(), nullable=True),
        sa.Column("agreed_by", sa.String(200), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quota_fen > 0", name=op.f("ck_pool_agreement_quota")),
        sa.ForeignKeyConstraint(
            ["city_code", "bank_id"],
            ["pool_bank.city_code", "pool_bank.bank_id"],
            name=op.f("fk_pool_agreement_city_code_bank_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_agreement")),
    )
    op.create_index("ix_pool_agreement_bank", "pool_agreement", ["city_code", "bank_id", "agreed_at"])
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pool_agreement "
        "FOR EACH STATEMENT EXECUTE FUNCTION funds_is_append_only()"
    )
