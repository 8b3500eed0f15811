"""A mentor's entry that has ended ends its engagements."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Those that stood on count for nobody, and kept the person from being engaged anew."""
    op.execute(
        "UPDATE mentor_engagement SET ended_on = mentor.ended_on FROM mentor"
        " WHERE mentor.id = mentor_id AND mentor_engagement.ended_on IS NULL AND mentor.ended_on IS NOT NULL"
    )
