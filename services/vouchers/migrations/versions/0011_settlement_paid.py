"""A confirmed statement is paid by funds, or annulled there; those confirmed before are told to funds now."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
CHECKS = {
    "confirmed_in_full": (
        "num_nulls(confirmed_by, confirmed_at) = CASE WHEN status IN ('confirmed', 'paid') THEN 0 ELSE 2 END"
        " OR status = 'withdrawn' AND num_nulls(confirmed_by, confirmed_at) = 0"
    ),
    "paid_in_full": "(paid_on IS NOT NULL) = (status = 'paid')",
    "status": "status IN ('draft', 'published', 'confirmed', 'paid', 'withdrawn')",
}
# Not one of which something was taken back that stands in no statement: funds would owe less than it pays.
TELL_CONFIRMED = """
    INSERT INTO outbox_event (id, city_code, type, subject, occurred_at, recorded_at, actor, data)
    SELECT gen_random_uuid(), s.city_code, 'voucher.settlement_confirmed', s.id::text, s.confirmed_at, s.confirmed_at,
           s.confirmed_by, jsonb_build_object(
               'settlement_id', s.id, 'tranche_id', s.tranche_id, 'organisation_id', s.organisation_id,
               'redeemed_fen', s.redeemed_fen, 'reversed_fen', s.reversed_fen, 'total_fen', s.total_fen,
               'provider_name', s.provider_name,
               'redemption_ids', coalesce(jsonb_agg(l.redemption_id) FILTER (WHERE l.finding_id IS NULL), '[]'),
               'finding_ids', coalesce(jsonb_agg(l.finding_id) FILTER (WHERE l.finding_id IS NOT NULL), '[]'),
               'worked_on_by', jsonb_build_array(s.prepared_by, s.published_by, s.confirmed_by))
      FROM settlement s JOIN settlement_line l ON l.settlement_id = s.id
     WHERE s.status = 'confirmed' AND NOT EXISTS (
           SELECT FROM settlement_line o JOIN redemption_finding f ON f.redemption_id = o.redemption_id
            WHERE o.settlement_id = s.id AND f.status IN ('confirmed', 'booked')
              AND NOT EXISTS (SELECT FROM settlement_line t WHERE t.finding_id = f.id AND NOT t.withdrawn))
     GROUP BY s.id
"""


def upgrade() -> None:
    op.add_column("settlement", sa.Column("paid_on", sa.Date()))
    for name in ("confirmed_in_full", "status"):
        op.drop_constraint(op.f(f"ck_settlement_{name}"), "settlement")
    for name, holds in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_settlement_{name}"), "settlement", holds, postgresql_not_valid=True)
        op.execute(f"ALTER TABLE settlement VALIDATE CONSTRAINT ck_settlement_{name}")
    op.execute(TELL_CONFIRMED)
    # The day of a first claim stood where the day the provider reports belongs.
    op.execute("UPDATE contract SET served_on = NULL WHERE status = 'served' AND redeemed_fen > 0")
