"""The invariants of vouchers in the books of funds: what was set aside, booked, settled and paid."""

from services.funds.assurance.checks import Check

VOUCHER_CHECKS = (
    Check(
        "tranche_controls_agree",
        "批次控制账户等于批次额度减已记账且未冲回的兑付",
        "Each tranche's control account is its amount less what was booked and not reversed",
        """
        SELECT a.code AS subject,
               format('%s fen of %s, booked %s', a.posted_fen, t.amount_fen, coalesce(sum(r.amount_fen), 0)) AS detail
          FROM allotted_tranche t
          JOIN ledger_account a ON a.city_code = t.city_code
               AND a.code = format('%s/%s/%s/tranche/%s', t.fund, t.policy_year, t.payer_level, t.id)
          LEFT JOIN (
               SELECT tranche_id, amount_fen FROM booked_redemption WHERE city_code = :city
               UNION ALL SELECT tranche_id, -amount_fen FROM redemption_reversal WHERE city_code = :city
               ) r ON r.tranche_id = t.id
         WHERE t.city_code = :city
         GROUP BY a.id, t.id HAVING a.posted_fen <> t.amount_fen - coalesce(sum(r.amount_fen), 0)
        """,
    ),
    Check(
        "settlements_have_their_orders",
        "每张已办理付款的创新券结算单有一笔同额指令,且等于其明细合计",
        "Every settlement statement adds up to its documents, and one that is ordered has an order of its amount",
        """
        SELECT s.id::text AS subject,
               format('statement %s of %s fen, documents %s, order %s', s.status, s.total_fen, l.fen,
                      coalesce(o.status, 'missing')) AS detail
          FROM voucher_settlement s
          LEFT JOIN payment_order o ON o.id = s.payment_order_id AND o.subject_id = s.id
               AND o.amount_fen = s.total_fen AND o.payee_id = s.provider_id
          CROSS JOIN LATERAL (
               SELECT coalesce(sum(coalesce(b.amount_fen, -v.amount_fen)), 0) AS fen
                 FROM voucher_settlement_line n LEFT JOIN booked_redemption b ON b.id = n.redemption_id
                 LEFT JOIN redemption_reversal v ON v.id = n.reversal_id WHERE n.settlement_id = s.id) l
         WHERE s.city_code = :city AND (
               l.fen <> s.total_fen
            OR s.status IN ('ordered', 'paid') AND o.id IS NULL
            OR (o.status IS NOT DISTINCT FROM 'settled') <> (s.status = 'paid')
            OR s.status = 'annulled' AND o.status <> 'cancelled')
        """,
    ),
)
