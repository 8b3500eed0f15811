"""What lists of carriers ask for stands on the carrier; a person stands once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.schema.scripts import run_script

revision = "0013"
down_revision = "0012"

# Whoever writes a level, an address or an offer marks its carrier, in the same transaction.
TAGS = """
CREATE VIEW carrier_tag AS
    SELECT carrier_id, tag FROM carrier_level, unnest(
        ARRAY['level:' || level, 'key:' || is_key, 'level:' || level || ':' || is_key]
    ) tag WHERE ended_on IS NULL
    UNION ALL
    SELECT carrier_id, 'district:' || district_code FROM carrier_premises
    WHERE ended_on IS NULL AND district_code IS NOT NULL
    UNION ALL
    SELECT carrier_id, 'service:' || service FROM carrier_offer WHERE ended_on IS NULL AND service IS NOT NULL;
CREATE FUNCTION carrier_is_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE carrier SET tags = present.tags FROM (
        SELECT id, coalesce(array_agg(DISTINCT tag ORDER BY tag) FILTER (WHERE tag IS NOT NULL), '{}') AS tags
        FROM (SELECT DISTINCT carrier_id AS id FROM changed) touched LEFT JOIN carrier_tag ON carrier_id = id
        GROUP BY id
    ) present WHERE carrier.id = present.id AND carrier.tags IS DISTINCT FROM present.tags;
    RETURN NULL;
END $$;
UPDATE carrier SET tags = present.tags FROM (
    SELECT carrier_id, array_agg(DISTINCT tag ORDER BY tag) AS tags FROM carrier_tag GROUP BY carrier_id
) present WHERE id = carrier_id;
""" + "".join(
    f"""
CREATE TRIGGER {table}_tags_carrier_on_{event} AFTER {event.upper()} ON {table}
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION carrier_is_tagged();
"""
    for table in ("carrier_level", "carrier_premises", "carrier_offer")
    for event in ("insert", "update")
)

# The keyed hash of a resident's number is made the same way in both tables: who is in both is one person from now on.
PEOPLE = """
ALTER TABLE natural_person ALTER name DROP NOT NULL, ALTER number_hash DROP NOT NULL, ALTER number_last4 DROP NOT NULL,
    ADD erased_at timestamptz, DROP CONSTRAINT ck_natural_person_numberkind,
    ADD CONSTRAINT ck_natural_person_numberkind
        CHECK (number_kind IN ('resident', 'residence_permit', 'foreign_resident', 'passport')),
    ADD CONSTRAINT ck_natural_person_erased_in_full
        CHECK ((erased_at IS NULL) = (num_nulls(name, number_hash) = 0));
INSERT INTO natural_person (id, city_code, name, number_kind, number_hash, identifier_warnings, recorded_by,
                            registered_at, erased_at, version, recorded_at)
SELECT id, city_code, name, CASE paper_kind WHEN 'passport' THEN 'passport' ELSE 'resident' END, paper_hash, '[]',
       recorded_by, recorded_at, erased_at, 1, recorded_at
FROM enrolled_person ON CONFLICT (city_code, number_hash) DO NOTHING;
""" + "".join(
    f"""
ALTER TABLE {table} DROP CONSTRAINT fk_{table}_person_id;
UPDATE {table} SET person_id = one.id FROM enrolled_person other
JOIN natural_person one ON one.city_code = other.city_code AND one.number_hash = other.paper_hash
WHERE {table}.person_id = other.id AND one.id <> other.id;
ALTER TABLE {table} ADD CONSTRAINT fk_{table}_person_id FOREIGN KEY (person_id) REFERENCES natural_person (id);
"""
    for table in (
        "mentor", "mentor_interest", "mentor_engagement", "mentor_session", "mentor_slot", "talent_status",
    )
) + "DROP TABLE enrolled_person;"  # fmt: skip


def upgrade() -> None:
    """Tags of the carriers there are, and from now on."""
    op.add_column(
        "carrier",
        sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    run_script(TAGS)
    op.create_index("ix_carrier_level_carrier_id", "carrier_level", ["carrier_id"], unique=False)
    op.create_index("ix_carrier_tags", "carrier", ["tags"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_carrier_counting",
        "carrier",
        ["city_code"],
        unique=False,
        postgresql_include=["kind", "category", "tags", "is_public", "operator_id"],
    )
    op.add_column("mentor_assessment", sa.Column("assessed_on", sa.Date(), nullable=True))
    op.execute("UPDATE mentor_assessment SET assessed_on = (recorded_at AT TIME ZONE 'Asia/Shanghai')::date")
    op.alter_column("mentor_assessment", "assessed_on", nullable=False)
    run_script(PEOPLE)
