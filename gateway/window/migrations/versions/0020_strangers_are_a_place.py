"""What strangers tried is kept beside the addresses, for accounts there are not as well."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    for counted in ("failures", "locked_until"):
        op.drop_column("person", counted)
