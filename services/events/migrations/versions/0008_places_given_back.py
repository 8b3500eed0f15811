"""Who was refused or disqualified before places were given back holds none any more."""

from alembic import op

revision = "0008"
down_revision = "0007"

OF_OPEN = "WHERE edition_id IN (SELECT id FROM competition_edition WHERE status = 'open')"
# Counted by a statement of its own: it sees what whoever held a group had entered.
LOCKED = f"SELECT 1 FROM competition_group {OF_OPEN} ORDER BY id FOR UPDATE"
COUNTED = f"""
UPDATE competition_group SET entered = (
    SELECT count(*) FROM competition_entry
    WHERE competition_entry.edition_id = competition_group.edition_id
    AND competition_entry.group_key = competition_group.key
    AND competition_entry.status NOT IN ('withdrawn', 'refused', 'disqualified')
) {OF_OPEN}"""


def upgrade() -> None:
    """Count anew who competes in each group of what is under way."""
    op.execute(LOCKED)
    op.execute(COUNTED)
