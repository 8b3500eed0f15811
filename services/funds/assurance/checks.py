"""The invariants of funds, each one SQL statement that finds what breaks it: no row is the proof.

One statement sees one moment, so a check is true of an instant even while others post.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """`sql` yields rows (subject, detail) for `:city`."""

    code: str
    zh: str
    en: str
    sql: str


CHECKS = (
    Check(
        "debits_equal_credits",
        "借方合计等于贷方合计",
        "Debits equal credits",
        """
        SELECT :city AS subject, format('differ by %s fen', sum(signed)) AS detail
          FROM (SELECT CASE normal_side WHEN 'D' THEN posted_fen ELSE -posted_fen END AS signed
                  FROM ledger_account WHERE city_code = :city) a
        HAVING sum(signed) <> 0
        """,
    ),
    Check(
        "nothing_below_zero",
        "可支用账户余额不为负",
        "No spendable account is below zero",
        """
        SELECT code AS subject, format('%s fen available', posted_fen - held_fen) AS detail FROM ledger_account
         WHERE city_code = :city AND spendable AND posted_fen - held_fen < 0
        """,
    ),
    Check(
        "authority_equals_appropriations",
        "预算指标来源等于历次安排减收回合计",
        "Budget authority equals what was appropriated and not taken back",
        """
        SELECT a.code AS subject,
               format('%s fen, appropriated %s', a.posted_fen, coalesce(sum(p.amount_fen), 0)) AS detail
          FROM ledger_account a LEFT JOIN (
               SELECT fund, policy_year, payer_level, amount_fen FROM appropriation WHERE city_code = :city
               UNION ALL
               SELECT fund, policy_year, payer_level, -amount_fen FROM budget_withdrawal
                WHERE city_code = :city AND status = 'approved' AND stage = 'appropriated'
               ) p ON p.fund = a.programme AND p.policy_year = a.policy_year AND p.payer_level = a.payer_level
         WHERE a.city_code = :city AND a.code LIKE '%/authority'
         GROUP BY a.id HAVING a.posted_fen <> coalesce(sum(p.amount_fen), 0)
        """,
    ),
    Check(
        "encumbered_equals_open_payments",
        "已冻结指标等于未付指令与待付兑付合计",
        "Encumbered equals payment orders not yet settled and redemptions not yet paid",
        """
        SELECT a.code AS subject, format('%s fen, still to be paid %s', a.posted_fen, coalesce(sum(o.fen), 0)) AS detail
          FROM ledger_account a LEFT JOIN (
               SELECT fund, policy_year, payer_level, amount_fen - offset_fen AS fen FROM payment_order
                WHERE city_code = :city AND status NOT IN ('settled', 'cancelled')
               UNION ALL
               SELECT t.fund, t.policy_year, t.payer_level, r.amount_fen FROM booked_redemption r
                 JOIN allotted_tranche t ON t.id = r.tranche_id WHERE r.city_code = :city
               UNION ALL
               SELECT t.fund, t.policy_year, t.payer_level, -v.amount_fen FROM redemption_reversal v
                 JOIN allotted_tranche t ON t.id = v.tranche_id WHERE v.city_code = :city
               UNION ALL  -- of these there is an order
               SELECT t.fund, t.policy_year, t.payer_level, -s.total_fen FROM voucher_settlement s
                 JOIN allotted_tranche t ON t.id = s.tranche_id
                WHERE s.city_code = :city AND s.status IN ('ordered', 'paid')
               ) o ON o.fund = a.programme AND o.policy_year = a.policy_year AND o.payer_level = a.payer_level
         WHERE a.city_code = :city AND a.code LIKE '%/encumbered'
         GROUP BY a.id HAVING a.posted_fen <> coalesce(sum(o.fen), 0)
        """,
    ),
    Check(
        "payables_equal_open_payments",
        "应付补助款等于未付指令与待付兑付合计",
        "What payees are owed equals what is still to be paid to them",
        """
        SELECT a.code AS subject, format('%s fen, still to be paid %s', a.posted_fen, coalesce(sum(o.fen), 0)) AS detail
          FROM ledger_account a LEFT JOIN (
               SELECT format('%s/%s/%s/payable/%s', fund, policy_year, payer_level, payee_id) AS code,
                      amount_fen - offset_fen AS fen
                 FROM payment_order WHERE city_code = :city AND status NOT IN ('settled', 'cancelled')
               UNION ALL
               SELECT format('%s/%s/%s/payable/%s', t.fund, t.policy_year, t.payer_level, r.provider_id), r.amount_fen
                 FROM booked_redemption r JOIN allotted_tranche t ON t.id = r.tranche_id WHERE r.city_code = :city
               UNION ALL
               SELECT format('%s/%s/%s/payable/%s', t.fund, t.policy_year, t.payer_level, r.provider_id), -v.amount_fen
                 FROM redemption_reversal v JOIN booked_redemption r ON r.id = v.redemption_id
                 JOIN allotted_tranche t ON t.id = v.tranche_id WHERE v.city_code = :city
               UNION ALL
               SELECT format('%s/%s/%s/payable/%s', t.fund, t.policy_year, t.payer_level, s.provider_id), -s.total_fen
                 FROM voucher_settlement s JOIN allotted_tranche t ON t.id = s.tranche_id
                WHERE s.city_code = :city AND s.status IN ('ordered', 'paid')
               ) o ON o.code = a.code
         WHERE a.city_code = :city AND a.code LIKE '%/payable/%'
         GROUP BY a.id HAVING a.posted_fen <> coalesce(sum(o.fen), 0)
        """,
    ),
    Check(
        "sub_funds_agree_with_their_accounts",
        "子基金承诺、催缴、到位、投资与分配同账簿一致",
        "Of each sub-fund what is pledged, uncalled, called, at cost and in cash is what its records add up to",
        """
        SELECT a.code AS subject, format('%s fen, the records say %s', a.posted_fen, r.fen) AS detail
          FROM ledger_account a JOIN (
               SELECT format('%s/%s/city/sub-fund/%s/uncalled/%s', f.fund, f.policy_year, f.id, c.number) AS code,
                      c.amount_fen - c.called_fen AS fen
                 FROM sub_fund f JOIN sub_fund_commitment c ON c.sub_fund_id = f.id WHERE f.city_code = :city
               UNION ALL
               SELECT format('%s/%s/city/sub-fund/%s/called/%s', f.fund, f.policy_year, f.id, c.number),
                      c.called_fen - c.paid_fen
                 FROM sub_fund f JOIN sub_fund_commitment c ON c.sub_fund_id = f.id WHERE f.city_code = :city
               UNION ALL
               SELECT format('%s/%s/city/sub-fund/%s/holding/%s', f.fund, f.policy_year, f.id, i.number), i.held_fen
                 FROM sub_fund f JOIN sub_fund_investment i ON i.sub_fund_id = f.id WHERE f.city_code = :city
               UNION ALL
               SELECT format('%s/%s/city/sub-fund/%s/cash', f.fund, f.policy_year, f.id),
                      (SELECT coalesce(sum(paid_fen), 0) FROM sub_fund_commitment WHERE sub_fund_id = f.id)
                    - (SELECT coalesce(sum(amount_fen), 0) FROM sub_fund_investment WHERE sub_fund_id = f.id)
                    - (SELECT coalesce(sum(amount_fen), 0) FROM sub_fund_fee WHERE sub_fund_id = f.id)
                    + (SELECT coalesce(sum(e.proceeds_fen), 0) FROM sub_fund_exit e
                         JOIN sub_fund_investment i ON i.id = e.investment_id WHERE i.sub_fund_id = f.id)
                    - (SELECT coalesce(sum(amount_fen), 0) FROM sub_fund_return
                        WHERE sub_fund_id = f.id AND kind = 'distribution')
                 FROM sub_fund f WHERE f.city_code = :city
               UNION ALL
               SELECT format('%s/%s/city/sub-fund/%s/%s', f.fund, f.policy_year, f.id, p.what), sum(p.fen)
                 FROM sub_fund f JOIN sub_fund_return d ON d.sub_fund_id = f.id AND d.kind = 'distribution',
                      LATERAL (VALUES ('distributed', d.amount_fen - d.carry_fen), ('carry', d.carry_fen)) p(what, fen)
                WHERE f.city_code = :city GROUP BY f.id, p.what
               UNION ALL
               SELECT format('%s/%s/city/pledged/%s', f.fund, f.policy_year, f.id),
                      CASE f.status WHEN 'active' THEN f.public_fen - coalesce(sum(s.amount_fen), 0) ELSE 0 END
                 FROM sub_fund f JOIN sub_fund_commitment c ON c.sub_fund_id = f.id AND c.number = 1
                 LEFT JOIN sub_fund_drawdown_share s ON s.commitment_id = c.id AND s.payment_order_id IS NOT NULL
                WHERE f.city_code = :city GROUP BY f.id
               ) r ON r.code = a.code
         WHERE a.city_code = :city AND a.posted_fen <> r.fen
        """,
    ),
    Check(
        "distributions_add_up",
        "每次分配等于各出资人所得与管理人业绩报酬合计",
        "Each distribution is what its investors and, above the hurdle, its manager got",
        """
        SELECT r.id::text AS subject, format('%s fen, the parts say %s', r.amount_fen, p.fen + r.carry_fen) AS detail
          FROM sub_fund_return r, LATERAL (
               SELECT coalesce(sum((one->>'capital_fen')::bigint + (one->>'gain_fen')::bigint), 0) AS fen
                 FROM jsonb_array_elements(r.parts) one) p
         WHERE r.city_code = :city AND r.kind = 'distribution' AND r.amount_fen <> p.fen + r.carry_fen
        """,
    ),
    Check(
        "approved_awards_have_orders",
        "已审批的奖补各有一笔同额支付指令",
        "Every approved award has one payment order of the same amount, settled exactly when it is paid",
        """
        SELECT e.id::text AS subject, format('award %s, order %s', e.status, coalesce(o.status, 'missing')) AS detail
          FROM entitlement e LEFT JOIN payment_order o ON o.id = e.payment_order_id AND o.subject_id = e.id
         WHERE e.city_code = :city AND e.status IN ('approved', 'paid')
           AND (o.id IS NULL OR o.amount_fen <> e.amount_fen OR (o.status = 'settled') <> (e.status = 'paid'))
        """,
    ),
    Check(
        "paid_orders_have_their_chain",
        "每笔已付指令可追溯至条款",
        "Every settled order leads to a determination or redemptions, two people, its entries and the bank's word",
        """
        SELECT o.id::text AS subject, format('order %s lacks a link of its chain', o.number) AS detail
          FROM payment_order o
         WHERE o.city_code = :city AND o.status = 'settled' AND NOT (
               (EXISTS (SELECT FROM determination d WHERE d.id = o.determination_id AND d.outcome = 'eligible')
            AND EXISTS (SELECT FROM ledger_entry j WHERE j.id = o.encumbrance_entry_id AND j.reference = o.id)
             OR EXISTS (SELECT FROM voucher_settlement s WHERE s.id = o.subject_id AND s.total_fen = o.amount_fen
                    AND s.payment_order_id = o.id AND s.total_fen = (SELECT sum(coalesce(b.amount_fen, -v.amount_fen))
                            FROM voucher_settlement_line l LEFT JOIN booked_redemption b ON b.id = l.redemption_id
                            LEFT JOIN redemption_reversal v ON v.id = l.reversal_id WHERE l.settlement_id = s.id)))
           AND jsonb_array_length(o.clauses) > 0
           AND (SELECT count(DISTINCT approved_by) FROM approval p WHERE p.subject_id IN (o.id, o.subject_id)) > 1
           AND (o.offset_fen = o.amount_fen
                AND EXISTS (SELECT FROM clawback_part c WHERE c.order_id = o.id AND c.entry_id = o.payment_entry_id)
             OR EXISTS (SELECT FROM ledger_entry j WHERE j.id = o.payment_entry_id AND j.reference = o.id)
            AND EXISTS (SELECT FROM payment_advice b WHERE b.order_id = o.id AND b.entry_id = o.payment_entry_id
                           AND b.attempt = o.attempt AND b.kind = 'settled'
                           AND b.amount_fen = o.amount_fen - o.offset_fen)))
        """,
    ),
    Check(
        "receivables_equal_open_clawbacks",
        "应收追回款等于未结清追回决定的尚欠金额",
        "What payees owe back equals what is outstanding of the decisions",
        """
        SELECT a.code AS subject, format('%s fen, outstanding %s', a.posted_fen, coalesce(sum(c.fen), 0)) AS detail
          FROM ledger_account a LEFT JOIN (
               SELECT format('%s/%s/%s/receivable/%s', o.fund, o.policy_year, o.payer_level, c.payee_id) AS code,
                      c.decided_fen - c.collected_fen - c.written_off_fen AS fen
                 FROM clawback c JOIN payment_order o ON o.id = c.order_id
                WHERE c.city_code = :city AND c.status = 'receivable'
               ) c ON c.code = a.code
         WHERE a.city_code = :city AND a.code LIKE '%/receivable/%'
         GROUP BY a.id HAVING a.posted_fen <> coalesce(sum(c.fen), 0)
        """,
    ),
    Check(
        "clawbacks_add_up",
        "追回款的收回、抵扣、核销各有凭证,且不超过已付金额",
        "Each part of a clawback is in the books, adds up, and no payment is demanded back beyond what it paid",
        """
        SELECT c.id::text AS subject,
               format('%s collected, %s written off', c.collected_fen, c.written_off_fen) AS detail
          FROM clawback c LEFT JOIN clawback_part p ON p.clawback_id = c.id
         WHERE c.city_code = :city
         GROUP BY c.id
        HAVING c.collected_fen <> coalesce(sum(p.amount_fen) FILTER (WHERE p.kind <> 'written_off'), 0)
            OR c.written_off_fen <> coalesce(sum(p.amount_fen) FILTER (WHERE p.kind = 'written_off'), 0)
            OR bool_or(p.id IS NOT NULL AND NOT EXISTS (
               SELECT FROM ledger_entry j WHERE j.id = p.entry_id AND j.reference = c.id))
        UNION ALL
        SELECT o.id::text, format('%s fen paid, %s decided to come back', o.amount_fen, sum(c.decided_fen))
          FROM payment_order o JOIN clawback c ON c.order_id = o.id
         WHERE o.city_code = :city GROUP BY o.id HAVING sum(c.decided_fen) > o.amount_fen
        UNION ALL
        SELECT o.id::text, format('%s fen set off, parts say %s', o.offset_fen, coalesce(sum(p.amount_fen), 0))
          FROM payment_order o LEFT JOIN clawback_part p ON p.order_id = o.id
         WHERE o.city_code = :city GROUP BY o.id HAVING o.offset_fen <> coalesce(sum(p.amount_fen), 0)
        """,
    ),
    Check(
        "nothing_paid_twice",
        "同一指令在账上只有一笔未冲销的付款",
        "No order has more than one settlement in the books that was not reversed",
        """
        SELECT j.reference::text AS subject, format('%s settlements stand', count(*)) AS detail
          FROM ledger_entry j
         WHERE j.city_code = :city AND j.fact = 'payment.settled'
           AND NOT EXISTS (SELECT FROM ledger_entry r WHERE r.reverses = j.id)
         GROUP BY j.reference HAVING count(*) > 1
        """,
    ),
    Check(
        "funding_equals_allotments",
        "财政拨款等于历次下达减收回合计",
        "Funding received equals what was allotted and not taken back",
        """
        SELECT a.code AS subject,
               format('%s fen, allotted %s', a.posted_fen, coalesce(sum(m.amount_fen), 0)) AS detail
          FROM ledger_account a LEFT JOIN (
               SELECT fund, policy_year, payer_level, amount_fen FROM allotment WHERE city_code = :city
               UNION ALL
               SELECT fund, policy_year, payer_level, -amount_fen FROM budget_withdrawal
                WHERE city_code = :city AND status = 'approved' AND stage = 'allotted'
               ) m ON m.fund = a.programme AND m.policy_year = a.policy_year AND m.payer_level = a.payer_level
         WHERE a.city_code = :city AND a.code LIKE '%/funding'
         GROUP BY a.id HAVING a.posted_fen <> coalesce(sum(m.amount_fen), 0)
        """,
    ),
    Check(
        "approved_applications_have_orders",
        "已审批的申请各有一笔同额支付指令",
        "Every approved application has one payment order of the same amount, settled exactly when it is paid",
        """
        SELECT p.id::text AS subject,
               format('application %s, order %s', p.status, coalesce(o.status, 'missing')) AS detail
          FROM application p LEFT JOIN payment_order o ON o.id = p.payment_order_id AND o.subject_id = p.id
         WHERE p.city_code = :city AND p.status IN ('approved', 'paid')
           AND (o.id IS NULL OR o.amount_fen <> p.amount_fen OR (o.status = 'settled') <> (p.status = 'paid'))
        """,
    ),
    Check(
        "approved_claims_have_orders",
        "已审批的代偿的支付指令合计同额",
        "The orders of every approved claim sum to what was approved, and those settled to what was paid",
        """
        SELECT c.id::text AS subject,
               format('%s fen approved, %s ordered; %s paid, %s settled', c.approved_fen,
                      coalesce(sum(o.amount_fen), 0), c.paid_fen,
                      coalesce(sum(o.amount_fen) FILTER (WHERE o.status = 'settled'), 0)) AS detail
          FROM (SELECT id, approved_fen, paid_fen, status FROM loss_claim WHERE city_code = :city
                UNION ALL SELECT id, approved_fen, paid_fen, status FROM angel_claim WHERE city_code = :city) c
          LEFT JOIN loss_instalment i ON i.claim_id = c.id
          LEFT JOIN payment_order o ON o.subject_id = coalesce(i.id, c.id) AND o.status <> 'cancelled'
         WHERE c.status IN ('approved', 'partly_paid', 'paid')
         GROUP BY c.id, c.approved_fen, c.paid_fen, c.status
        HAVING coalesce(sum(o.amount_fen), 0) <> c.approved_fen
            OR coalesce(sum(o.amount_fen) FILTER (WHERE o.status = 'settled'), 0) <> c.paid_fen
            OR (c.paid_fen = c.approved_fen) <> (c.status = 'paid')
        """,
    ),
    Check(
        "recoveries_are_booked",
        "已收追回款逐笔入账,且不超过已付补偿",
        "Every share received is in the books, and no claim gave back more than was paid for it",
        """
        WITH r AS (
            SELECT r.id, r.claim_id, r.returned_fen, r.status, r.entry_id, c.approved_fen, c.paid_fen
              FROM recovery r JOIN loss_claim c ON c.id = r.claim_id WHERE r.city_code = :city
            UNION ALL
            SELECT r.id, r.claim_id, r.returned_fen, r.status, r.entry_id, c.approved_fen, c.paid_fen
              FROM angel_recovery r JOIN angel_claim c ON c.id = r.claim_id WHERE r.city_code = :city)
        SELECT r.id::text AS subject, format('%s fen received, not in the books', r.returned_fen) AS detail
          FROM r WHERE r.status = 'received' AND r.returned_fen > 0
           AND NOT EXISTS (SELECT FROM ledger_entry j WHERE j.id = r.entry_id AND j.reference = r.id)
        UNION ALL
        SELECT r.claim_id::text, format('%s fen given back of %s approved, %s paid', sum(r.returned_fen),
                                        r.approved_fen, r.paid_fen)
          FROM r WHERE r.status <> 'withdrawn' GROUP BY r.claim_id, r.approved_fen, r.paid_fen
        HAVING sum(r.returned_fen) > r.approved_fen
            OR sum(r.returned_fen) FILTER (WHERE r.status = 'received') > r.paid_fen
        """,
    ),
    Check(
        "levels_bear_what_was_decided",
        "各级备查应担补偿及对各行应拨等于已批代偿分担减已收追回,且不为负",
        "What each other level bears and owes each bank is its part of claims less recoveries, never below zero",
        """
        SELECT a.code AS subject, format('%s fen, the claims say %s', a.posted_fen, coalesce(sum(s.fen), 0)) AS detail
          FROM ledger_account a LEFT JOIN (
               SELECT format('%s/%s/%s/%s', b.fund, b.policy_year, b.key, at) AS code, b.fen
                 FROM (SELECT o.fund, o.policy_year, c.bank_id, l.key, l.value::bigint AS fen
                         FROM loss_claim c JOIN payment_order o ON o.id = c.payment_order_id,
                              jsonb_each_text(c.layers_fen) l
                        WHERE c.city_code = :city AND c.shares_entry_id IS NOT NULL AND l.key <> o.payer_level
                       UNION ALL
                       SELECT o.fund, o.policy_year, c.bank_id, l.key, -l.value::bigint
                         FROM recovery r JOIN loss_claim c ON c.id = r.claim_id
                         JOIN payment_order o ON o.id = c.payment_order_id, jsonb_each_text(r.layers_fen) l
                        WHERE r.city_code = :city AND r.status = 'received' AND c.shares_entry_id IS NOT NULL
                          AND l.key <> o.payer_level
                      ) b, LATERAL (VALUES ('borne'), (format('owed/%s', b.bank_id))) places(at)
               ) s ON s.code = a.code
         WHERE a.city_code = :city AND (a.code LIKE '%/borne' OR a.code LIKE '%/owed/%')
         GROUP BY a.id HAVING a.posted_fen <> coalesce(sum(s.fen), 0) OR a.posted_fen < 0
        """,
    ),
    Check(
        "numbers_without_gaps",
        "支付指令号与批次号连续无缺",
        "Payment orders and bank files are numbered without gaps",
        """
        SELECT s.series AS subject, format('counted to %s, %s stand', s.last_number, count(n.number)) AS detail
          FROM payment_series s LEFT JOIN (
               SELECT 'order-' || split_part(number, '-', 2) AS series, split_part(number, '-', 3)::integer AS number
                 FROM payment_order WHERE city_code = :city
               UNION ALL
               SELECT 'batch', sequence FROM payment_batch WHERE city_code = :city
               ) n ON n.series = s.series
         WHERE s.city_code = :city
         GROUP BY s.series, s.last_number
        HAVING count(n.number) <> s.last_number OR count(DISTINCT n.number) <> s.last_number
            OR coalesce(max(n.number), 0) <> s.last_number
        """,
    ),
    Check(
        "four_eyes",
        "经办、审批、复核非同一人",
        "Nobody approved or released what they prepared",
        """
        SELECT id::text AS subject, step AS detail FROM approval
         WHERE city_code = :city AND (approved_by = prepared_by OR approved_by = decided_by)
        """,
    ),
    Check(
        "batches_add_up",
        "银行文件的控制总数等于其明细合计",
        "No bank file holds more than its control totals say",
        """
        SELECT b.id::text AS subject,
               format('file %s: %s orders, %s fen', b.sequence, count(*), sum(o.amount_fen - o.offset_fen)) AS detail
          FROM payment_batch b JOIN payment_order o ON o.batch_id = b.id
         WHERE b.city_code = :city
         GROUP BY b.id HAVING count(*) > b.orders OR sum(o.amount_fen - o.offset_fen) > b.total_fen
        """,
    ),
    Check(
        "roots_still_hold",
        "近七个账日的指纹可由账簿重新得出",
        "The books still give the roots told on the last seven days",
        """
        SELECT r."on"::text AS subject, 'the books no longer give the root that was told' AS detail
          FROM (SELECT * FROM journal_root WHERE city_code = :city ORDER BY "on" DESC LIMIT 7) r
         WHERE r.root IS DISTINCT FROM (SELECT d.root FROM ledger_daily_root(:city, r."on") d)
        """,
    ),
)
